-- Whose rows a transaction sees. Run by the owner role.
--
-- Every vendor's table carries its vendor, first in its primary key, so that the whole can be cut by vendor. Row-level
-- security is forced: the application's role sees one vendor at a time, named by `orderline.vendor` for the length of a
-- transaction, and of its threads perhaps one alone, named by `orderline.thread`; without a vendor, nothing but what is a person's
-- own, named by `orderline.person`. The jobs' role sees every vendor. Before a vendor is known (sign-in, a session, a link, a ticket) functions that run as the owner
-- answer exact questions only.

-- Which migrations were applied, for whoever looks whether the database fits the program. The table is of whoever applies
-- them.
CREATE FUNCTION applied_migrations() RETURNS TABLE (version bigint, checksum bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        RETURN QUERY SELECT m.version, m.checksum FROM public._sqlx_migrations m WHERE m.success;
    END
    $$;
REVOKE ALL ON FUNCTION applied_migrations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION applied_migrations() TO orderline_jobs;

-- The vendor that this transaction works for, or NULL.
CREATE FUNCTION scope_vendor() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('orderline.vendor', true), '')::uuid $$;

-- Who acts in this transaction, or NULL: their own sessions and contacts are theirs whatever the vendor.
CREATE FUNCTION scope_person() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('orderline.person', true), '')::uuid $$;

-- The thread that this transaction is limited to, or NULL.
CREATE FUNCTION scope_thread() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('orderline.thread', true), '')::uuid $$;

-- Keeps a table's rows to their vendor, and to their thread where they have one. For migrations alone.
CREATE FUNCTION keep_to_vendor(VARIADIC tables text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
    DECLARE
        t text;
    BEGIN
        FOREACH t IN ARRAY tables LOOP
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
            EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
            IF EXISTS (SELECT FROM pg_attribute a
                        WHERE a.attrelid = format('public.%I', t)::regclass AND a.attname = 'thread_id') THEN
                EXECUTE format('CREATE POLICY in_thread ON %I AS RESTRICTIVE TO orderline_app
                                    USING (scope_thread() IS NULL OR thread_id = scope_thread())', t);
            END IF;
        END LOOP;
    END
    $$;
REVOKE ALL ON FUNCTION keep_to_vendor(text[]) FROM PUBLIC;
