-- Buyers who ask first: vendors' public pages, and the questions that came by them.

-- What a vendor's public page has beside its record. A vendor without a row has the page by its id alone.
CREATE TABLE vendor_pages (
    vendor_id uuid PRIMARY KEY REFERENCES vendors,
    -- The last part of the address.
    slug      text CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) BETWEEN 3 AND 31),
    -- The seller who answers new questions; none: whoever has the fewest threads.
    answers   uuid,
    -- Whoever changes it names the version that they read.
    version   bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    CONSTRAINT vendor_pages_slug_key UNIQUE (slug),
    FOREIGN KEY (vendor_id, answers) REFERENCES vendor_people (vendor_id, user_id)
);

-- Each question once, however often it was sent.
CREATE TABLE questions (
    vendor_id   uuid NOT NULL,
    -- SHA-256 of the secret that the asker's page made for it, and of all that it sent.
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    body_hash   bytea NOT NULL CHECK (octet_length(body_hash) = 32),
    thread_id   uuid NOT NULL,
    asker_id    uuid NOT NULL,
    product_id  uuid,
    -- The asker had no session.
    stranger    boolean NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, secret_hash),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads,
    FOREIGN KEY (vendor_id, asker_id) REFERENCES vendor_people,
    FOREIGN KEY (vendor_id, product_id) REFERENCES products (vendor_id, product_id)
);
CREATE INDEX questions_of_asker ON questions (vendor_id, asker_id);
CREATE INDEX questions_of_strangers ON questions (vendor_id, at) WHERE stranger;

SELECT keep_to_vendor('vendor_pages', 'questions');
CREATE POLICY owner_reads ON vendor_pages FOR SELECT TO orderline_owner USING (true);
GRANT SELECT, INSERT, UPDATE (slug, answers, version) ON vendor_pages TO orderline_app;
GRANT SELECT, INSERT ON questions TO orderline_app;

-- Whose public page stands at this address: an id, else a slug.
CREATE FUNCTION vendor_of_page(p_id uuid, p_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT v.vendor_id FROM public.vendors v WHERE v.vendor_id = p_id
         UNION ALL
        SELECT p.vendor_id FROM public.vendor_pages p WHERE p.slug = p_slug
    $$;
REVOKE ALL ON FUNCTION vendor_of_page(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vendor_of_page(uuid, text) TO orderline_app;

-- The transaction's person has to do with the transaction's vendor from now on.
CREATE FUNCTION meet_vendor(p_now timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        INSERT INTO public.vendor_people (vendor_id, user_id, since)
        VALUES (public.scope_vendor(), public.scope_person(), p_now)
            ON CONFLICT DO NOTHING
    $$;
REVOKE ALL ON FUNCTION meet_vendor(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meet_vendor(timestamptz) TO orderline_app;

-- The threads in which the transaction's person buys, at every vendor, the newest first: their list, and nothing of what
-- stands in the threads. Opening one is of its vendor's scope again.
CREATE POLICY owner_reads ON threads FOR SELECT TO orderline_owner USING (true);
CREATE POLICY owner_reads ON thread_people FOR SELECT TO orderline_owner USING (true);
CREATE FUNCTION own_threads(p_before timestamptz, p_id uuid, p_limit bigint)
    RETURNS TABLE (thread_id uuid, vendor_id uuid, vendor_name text, title text, seller text, last_at timestamptz,
                   unread bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT t.thread_id, t.vendor_id, v.name, t.title,
               (SELECT u.name FROM public.thread_people s JOIN public.people u USING (user_id)
                 WHERE s.vendor_id = t.vendor_id AND s.thread_id = t.thread_id AND s.role <> 'buyer'
                 ORDER BY s.since DESC NULLS LAST, s.user_id LIMIT 1),
               t.last_at, t.last_seq - me.acked_seq
          FROM public.thread_people me
          JOIN public.threads t ON t.vendor_id = me.vendor_id AND t.thread_id = me.thread_id
          JOIN public.vendors v ON v.vendor_id = t.vendor_id
         WHERE me.user_id = public.scope_person() AND me.role = 'buyer'
           AND (p_before IS NULL OR (t.last_at, t.thread_id) < (p_before, p_id))
         ORDER BY t.last_at DESC, t.thread_id DESC LIMIT p_limit
    $$;
REVOKE ALL ON FUNCTION own_threads(timestamptz, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_threads(timestamptz, uuid, bigint) TO orderline_app;
