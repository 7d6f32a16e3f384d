-- How people showed who they are: in their sessions, in what they agreed to, and the codes by which they show it.

-- Sessions begin anew: of the older ones nobody knows how they began.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN proof jsonb NOT NULL CHECK (proof ->> 'kind' IN
    ('password', 'demo_door', 'link_to_own_contact', 'link_to_given_contact', 'code_to_own_contact'));
GRANT UPDATE (proof) ON sessions TO orderline_app;

DROP FUNCTION session_lookup(bytea, timestamptz, bigint);
CREATE FUNCTION session_lookup(p_token_hash bytea, p_now timestamptz, p_idle_seconds bigint)
    RETURNS TABLE (session_id uuid, user_id uuid, vendor_id uuid, name text, role text, vendor_name text,
                   only_thread uuid, proof jsonb)
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
            SELECT s.session_id, u.user_id, u.vendor_id, u.name, u.role, v.name, s.only_thread, s.proof
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

-- How the buyer had shown who they are when they confirmed, ordered and accepted.
ALTER TABLE offers ADD COLUMN confirmed_proof jsonb,
    ADD CHECK ((confirmed_at IS NULL) = (confirmed_proof IS NULL));
ALTER TABLE orders ADD COLUMN proof jsonb NOT NULL;
ALTER TABLE order_acceptances ADD COLUMN accepted_proof jsonb,
    ADD CHECK ((accepted_at IS NULL) = (accepted_proof IS NULL));

-- The codes that were sent to a person's own contact in the last day, by their hashes, as the domain writes them.
CREATE TABLE proof_codes (
    vendor_id uuid NOT NULL,
    user_id   uuid NOT NULL,
    codes     jsonb NOT NULL,
    PRIMARY KEY (vendor_id, user_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id) ON DELETE CASCADE
);
ALTER TABLE proof_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE proof_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON proof_codes TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY every_vendor ON proof_codes TO orderline_jobs USING (true);
GRANT SELECT, INSERT, UPDATE ON proof_codes TO orderline_app;
