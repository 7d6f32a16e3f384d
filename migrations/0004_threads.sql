-- The threads that people share, their events, and the commands that made these.

-- Every message writes to `threads`, `events` and `commands`, and a statement parses the checks of each table that it
-- writes to. What checks would say of these columns is said by whoever writes: a digest has 32 bytes in its type, a
-- number comes from the thread's locked row, and so does the vendor. The chain's verification reads what is stored.
CREATE TABLE threads (
    thread_id     uuid NOT NULL,
    vendor_id     uuid NOT NULL REFERENCES vendors,
    title         varchar(200) NOT NULL,
    created_at    timestamptz NOT NULL,
    -- Number, time and envelope hash of the last event; 0 and the genesis hash before the first.
    last_seq      bigint NOT NULL DEFAULT 0,
    last_at       timestamptz NOT NULL,
    head_hash     bytea NOT NULL,
    -- The list of threads is sorted by `last_at`, which every event moves. An index on it would make each of these updates
    -- write a new entry into all the table's indexes. Cut to ten minutes it stands still during a conversation, and the
    -- update stays on its page (HOT). A reader sorts by `active_at` first, then by `last_at` within each ten minutes.
    active_at     timestamptz NOT NULL
        GENERATED ALWAYS AS (date_bin('10 minutes', last_at, timestamptz '2000-01-01 00:00:00+00')) STORED,
    -- Nobody writes or calls in a closed thread.
    closed_at     timestamptz,
    -- A seller switched calls on here, for vendors who choose the threads.
    calls_chosen  boolean NOT NULL DEFAULT false,
    -- The buyer has paid for calls here, for vendors who sell them.
    calls_paid    boolean NOT NULL DEFAULT false,
    -- Of what the page shows beside the events; see `0014_state.sql`.
    state_version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (vendor_id, thread_id)
) WITH (fillfactor = 70);
CREATE INDEX threads_newest ON threads (vendor_id, active_at DESC);
-- Its id is made by the page that opens it: one that another vendor's thread has is refused.
CREATE UNIQUE INDEX threads_by_id ON threads (thread_id);

CREATE TABLE thread_people (
    thread_id uuid NOT NULL,
    user_id   uuid NOT NULL,
    vendor_id uuid NOT NULL,
    -- As what they take part.
    role      text NOT NULL CHECK (role IN ('seller', 'rep', 'buyer')),
    -- Read up to here.
    acked_seq bigint NOT NULL DEFAULT 0 CHECK (acked_seq >= 0),
    -- When somebody came to a thread that others had opened; of several sellers the last who came sells.
    since     timestamptz,
    PRIMARY KEY (vendor_id, thread_id, user_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads,
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
) WITH (fillfactor = 70);
CREATE INDEX thread_people_of_user ON thread_people (user_id);
CREATE INDEX thread_people_by_thread ON thread_people (thread_id);

-- Append-only. The hash runs over `envelope`, which commits to the body: a body and its salt can be erased and
-- the chain still verifies.
CREATE TABLE events (
    thread_id  uuid NOT NULL,
    seq        bigint NOT NULL,
    vendor_id  uuid NOT NULL,
    at         timestamptz NOT NULL,
    -- NULL: the system by itself.
    author_id  uuid,
    kind       text NOT NULL,
    command_id uuid,
    -- Canonical bytes (RFC 8785) as they were hashed.
    envelope   bytea NOT NULL,
    hash       bytea NOT NULL,
    body       bytea,
    salt       bytea,
    PRIMARY KEY (vendor_id, thread_id, seq)
);
CREATE INDEX events_of_kind ON events (vendor_id, thread_id, kind, seq) WHERE kind <> 'message_sent';

-- What became of each command, so that a repeated one gets the same reply.
CREATE TABLE commands (
    user_id    uuid NOT NULL,
    command_id uuid NOT NULL,
    vendor_id  uuid NOT NULL,
    -- SHA-256 of the command's canonical bytes.
    body_hash  bytea NOT NULL,
    result     text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, user_id, command_id)
);
-- Commands are written in the order of their times: a summary of each stretch of pages finds the old ones.
CREATE INDEX commands_by_age ON commands USING brin (at);

SELECT keep_to_vendor('threads', 'thread_people', 'events', 'commands');
GRANT SELECT, INSERT, UPDATE ON threads, thread_people TO orderline_app;
GRANT SELECT, INSERT ON events, commands TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON threads, thread_people, commands TO orderline_jobs;
GRANT SELECT, INSERT ON events TO orderline_jobs;
