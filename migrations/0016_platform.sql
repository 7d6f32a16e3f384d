-- The platform's legal entities; invitations, and what was changed about people.

-- Who the contracts are with. Its terms stand in versions: an agreement names the one that was read.
CREATE TABLE legal_entities (
    entity_id  uuid PRIMARY KEY,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    -- The registered address, as it is printed.
    address    text NOT NULL CHECK (char_length(address) BETWEEN 1 AND 500),
    -- ISO 3166-1 alpha-2.
    country    char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL
);
CREATE TABLE entity_terms (
    entity_id  uuid NOT NULL REFERENCES legal_entities,
    version    integer NOT NULL CHECK (version > 0),
    text       text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 200000),
    written_at timestamptz NOT NULL,
    PRIMARY KEY (entity_id, version)
);

-- Somebody is asked by mail to work for a vendor. Whoever holds the token holds the mailbox.
CREATE TABLE invitations (
    vendor_id     uuid NOT NULL,
    invitation_id uuid NOT NULL,
    user_id       uuid NOT NULL,
    role          text NOT NULL CHECK (role IN ('seller', 'rep', 'compliance', 'support', 'admin')),
    -- SHA-256 of the token; the token itself is only in the mail. Sent again, it is another one.
    token_hash    bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    state         text NOT NULL CHECK (state IN ('open', 'used', 'revoked')),
    version       bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    expires_at    timestamptz NOT NULL,
    invited_at    timestamptz NOT NULL,
    -- Somebody of the vendor's, or of the platform's.
    invited_by    uuid NOT NULL REFERENCES people,
    PRIMARY KEY (vendor_id, invitation_id),
    CONSTRAINT invitations_token_key UNIQUE (token_hash),
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
);
-- One at a time for each person and role.
CREATE UNIQUE INDEX invitations_one_open ON invitations (vendor_id, user_id, role) WHERE state = 'open';
CREATE INDEX invitations_newest ON invitations (vendor_id, invited_at DESC, invitation_id DESC);

-- Append-only: each change to people and rights of a vendor.
CREATE TABLE people_log (
    vendor_id uuid NOT NULL REFERENCES vendors,
    entry_id  uuid NOT NULL,
    at        timestamptz NOT NULL,
    by_id     uuid NOT NULL REFERENCES people,
    -- In which role it was done, and to whom.
    by_role   text NOT NULL CHECK (char_length(by_role) <= 20),
    about_id  uuid NOT NULL,
    -- What was done, as the domain writes it.
    change    jsonb NOT NULL,
    PRIMARY KEY (vendor_id, entry_id),
    FOREIGN KEY (vendor_id, about_id) REFERENCES vendor_people
);
CREATE INDEX people_log_newest ON people_log (vendor_id, at DESC, entry_id DESC);

-- Append-only: each change of the vendor itself.
CREATE TABLE vendor_log (
    vendor_id uuid NOT NULL REFERENCES vendors,
    entry_id  uuid NOT NULL,
    at        timestamptz NOT NULL,
    by_id     uuid NOT NULL REFERENCES people,
    -- In which role it was done.
    by_role   text NOT NULL CHECK (char_length(by_role) <= 20),
    -- What was done, as the domain writes it.
    change    jsonb NOT NULL,
    PRIMARY KEY (vendor_id, entry_id)
);
CREATE INDEX vendor_log_newest ON vendor_log (vendor_id, at DESC, entry_id DESC);

SELECT keep_to_vendor('invitations', 'people_log', 'vendor_log');
ALTER TABLE legal_entities ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_entities FORCE ROW LEVEL SECURITY;
ALTER TABLE entity_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity_terms FORCE ROW LEVEL SECURITY;

CREATE POLICY platforms ON legal_entities TO orderline_platform USING (true);
CREATE POLICY platforms ON entity_terms TO orderline_platform USING (true);
CREATE POLICY owner_reads ON invitations FOR SELECT TO orderline_owner USING (true);
-- Setting up makes the first of each.
CREATE POLICY everybody ON legal_entities TO orderline_jobs USING (true);
CREATE POLICY everybody ON entity_terms TO orderline_jobs USING (true);

