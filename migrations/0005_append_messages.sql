-- Chat messages of several threads in one statement: the way that runs thousands of times a second.

-- Appends runs of messages, one run a thread. The caller has sealed each run onto the head that it knows. A run is
-- written whole or not at all: not when the thread has moved on, is closed, or its row is held by somebody else just
-- now (nobody is waited for), nor when one of its commands was carried out before. A run without a head only asks
-- where its thread stands. A vendor that is shut has none of its runs written. Answers one row `all` when every run was written, else what became of each run, and each
-- command that was carried out before. Runs with the caller's rights and under one vendor's scope after the other,
-- like every other statement. Rows are named by their whole keys, so that a join cannot begin with all of a vendor's:
-- the planner does so as long as nothing is known of the tables, and then once for each batch.
CREATE FUNCTION append_messages(
    p_vendors uuid[],
    p_run_vendor uuid[], p_run_thread uuid[], p_run_seq bigint[], p_run_head bytea[],
    p_next_seq bigint[], p_next_at timestamptz[], p_next_head bytea[],
    p_thread uuid[], p_seq bigint[], p_user uuid[], p_command uuid[], p_body_hash bytea[], p_result text[],
    p_at timestamptz[], p_kind text[], p_envelope bytea[], p_hash bytea[], p_body bytea[], p_salt bytea[])
    RETURNS TABLE (outcome text, thread uuid, last_seq bigint, last_at timestamptz, head_hash bytea, people uuid[],
                   author uuid, command uuid, known_hash bytea, known_result text)
    LANGUAGE plpgsql VOLATILE
    AS $$
    #variable_conflict use_column
    DECLARE
        v uuid;
        scope text;
        shut text;
        moved_here uuid[];
        written uuid[] := '{}';
    BEGIN
        FOREACH v IN ARRAY p_vendors LOOP
            scope := set_config('orderline.vendor', v::text, true);
            shut := vendor_shut(v);
            WITH message AS MATERIALIZED (
                SELECT * FROM unnest(p_thread, p_seq, p_user, p_command, p_body_hash, p_result, p_at, p_kind,
                                     p_envelope, p_hash, p_body, p_salt)
                    AS m (thread, seq, author, command, body_hash, result, at, kind, envelope, hash, body, salt)),
            known AS MATERIALIZED (
                SELECT m.thread FROM message m
                 WHERE (SELECT true FROM public.commands c
                         WHERE c.vendor_id = v AND c.user_id = m.author AND c.command_id = m.command)),
            free AS MATERIALIZED (
                SELECT r.thread, r.next_seq, r.next_at, r.next_head
                  FROM unnest(p_run_vendor, p_run_thread, p_run_seq, p_run_head, p_next_seq, p_next_at, p_next_head)
                    AS r (vendor, thread, seq, head, next_seq, next_at, next_head)
                  JOIN public.threads t ON t.thread_id = r.thread
                 WHERE r.vendor = v AND t.vendor_id = v AND t.thread_id = ANY (p_run_thread)
                   AND t.last_seq = r.seq AND t.head_hash = r.head AND t.closed_at IS NULL
                   AND shut IS NULL
                   AND NOT EXISTS (SELECT FROM known k WHERE k.thread = r.thread)
                   FOR NO KEY UPDATE OF t SKIP LOCKED),
            moved AS (
                UPDATE public.threads t SET last_seq = f.next_seq, last_at = f.next_at, head_hash = f.next_head
                  FROM free f
                 WHERE t.vendor_id = v AND t.thread_id = ANY (p_run_thread) AND t.thread_id = f.thread
                RETURNING t.thread_id),
            event AS (
                INSERT INTO public.events (thread_id, seq, vendor_id, at, author_id, kind, command_id, envelope,
                                           hash, body, salt)
                SELECT m.thread, m.seq, v, m.at, m.author, m.kind, m.command, m.envelope, m.hash, m.body, m.salt
                  FROM message m JOIN moved ON moved.thread_id = m.thread),
            remembered AS (
                -- Carried out by another transaction meanwhile: this one fails whole, and finds it next time.
                INSERT INTO public.commands (user_id, command_id, vendor_id, body_hash, result, at)
                SELECT m.author, m.command, v, m.body_hash, m.result, m.at
                  FROM message m JOIN moved ON moved.thread_id = m.thread)
            SELECT array_agg(moved.thread_id) INTO moved_here FROM moved;
            written := written || moved_here;
        END LOOP;
        IF cardinality(written) = cardinality(p_run_thread) THEN
            outcome := 'all';
            RETURN NEXT;
            RETURN;
        END IF;
        FOREACH v IN ARRAY p_vendors LOOP
            scope := set_config('orderline.vendor', v::text, true);
            shut := vendor_shut(v);
            RETURN QUERY
            SELECT CASE WHEN r.thread = ANY (written) THEN 'written'
                        WHEN t.thread_id IS NULL THEN 'missing'
                        -- Whoever only asks goes on to be told which of its commands were carried out before.
                        WHEN shut IS NOT NULL AND r.seq IS NOT NULL THEN 'vendor_' || shut
                        WHEN t.closed_at IS NOT NULL THEN 'closed'
                        ELSE 'standing' END,
                   r.thread, t.last_seq, t.last_at, t.head_hash,
                   ARRAY(SELECT p.user_id FROM public.thread_people p
                          WHERE p.vendor_id = v AND p.thread_id = t.thread_id),
                   NULL::uuid, NULL::uuid, NULL::bytea, NULL::text
              FROM unnest(p_run_vendor, p_run_thread, p_run_seq) AS r (vendor, thread, seq)
              LEFT JOIN LATERAL (
                  SELECT * FROM public.threads t WHERE t.vendor_id = v AND t.thread_id = r.thread OFFSET 0) t ON true
             WHERE r.vendor = v;
            RETURN QUERY
            SELECT 'known'::text, m.thread, NULL::bigint, NULL::timestamptz, NULL::bytea, NULL::uuid[],
                   m.author, m.command, c.body_hash, c.result
              FROM unnest(p_thread, p_user, p_command) AS m (thread, author, command)
             CROSS JOIN LATERAL (
                  SELECT c.body_hash, c.result FROM public.commands c
                   WHERE c.vendor_id = v AND c.user_id = m.author AND c.command_id = m.command OFFSET 0) c
             WHERE m.thread <> ALL (written);
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION append_messages(uuid[], uuid[], uuid[], bigint[], bytea[], bigint[], timestamptz[], bytea[],
    uuid[], bigint[], uuid[], uuid[], bytea[], text[], timestamptz[], text[], bytea[], bytea[], bytea[], bytea[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_messages(uuid[], uuid[], uuid[], bigint[], bytea[], bigint[], timestamptz[],
    bytea[], uuid[], bigint[], uuid[], uuid[], bytea[], text[], timestamptz[], text[], bytea[], bytea[], bytea[],
    bytea[]) TO orderline_app;
