-- The platform's people: who they are, what they look for across vendors, and how they look into one.

SELECT keep_to_vendor('visits');
CREATE POLICY platforms ON visits TO orderline_platform USING (true);
CREATE POLICY owner_reads ON visits FOR SELECT TO orderline_owner USING (true);
ALTER TABLE platform_searches ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_searches FORCE ROW LEVEL SECURITY;
CREATE POLICY platforms ON platform_searches TO orderline_platform USING (true);
CREATE POLICY platforms ON platform_roles TO orderline_platform USING (true);
CREATE POLICY platforms ON vendor_people FOR INSERT TO orderline_platform WITH CHECK (true);
CREATE POLICY platform_writes ON security_log FOR INSERT TO orderline_platform WITH CHECK (true);

-- What a search across vendors reads: where a thing is, never what stands in it.
CREATE POLICY platforms ON threads FOR SELECT TO orderline_platform USING (true);
CREATE POLICY platforms ON thread_people FOR SELECT TO orderline_platform USING (true);
CREATE POLICY platforms ON orders FOR SELECT TO orderline_platform USING (true);
GRANT SELECT (vendor_id, thread_id, title, last_at) ON threads TO orderline_platform;
GRANT SELECT (vendor_id, thread_id, user_id, role) ON thread_people TO orderline_platform;
GRANT SELECT (vendor_id, thread_id, number, placed_at) ON orders TO orderline_platform;

-- A search is written before it is answered, and stays; of a visit nothing changes but its end.
GRANT SELECT, INSERT ON platform_searches TO orderline_platform;
GRANT SELECT, INSERT, UPDATE (until) ON visits TO orderline_platform;
GRANT SELECT ON visits TO orderline_app;
GRANT SELECT, UPDATE (until) ON visits TO orderline_jobs;
-- A vendor knows whoever looked in, so that what they did there can be read under their name.
GRANT INSERT ON vendor_people TO orderline_platform;
GRANT SELECT, INSERT, DELETE, UPDATE (suspended_at) ON platform_roles TO orderline_platform;
GRANT INSERT ON security_log TO orderline_platform;

-- Whose account has exactly this address.
CREATE FUNCTION account_of_address(p_email text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT p.user_id FROM public.people p WHERE p.email = p_email AND p.disabled_at IS NULL $$;
-- What somebody of the platform's is called, and where their mail goes.
CREATE FUNCTION person_at_platform(p_user uuid) RETURNS TABLE (name text, email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT p.name, p.email FROM public.people p
         WHERE p.user_id = p_user AND EXISTS (SELECT FROM public.platform_roles r WHERE r.user_id = p_user)
    $$;
-- Whoever loses one of the platform's roles is signed out everywhere.
CREATE FUNCTION end_sessions_of_steward(p_user uuid) RETURNS SETOF uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        DELETE FROM public.sessions s
         WHERE s.user_id = p_user AND EXISTS (SELECT FROM public.platform_roles r WHERE r.user_id = p_user)
        RETURNING s.session_id
    $$;
REVOKE ALL ON FUNCTION account_of_address(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION person_at_platform(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION end_sessions_of_steward(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_of_address(text), person_at_platform(uuid), end_sessions_of_steward(uuid)
    TO orderline_platform;

-- The other nodes hear that a visit ended: the person's sockets there come back and are asked anew.
CREATE FUNCTION tell_of_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        PERFORM pg_notify('orderline_sessions', concat_ws(' ', current_setting('orderline.node'), s.session_id))
           FROM public.sessions s WHERE s.user_id = NEW.user_id;
        RETURN NULL;
    END
    $$;
CREATE TRIGGER tell_of_visit AFTER UPDATE OF until ON visits
    FOR EACH ROW WHEN (NEW.until < OLD.until AND current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_of_visit();
