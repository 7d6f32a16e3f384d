-- Phone offers: the draft while it is edited, and the revisions that were shown.

-- One offer a thread: its draft goes on until the order exists.
CREATE TABLE offers (
    offer_id        uuid NOT NULL,
    vendor_id       uuid NOT NULL,
    thread_id       uuid NOT NULL,
    state           text NOT NULL CHECK (state IN ('drafting', 'shown', 'confirmed', 'finalised')),
    -- Grows with every change of state; an update names the one it has read.
    version         bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    draft           jsonb NOT NULL,
    -- The draft's own count of changes; an older draft never replaces a newer one.
    draft_version   bigint NOT NULL DEFAULT 0 CHECK (draft_version >= 0),
    editor_id       uuid,
    -- Number of the latest revision; 0 before the first.
    revisions       integer NOT NULL DEFAULT 0 CHECK (revisions >= 0),
    confirmed_at    timestamptz,
    confirmed_by    uuid,
    -- How the buyer had shown who they are.
    confirmed_proof jsonb,
    -- When the order was made.
    closed_at       timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, offer_id),
    CONSTRAINT offers_one_per_thread UNIQUE (vendor_id, thread_id),
    CHECK (num_nonnulls(confirmed_at, confirmed_by, confirmed_proof) IN (0, 3)),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads
);

-- What the buyer was shown, exactly; never changed.
CREATE TABLE offer_revisions (
    offer_id  uuid NOT NULL,
    number    integer NOT NULL CHECK (number > 0),
    vendor_id uuid NOT NULL,
    -- Canonical bytes (RFC 8785) of the content, and their SHA-256.
    content   bytea NOT NULL,
    hash      bytea NOT NULL CHECK (octet_length(hash) = 32),
    made_at   timestamptz NOT NULL,
    made_by   uuid NOT NULL,
    PRIMARY KEY (vendor_id, offer_id, number),
    FOREIGN KEY (vendor_id, offer_id) REFERENCES offers,
    FOREIGN KEY (vendor_id, made_by) REFERENCES vendor_people
);

SELECT keep_to_vendor('offers', 'offer_revisions');
GRANT SELECT, INSERT, UPDATE ON offers TO orderline_app;
GRANT SELECT, INSERT ON offer_revisions TO orderline_app;
GRANT SELECT ON offers, offer_revisions TO orderline_jobs;
