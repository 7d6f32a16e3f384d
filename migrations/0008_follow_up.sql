-- Around a call: what is wished and planned before it, what is noted after it, and what is still to be done.

-- A buyer's wish to be called. One that is open or planned waits for a call; a thread has at most one of those.
CREATE TABLE call_requests (
    request_id uuid NOT NULL,
    vendor_id  uuid NOT NULL,
    thread_id  uuid NOT NULL,
    asked_by   uuid NOT NULL,
    asked_at   timestamptz NOT NULL,
    -- When it would suit; null for as soon as possible.
    wish       timestamptz,
    note       text CHECK (char_length(note) BETWEEN 1 AND 300),
    state      text NOT NULL CHECK (state IN ('open', 'planned', 'refused', 'withdrawn', 'called')),
    state_body jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    PRIMARY KEY (vendor_id, request_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads,
    FOREIGN KEY (vendor_id, asked_by) REFERENCES vendor_people
);
CREATE UNIQUE INDEX call_requests_one_live_per_thread ON call_requests (vendor_id, thread_id)
    WHERE state IN ('open', 'planned');

CREATE TABLE appointments (
    appointment_id uuid NOT NULL,
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
    PRIMARY KEY (vendor_id, appointment_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads
);
CREATE INDEX appointments_of_thread ON appointments (vendor_id, thread_id, starts_at) WHERE state <> 'cancelled';
CREATE INDEX appointments_due ON appointments (starts_at) WHERE state = 'confirmed';
CREATE INDEX appointments_by_id ON appointments (appointment_id);

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
    CONSTRAINT call_outcomes_pkey PRIMARY KEY (vendor_id, call_id, version),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, noted_by) REFERENCES vendor_people
);

-- Calls that are still to be made.
CREATE TABLE call_backs (
    call_back_id uuid NOT NULL,
    vendor_id    uuid NOT NULL,
    thread_id    uuid NOT NULL,
    reason       text NOT NULL CHECK (reason IN ('missed', 'declined', 'requested', 'call_again')),
    state        text NOT NULL CHECK (state IN ('open', 'done')),
    state_body   jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version      bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    due_at       timestamptz NOT NULL,
    opened_at    timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, call_back_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads
);
-- Two missed calls are one call to make.
CREATE UNIQUE INDEX call_backs_one_open ON call_backs (vendor_id, thread_id, reason) WHERE state = 'open';
CREATE INDEX call_backs_due ON call_backs (vendor_id, due_at) WHERE state = 'open';

SELECT keep_to_vendor('call_requests', 'appointments', 'call_outcomes', 'call_backs');
GRANT SELECT, INSERT, UPDATE ON call_requests, appointments, call_backs TO orderline_app;
-- What was noted once stays.
GRANT SELECT, INSERT ON call_outcomes TO orderline_app;
GRANT SELECT ON call_requests TO orderline_jobs;
GRANT SELECT, UPDATE (reminded) ON appointments TO orderline_jobs;
