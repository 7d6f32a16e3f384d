-- Who may call and be called: wishes for a call.

-- A buyer's wish to be called. One that is open or planned waits for a call; a thread has at most one of those.
CREATE TABLE call_requests (
    request_id uuid PRIMARY KEY,
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
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id),
    FOREIGN KEY (vendor_id, asked_by) REFERENCES users (vendor_id, user_id)
);
CREATE UNIQUE INDEX call_requests_one_live_per_thread ON call_requests (thread_id)
    WHERE state IN ('open', 'planned');

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['call_requests']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
        EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON call_requests TO orderline_app;
GRANT SELECT ON call_requests TO orderline_jobs;