GRANT SELECT ON legal_entities, entity_terms TO orderline_platform;
-- A vendor begins with the platform's entities as those that its buyers contract with.
CREATE POLICY platforms ON contractual_partners FOR INSERT TO orderline_platform WITH CHECK (true);
GRANT INSERT ON contractual_partners TO orderline_platform;
GRANT SELECT, INSERT ON legal_entities, entity_terms TO orderline_jobs;
GRANT SELECT, INSERT, UPDATE (state, version, token_hash, expires_at) ON invitations TO orderline_app;
GRANT SELECT ON invitations TO orderline_jobs;
GRANT SELECT, INSERT ON people_log, vendor_log TO orderline_app;
GRANT INSERT ON memberships TO orderline_app;
GRANT UPDATE (suspended_at), DELETE ON memberships TO orderline_app;

-- Whom the token with this hash asks, and to which vendor: neither is known before.
CREATE FUNCTION invitation_lookup(p_token_hash bytea) RETURNS TABLE (vendor_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT i.vendor_id, i.user_id FROM public.invitations i WHERE i.token_hash = p_token_hash $$;
-- Whoever loses a right is signed out everywhere, at whichever vendor they act.
CREATE FUNCTION end_sessions_of(p_user uuid) RETURNS SETOF uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        DELETE FROM public.sessions s
         WHERE s.user_id = p_user
           AND EXISTS (SELECT FROM public.vendor_people v
                        WHERE v.vendor_id = public.scope_vendor() AND v.user_id = p_user)
        RETURNING s.session_id
    $$;
-- Whoever gets a right goes on in other tokens: one that was taken before is not worth more by it.
CREATE FUNCTION renew_sessions_of(p_user uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        UPDATE public.sessions s SET renew = true
         WHERE s.user_id = p_user AND s.only_thread IS NULL
           AND EXISTS (SELECT FROM public.vendor_people v
                        WHERE v.vendor_id = public.scope_vendor() AND v.user_id = p_user)
    $$;
-- A vendor that is shut has nobody who works for it.
CREATE FUNCTION end_sessions_of_members() RETURNS SETOF uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        DELETE FROM public.sessions s
         WHERE EXISTS (SELECT FROM public.memberships m
                        WHERE m.vendor_id = public.scope_vendor() AND m.user_id = s.user_id)
        RETURNING s.session_id
    $$;
-- What somebody of the platform's is called who changed something at the transaction's vendor.
CREATE FUNCTION name_of_person(p_user uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT p.name FROM public.people p
         WHERE p.user_id = p_user
           AND EXISTS (SELECT FROM public.people_log l
                        WHERE l.vendor_id = public.scope_vendor() AND l.by_id = p_user
                        UNION ALL
                       SELECT FROM public.vendor_log l
                        WHERE l.vendor_id = public.scope_vendor() AND l.by_id = p_user)
    $$;
CREATE POLICY owner_reads ON people_log FOR SELECT TO orderline_owner USING (true);
CREATE POLICY owner_reads ON vendor_log FOR SELECT TO orderline_owner USING (true);
REVOKE ALL ON FUNCTION end_sessions_of(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION renew_sessions_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION renew_sessions_of(uuid) TO orderline_app;
REVOKE ALL ON FUNCTION end_sessions_of_members() FROM PUBLIC;
REVOKE ALL ON FUNCTION name_of_person(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_sessions_of(uuid), end_sessions_of_members(), name_of_person(uuid) TO orderline_app;
REVOKE ALL ON FUNCTION invitation_lookup(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invitation_lookup(bytea) TO orderline_app;

-- Append-only: what happened at the doors of accounts. It concerns people, not vendors; only the platform's own people read it.
CREATE TABLE security_log (
    entry_id uuid PRIMARY KEY,
    at       timestamptz NOT NULL,
    -- Whose account; none where there is no such account. What was typed is not kept.
    user_id  uuid REFERENCES people ON DELETE CASCADE,
    step     text NOT NULL CHECK (char_length(step) BETWEEN 1 AND 40),
    refusal  boolean NOT NULL,
    -- An IPv4 or IPv6 address, where it came over the network.
    from_ip  text CHECK (char_length(from_ip) BETWEEN 2 AND 45),
    -- Who did it for them, and why.
    by_id    uuid REFERENCES people,
    reason   text CHECK (char_length(reason) BETWEEN 1 AND 300)
);
CREATE INDEX security_log_newest ON security_log (at DESC, entry_id DESC);
CREATE INDEX security_log_refusals ON security_log (at DESC, entry_id DESC) WHERE refusal;
CREATE INDEX security_log_of_person ON security_log (user_id);
CREATE INDEX security_log_by_person ON security_log (by_id) WHERE by_id IS NOT NULL;
ALTER TABLE security_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE security_log FORCE ROW LEVEL SECURITY;
CREATE POLICY their_own ON security_log FOR INSERT TO orderline_app WITH CHECK (user_id = scope_person());
CREATE POLICY everybody ON security_log TO orderline_jobs USING (true);
CREATE POLICY platforms ON security_log FOR SELECT TO orderline_platform USING (true);
CREATE POLICY owner_reads ON security_log FOR SELECT TO orderline_owner USING (true);
-- Requests that were refused for want of rights, counted by the hour. Like the log above it concerns people, not vendors.
CREATE TABLE security_refusals (
    line_id uuid PRIMARY KEY,
    -- Its beginning.
    hour    timestamptz NOT NULL,
    -- Who was signed in.
    user_id uuid REFERENCES people ON DELETE CASCADE,
    from_ip text NOT NULL CHECK (char_length(from_ip) BETWEEN 2 AND 45),
    -- Whose lines are bounded.
    network text NOT NULL CHECK (char_length(network) BETWEEN 2 AND 45),
    refused text NOT NULL CHECK (char_length(refused) BETWEEN 1 AND 40),
    times   bigint NOT NULL CHECK (times > 0),
    CONSTRAINT security_refusals_once UNIQUE NULLS NOT DISTINCT (hour, user_id, from_ip, refused)
);
CREATE INDEX security_refusals_newest ON security_refusals (hour DESC, line_id DESC);
CREATE INDEX security_refusals_of_network ON security_refusals (hour, network);
CREATE INDEX security_refusals_of_person ON security_refusals (user_id);
ALTER TABLE security_refusals ENABLE ROW LEVEL SECURITY;
ALTER TABLE security_refusals FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON security_refusals TO orderline_jobs USING (true);
CREATE POLICY platforms ON security_refusals FOR SELECT TO orderline_platform USING (true);
CREATE POLICY owner_reads ON security_refusals FOR SELECT TO orderline_owner USING (true);
GRANT SELECT, INSERT, UPDATE (times), DELETE ON security_refusals TO orderline_jobs;
GRANT SELECT ON security_refusals TO orderline_platform;
-- What somebody in the log is called, and where their mail goes.
CREATE FUNCTION person_in_security_log(p_user uuid) RETURNS TABLE (name text, email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT p.name, p.email FROM public.people p
         WHERE p.user_id = p_user
           AND EXISTS (SELECT FROM public.security_log l WHERE l.user_id = p_user
                        UNION ALL
                       SELECT FROM public.security_log l WHERE l.by_id = p_user
                        UNION ALL
                       SELECT FROM public.security_refusals r WHERE r.user_id = p_user)
    $$;
REVOKE ALL ON FUNCTION person_in_security_log(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_in_security_log(uuid) TO orderline_platform;
GRANT INSERT ON security_log TO orderline_app;
GRANT SELECT, INSERT, DELETE ON security_log TO orderline_jobs;
GRANT SELECT ON security_log TO orderline_platform;
