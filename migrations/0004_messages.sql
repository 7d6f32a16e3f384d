-- A chat message in one statement, for the path that runs hundreds of times a second. The caller has sealed the
-- event onto the head it knows; when the thread has moved on, nothing is written and the caller learns the head.
-- Runs with the caller's rights and under the vendor's scope, like every other statement.

CREATE FUNCTION append_message(
    p_vendor uuid, p_thread uuid, p_user uuid, p_command uuid, p_body_hash bytea, p_result text,
    -- The head that the event continues; NULL only asks where the thread stands.
    p_last_seq bigint, p_head_hash bytea,
    p_at timestamptz, p_kind text, p_envelope bytea, p_hash bytea, p_body bytea, p_salt bytea)
    RETURNS TABLE (outcome text, last_seq bigint, last_at timestamptz, head_hash bytea, people uuid[],
                   known_hash bytea, known_result text)
    LANGUAGE plpgsql VOLATILE
    AS $$
    #variable_conflict use_column
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
             WHERE t.thread_id = p_thread AND t.last_seq = p_last_seq AND t.head_hash = p_head_hash;
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
               ARRAY(SELECT p.user_id FROM public.thread_people p WHERE p.thread_id = t.thread_id)
          INTO last_seq, last_at, head_hash, people
          FROM public.threads t WHERE t.thread_id = p_thread;
        outcome := CASE WHEN FOUND THEN 'moved' ELSE 'missing' END;
        RETURN NEXT;
    END
    $$;

REVOKE ALL ON FUNCTION append_message(uuid, uuid, uuid, uuid, bytea, text, bigint, bytea, timestamptz, text,
    bytea, bytea, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_message(uuid, uuid, uuid, uuid, bytea, text, bigint, bytea, timestamptz, text,
    bytea, bytea, bytea, bytea) TO orderline_app;
