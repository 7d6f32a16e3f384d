-- Around a call: what is planned before it, what is noted after it, and what is still to be done.

-- Where a person's browser is (IANA name), once it has told.
ALTER TABLE users ADD COLUMN time_zone text CHECK (char_length(time_zone) BETWEEN 1 AND 60);
GRANT SELECT (time_zone), UPDATE (time_zone) ON users TO orderline_app;

CREATE TABLE appointments (
    appointment_id uuid PRIMARY KEY,
    vendor_id      uuid NOT NULL,
    thread_id      uuid NOT NULL,
    state          text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'cancelled')),
    -- The state with what belongs to it, as the domain writes it.
    state_body     jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    -- Grows with every change; an update names the one it has read.
    version        bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    -- Grows with every change that a calendar has to hear of.
    sequence       integer NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    starts_at      timestamptz NOT NULL,
    minutes        smallint NOT NULL CHECK (minutes > 0),
    note           text CHECK (char_length(note) BETWEEN 1 AND 500),
    created_at     timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    -- The sequence that both people were reminded of.
    reminded       integer,
    CONSTRAINT appointments_in_vendor UNIQUE (vendor_id, appointment_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id)
);
CREATE INDEX appointments_of_thread ON appointments (thread_id, starts_at) WHERE state <> 'cancelled';
CREATE INDEX appointments_due ON appointments (starts_at) WHERE state = 'confirmed';

-- What sellers noted after calls, every version of it.
CREATE TABLE call_outcomes (
    call_id   uuid NOT NULL,
    version   bigint NOT NULL CHECK (version > 0),
    vendor_id uuid NOT NULL,
    -- As the domain writes it.
    outcome   jsonb NOT NULL,
    note      text CHECK (char_length(note) BETWEEN 1 AND 4000),
    noted_by  uuid NOT NULL,
    noted_at  timestamptz NOT NULL,
    CONSTRAINT call_outcomes_pkey PRIMARY KEY (call_id, version),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id),
    FOREIGN KEY (vendor_id, noted_by) REFERENCES users (vendor_id, user_id)
);

-- Calls that are still to be made.
CREATE TABLE call_backs (
    call_back_id uuid PRIMARY KEY,
    vendor_id    uuid NOT NULL,
    thread_id    uuid NOT NULL,
    reason       text NOT NULL CHECK (reason IN ('missed', 'declined', 'requested', 'call_again')),
    state        text NOT NULL CHECK (state IN ('open', 'done')),
    state_body   jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version      bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    due_at       timestamptz NOT NULL,
    opened_at    timestamptz NOT NULL,
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id)
);
-- Two missed calls are one call to make.
CREATE UNIQUE INDEX call_backs_one_open ON call_backs (thread_id, reason) WHERE state = 'open';
CREATE INDEX call_backs_due ON call_backs (vendor_id, due_at) WHERE state = 'open';

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['appointments', 'call_outcomes', 'call_backs']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
        EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON appointments, call_backs TO orderline_app;
-- What was noted once stays.
GRANT SELECT, INSERT ON call_outcomes TO orderline_app;
GRANT SELECT, UPDATE (reminded) ON appointments TO orderline_jobs;
-- Reminders are written by a job.
GRANT INSERT ON mails TO orderline_jobs;
