-- Links that lead a buyer into exactly one thread, and the sessions that they open.

CREATE TABLE join_links (
    link_id    uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL,
    thread_id  uuid NOT NULL,
    buyer_id   uuid NOT NULL,
    made_by    uuid NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('mail', 'sms')),
    -- The e-mail address or phone number that it was sent to.
    address    text NOT NULL CHECK (char_length(address) BETWEEN 3 AND 254),
    -- SHA-256 of the token; the token itself is only in the message.
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    state      text NOT NULL CHECK (state IN ('open', 'used', 'revoked')),
    -- The state with the hash of the code that was sent last, as the domain writes it.
    state_body jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    expires_at timestamptz NOT NULL,
    made_at    timestamptz NOT NULL,
    sent_at    timestamptz,
    -- The message was not taken, and is not sent again.
    failed_at  timestamptz,
    CONSTRAINT join_links_token_key UNIQUE (token_hash),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id),
    FOREIGN KEY (vendor_id, buyer_id) REFERENCES users (vendor_id, user_id),
    FOREIGN KEY (vendor_id, made_by) REFERENCES users (vendor_id, user_id)
);
CREATE INDEX join_links_of_thread ON join_links (thread_id, made_at DESC);

ALTER TABLE join_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE join_links FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON join_links TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY every_vendor ON join_links TO orderline_jobs USING (true);
CREATE POLICY owner_reads ON join_links FOR SELECT TO orderline_owner USING (true);
GRANT SELECT, INSERT, UPDATE ON join_links TO orderline_app;

-- Whose link has this token: the vendor is not known before.
CREATE FUNCTION join_link_vendor(p_token_hash bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT l.vendor_id FROM public.join_links l WHERE l.token_hash = p_token_hash $$;
REVOKE ALL ON FUNCTION join_link_vendor(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION join_link_vendor(bytea) TO orderline_app;

-- A mail that holds a token or a code: its words are forgotten once they were handed over.
ALTER TABLE mails ADD COLUMN secret boolean NOT NULL DEFAULT false;

-- A session that a link opened sees its thread alone, and ends.
ALTER TABLE sessions ADD COLUMN only_thread uuid;
ALTER TABLE sessions ADD COLUMN ends_at timestamptz;
ALTER TABLE sessions ADD FOREIGN KEY (vendor_id, only_thread) REFERENCES threads (vendor_id, thread_id);

DROP FUNCTION session_lookup(bytea, timestamptz, bigint);
CREATE FUNCTION session_lookup(p_token_hash bytea, p_now timestamptz, p_idle_seconds bigint)
    RETURNS TABLE (session_id uuid, user_id uuid, vendor_id uuid, name text, role text, vendor_name text,
                   only_thread uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        UPDATE public.sessions s
           SET seen_at = p_now
         WHERE s.token_hash = p_token_hash
           AND s.seen_at < p_now - interval '1 hour'
           AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds)
           AND (s.ends_at IS NULL OR s.ends_at > p_now);
        RETURN QUERY
            SELECT s.session_id, u.user_id, u.vendor_id, u.name, u.role, v.name, s.only_thread
              FROM public.sessions s
              JOIN public.users u USING (user_id)
              JOIN public.vendors v ON v.vendor_id = u.vendor_id
             WHERE s.token_hash = p_token_hash
               AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds)
               AND (s.ends_at IS NULL OR s.ends_at > p_now)
               AND u.disabled_at IS NULL;
    END
    $$;
REVOKE ALL ON FUNCTION session_lookup(bytea, timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, timestamptz, bigint) TO orderline_app;

-- The thread that this transaction is limited to, or NULL.
CREATE FUNCTION scope_thread() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('orderline.thread', true), '')::uuid $$;

-- Whatever belongs to a thread shows itself to a limited transaction only when it is that thread's.
DO $$
DECLARE
    t text;
BEGIN
    FOR t IN
        SELECT c.table_name FROM information_schema.columns c
          JOIN pg_class k ON k.oid = format('public.%I', c.table_name)::regclass AND k.relkind = 'r'
         WHERE c.table_schema = 'public' AND c.column_name = 'thread_id'
    LOOP
        EXECUTE format('CREATE POLICY in_thread ON %I AS RESTRICTIVE TO orderline_app
                            USING (scope_thread() IS NULL OR thread_id = scope_thread())', t);
    END LOOP;
END
$$;
