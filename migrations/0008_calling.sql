-- Around calls: who may call, wishes for a call, closed threads, summaries, and mail.

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

-- What a vendor has bought from the platform: calls are part of some plans only.
ALTER TABLE vendors ADD COLUMN plan text NOT NULL DEFAULT 'calls' CHECK (plan IN ('basic', 'calls'));

-- For which threads a vendor's sellers call, and what happens to contact that leads away. Without a row: calls
-- everywhere, and the sender is warned.
CREATE TABLE vendor_calling (
    vendor_id  uuid PRIMARY KEY REFERENCES vendors,
    rule       jsonb NOT NULL,
    contact    text NOT NULL CHECK (contact IN ('off', 'warn', 'block')),
    version    bigint NOT NULL CHECK (version > 0),
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    FOREIGN KEY (vendor_id, changed_by) REFERENCES users (vendor_id, user_id)
);

ALTER TABLE threads
    -- Nobody writes or calls in a closed thread.
    ADD COLUMN closed_at    timestamptz,
    -- A seller switched calls on here, for vendors who choose the threads.
    ADD COLUMN calls_chosen boolean NOT NULL DEFAULT false,
    -- The buyer has paid for calls here, for vendors who sell them.
    ADD COLUMN calls_paid   boolean NOT NULL DEFAULT false;

-- Which calls have their summary; its words stand in the thread.
CREATE TABLE call_summaries (
    call_id    uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL,
    written_by uuid NOT NULL,
    written_at timestamptz NOT NULL,
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id),
    FOREIGN KEY (vendor_id, written_by) REFERENCES users (vendor_id, user_id)
);

-- Mails to people: what goes out, and what the demo's mailboxes show.
CREATE TABLE mails (
    mail_id         uuid PRIMARY KEY,
    vendor_id       uuid NOT NULL,
    user_id         uuid NOT NULL,
    kind            text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 60),
    -- What it is about: a person is told of a thing once for each kind.
    about           uuid NOT NULL,
    to_name         text NOT NULL,
    to_address      text NOT NULL,
    subject         text NOT NULL CHECK (char_length(subject) <= 500),
    text            text NOT NULL CHECK (char_length(text) <= 20000),
    attachment_name text,
    attachment_mime text,
    attachment      bytea CHECK (octet_length(attachment) <= 1048576),
    queued_at       timestamptz NOT NULL,
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    settled_at      timestamptz,
    error           text,
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CONSTRAINT mails_once UNIQUE (kind, about, user_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id)
);
CREATE INDEX mails_of_user ON mails (user_id, queued_at DESC);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['call_requests', 'vendor_calling', 'call_summaries', 'mails']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
        EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON call_requests, vendor_calling TO orderline_app;
GRANT SELECT, INSERT ON call_summaries, mails TO orderline_app;
GRANT SELECT ON call_requests, vendor_calling, call_summaries TO orderline_jobs;
GRANT SELECT, UPDATE ON mails TO orderline_jobs;

-- As in 0004, and a closed thread takes no message.
CREATE OR REPLACE FUNCTION append_message(
    p_vendor uuid, p_thread uuid, p_user uuid, p_command uuid, p_body_hash bytea, p_result text,
    -- The head that the event continues; NULL only asks where the thread stands.
    p_last_seq bigint, p_head_hash bytea,
    p_at timestamptz, p_kind text, p_envelope bytea, p_hash bytea, p_body bytea, p_salt bytea)
    RETURNS TABLE (outcome text, last_seq bigint, last_at timestamptz, head_hash bytea, people uuid[],
                   known_hash bytea, known_result text)
    LANGUAGE plpgsql VOLATILE
    AS $$
    #variable_conflict use_column
    DECLARE
        closed boolean;
    BEGIN
        PERFORM set_config('orderline.vendor', p_vendor::text, true);
        SELECT c.body_hash, c.result INTO known_hash, known_result
          FROM public.commands c WHERE c.user_id = p_user AND c.command_id = p_command;
        IF FOUND THEN
            outcome := 'known';
            RETURN NEXT;
            RETURN;
        END IF;
        IF p_last_seq IS NOT NULL THEN
            UPDATE public.threads t SET last_seq = p_last_seq + 1, last_at = p_at, head_hash = p_hash
             WHERE t.thread_id = p_thread AND t.last_seq = p_last_seq AND t.head_hash = p_head_hash
               AND t.closed_at IS NULL;
            IF FOUND THEN
                INSERT INTO public.events (thread_id, seq, vendor_id, at, author_id, kind, command_id, envelope,
                                           hash, body, salt)
                VALUES (p_thread, p_last_seq + 1, p_vendor, p_at, p_user, p_kind, p_command, p_envelope,
                        p_hash, p_body, p_salt);
                -- Carried out by another transaction meanwhile: this one fails whole, and finds it next time.
                INSERT INTO public.commands (user_id, command_id, vendor_id, body_hash, result, at)
                VALUES (p_user, p_command, p_vendor, p_body_hash, p_result, p_at);
                outcome := 'done';
                RETURN NEXT;
                RETURN;
            END IF;
        END IF;
        SELECT t.last_seq, t.last_at, t.head_hash,
               ARRAY(SELECT p.user_id FROM public.thread_people p WHERE p.thread_id = t.thread_id),
               t.closed_at IS NOT NULL
          INTO last_seq, last_at, head_hash, people, closed
          FROM public.threads t WHERE t.thread_id = p_thread;
        outcome := CASE WHEN NOT FOUND THEN 'missing' WHEN closed THEN 'closed' ELSE 'moved' END;
        RETURN NEXT;
    END
    $$;
