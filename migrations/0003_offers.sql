-- Phone offers: the draft while it is edited, the revisions that were shown, and the orders made from them.

-- Days (first payments, due dates) are the vendor's, so it has a time zone (IANA name).
ALTER TABLE vendors ADD COLUMN time_zone text NOT NULL DEFAULT 'Europe/Berlin'
    CHECK (char_length(time_zone) BETWEEN 1 AND 60);

-- One offer a thread: its draft goes on until the order exists.
CREATE TABLE offers (
    offer_id      uuid PRIMARY KEY,
    vendor_id     uuid NOT NULL,
    thread_id     uuid NOT NULL,
    state         text NOT NULL CHECK (state IN ('drafting', 'shown', 'confirmed', 'finalised', 'withdrawn')),
    -- Grows with every change of state; an update names the one it has read.
    version       bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    draft         jsonb NOT NULL,
    -- The draft's own count of changes; an older draft never replaces a newer one.
    draft_version bigint NOT NULL DEFAULT 0 CHECK (draft_version >= 0),
    editor_id     uuid,
    -- Number of the latest revision; 0 before the first.
    revisions     integer NOT NULL DEFAULT 0 CHECK (revisions >= 0),
    confirmed_at  timestamptz,
    confirmed_by  uuid,
    -- When the order was made, or the offer taken back.
    closed_at     timestamptz,
    created_at    timestamptz NOT NULL,
    CONSTRAINT offers_one_per_thread UNIQUE (thread_id),
    CONSTRAINT offers_in_vendor UNIQUE (vendor_id, offer_id),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id)
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
    PRIMARY KEY (offer_id, number),
    FOREIGN KEY (vendor_id, offer_id) REFERENCES offers (vendor_id, offer_id),
    FOREIGN KEY (vendor_id, made_by) REFERENCES users (vendor_id, user_id)
);

-- The number of the vendor's last order: taken under this row's lock, so that numbers have no gaps.
CREATE TABLE order_counters (
    vendor_id uuid PRIMARY KEY REFERENCES vendors,
    last      bigint NOT NULL CHECK (last >= 0)
);

CREATE TABLE orders (
    order_id     uuid PRIMARY KEY,
    vendor_id    uuid NOT NULL,
    thread_id    uuid NOT NULL,
    offer_id     uuid NOT NULL,
    number       bigint NOT NULL CHECK (number > 0),
    revision     integer NOT NULL,
    -- The state that the rules know; a vendor's own labels will stand apart.
    state        text NOT NULL CHECK (state IN ('awaiting_written_confirmation', 'placed', 'active', 'completed',
                     'cancelled')),
    state_body   jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version      bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    -- On what the contract stands; the recording if it is that.
    basis        text NOT NULL CHECK (basis IN ('recording', 'written_confirmation')),
    recording_id uuid,
    total        numeric(16, 4) NOT NULL CHECK (total > 0),
    currency     char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    placed_at    timestamptz NOT NULL,
    placed_by    uuid NOT NULL,
    CONSTRAINT orders_one_per_offer UNIQUE (offer_id),
    CONSTRAINT orders_number UNIQUE (vendor_id, number),
    CONSTRAINT orders_in_vendor UNIQUE (vendor_id, order_id),
    CHECK ((basis = 'recording') = (recording_id IS NOT NULL)),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id),
    FOREIGN KEY (offer_id, revision) REFERENCES offer_revisions (offer_id, number)
);
CREATE INDEX orders_newest ON orders (vendor_id, number DESC);
CREATE INDEX orders_of_thread ON orders (thread_id);

CREATE TABLE order_payments (
    order_id  uuid NOT NULL,
    number    integer NOT NULL CHECK (number > 0),
    vendor_id uuid NOT NULL,
    due       date NOT NULL,
    amount    numeric(16, 4) NOT NULL CHECK (amount > 0),
    currency  char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (order_id, number),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders (vendor_id, order_id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['offers', 'offer_revisions', 'order_counters', 'orders', 'order_payments']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
        EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON offers, orders, order_counters TO orderline_app;
GRANT SELECT, INSERT ON offer_revisions, order_payments TO orderline_app;
GRANT SELECT ON offers, offer_revisions, orders, order_payments TO orderline_jobs;
