-- Which rep a vendor's customers are assigned to, and how customers are found.

-- Append-only: customers that were given to a rep, or taken from one, in one go.
CREATE TABLE customer_moves (
    vendor_id uuid NOT NULL REFERENCES vendors,
    -- Made by the page that asks: asked again, it is answered again.
    move_id   uuid NOT NULL,
    at        timestamptz NOT NULL,
    by_id     uuid NOT NULL REFERENCES people,
    -- In which role it was done.
    by_role   text NOT NULL CHECK (char_length(by_role) <= 20),
    -- NULL: from now on they are nobody's.
    to_rep    uuid,
    moved     bigint NOT NULL CHECK (moved >= 0),
    -- SHA-256 of what was asked for.
    asked     bytea NOT NULL CHECK (octet_length(asked) = 32),
    -- That more was asked for than one move reaches.
    is_more   boolean NOT NULL,
    PRIMARY KEY (vendor_id, move_id),
    FOREIGN KEY (vendor_id, to_rep) REFERENCES vendor_people (vendor_id, user_id)
);

-- Append-only: each customer of a move.
CREATE TABLE customers_moved (
    vendor_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    move_id     uuid NOT NULL,
    from_rep    uuid,
    PRIMARY KEY (vendor_id, customer_id, move_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, move_id) REFERENCES customer_moves
);

SELECT keep_to_vendor('customer_moves', 'customers_moved');
GRANT SELECT, INSERT ON customer_moves, customers_moved TO orderline_app;

-- Below row-level security an index answers to no LIKE and to nothing about groups of letters, so that a search runs
-- with the owner's rights, over the transaction's vendor alone, and answers with ids: the rows are read below the
-- policies.
-- Written at once: what waits to be written is read through by every search.
CREATE INDEX customers_by_key ON customers USING gin (vendor_id, search_key gin_trgm_ops) WITH (fastupdate = off);

-- The transaction's vendor's customers, the newest first: those in whose keys each of the terms stands (patterns of
-- LIKE), together with one buyer. Where none does, those whose key is closest to a text. `p_own` is the rep beyond
-- whose customers nothing is seen, `p_rep` the one whose customers are wanted; whoever moves customers to `p_to` wants
-- those who are not there yet.
--
-- `place` sorts: microseconds since 1970, or how close a key is, in millionths. So a page's cursor tells of which kind
-- the page before it was.
CREATE FUNCTION find_customers(p_terms text[], p_buyer uuid, p_close text, p_least real, p_own uuid, p_rep uuid,
                               p_nobody boolean, p_moving boolean, p_to uuid, p_place bigint, p_id uuid, p_limit bigint)
    RETURNS TABLE (customer_id uuid, place bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    -- A plan for the terms at hand: whether an index is worth it depends on them.
    SET plan_cache_mode = force_custom_plan
    AS $$
    DECLARE
        most_close CONSTANT bigint := 1000000;
        found_close CONSTANT integer := 50;
        v uuid := public.scope_vendor();
        t1 text := p_terms[1];
        t2 text := p_terms[2];
        t3 text := p_terms[3];
        t4 text := p_terms[4];
        before timestamptz := to_timestamp(0) + p_place * interval '1 microsecond';
    BEGIN
        -- Whom a link let into one thread finds nobody.
        IF public.scope_thread() IS NOT NULL THEN
            RETURN;
        END IF;
        IF p_place IS NULL OR p_place > most_close THEN
            RETURN QUERY
                SELECT f.customer_id, (extract(epoch FROM f.created_at) * 1000000)::bigint
                  FROM ((SELECT c.customer_id, c.created_at FROM public.customers c
                          WHERE c.vendor_id = v AND c.merged_into IS NULL
                            AND (t1 IS NULL OR c.search_key LIKE t1) AND (t2 IS NULL OR c.search_key LIKE t2)
                            AND (t3 IS NULL OR c.search_key LIKE t3) AND (t4 IS NULL OR c.search_key LIKE t4)
                            AND (p_own IS NULL OR c.rep_id = p_own) AND (p_rep IS NULL OR c.rep_id = p_rep)
                            AND (NOT p_nobody OR c.rep_id IS NULL)
                            AND (NOT p_moving OR c.rep_id IS DISTINCT FROM p_to)
                            AND (before IS NULL OR (c.created_at, c.customer_id) < (before, p_id))
                          ORDER BY c.created_at DESC, c.customer_id DESC LIMIT p_limit)
                         UNION
                        (SELECT c.customer_id, c.created_at FROM public.customers c
                          WHERE c.vendor_id = v AND c.user_id = p_buyer AND c.merged_into IS NULL
                            AND (p_own IS NULL OR c.rep_id = p_own) AND (p_rep IS NULL OR c.rep_id = p_rep)
                            AND (NOT p_nobody OR c.rep_id IS NULL)
                            AND (NOT p_moving OR c.rep_id IS DISTINCT FROM p_to)
                            AND (before IS NULL OR (c.created_at, c.customer_id) < (before, p_id)))) f
                 ORDER BY f.created_at DESC, f.customer_id DESC LIMIT p_limit;
            IF FOUND OR p_place IS NOT NULL OR p_close IS NULL THEN
                RETURN;
            END IF;
        END IF;
        PERFORM set_config('pg_trgm.word_similarity_threshold', p_least::text, true);
        RETURN QUERY
            SELECT f.customer_id, f.place
              FROM (SELECT c.customer_id, (word_similarity(p_close, c.search_key) * most_close)::bigint AS place
                      FROM public.customers c
                     WHERE c.vendor_id = v AND p_close <% c.search_key AND c.merged_into IS NULL
                       AND (p_own IS NULL OR c.rep_id = p_own) AND (p_rep IS NULL OR c.rep_id = p_rep)
                       AND (NOT p_nobody OR c.rep_id IS NULL)
                     ORDER BY 2 DESC, 1 DESC LIMIT found_close) f
             WHERE p_place IS NULL OR (f.place, f.customer_id) < (p_place, p_id)
             ORDER BY f.place DESC, f.customer_id DESC LIMIT p_limit;
    END
    $$;
REVOKE ALL ON FUNCTION find_customers(text[], uuid, text, real, uuid, uuid, boolean, boolean, uuid, bigint, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_customers(text[], uuid, text, real, uuid, uuid, boolean, boolean, uuid, bigint, uuid, bigint)
    TO orderline_app;
