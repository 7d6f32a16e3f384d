-- The tenants, their people and the threads that people share. Run by the owner role.
--
-- Every table carries its vendor. Row-level security is forced: the application's role sees one vendor at a
-- time, named by `orderline.vendor` for the length of a transaction; without it, nothing. The jobs' role sees
-- every vendor. Before a vendor is known (sign-in, session look-up) two functions answer exact questions only.

-- The vendor that this transaction works for, or NULL.
CREATE FUNCTION scope_vendor() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('orderline.vendor', true), '')::uuid $$;

CREATE TABLE vendors (
    vendor_id  uuid PRIMARY KEY,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    -- ISO 4217 and ISO 3166-1 alpha-2.
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    country    char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL
);

CREATE TABLE users (
    user_id       uuid PRIMARY KEY,
    vendor_id     uuid NOT NULL REFERENCES vendors,
    -- Lower case; one account an address on the whole platform.
    email         text NOT NULL CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 254),
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    role          text NOT NULL CHECK (role IN ('seller', 'buyer', 'compliance', 'support', 'admin')),
    -- PHC string (argon2id).
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_in_vendor UNIQUE (vendor_id, user_id)
);

CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    -- SHA-256 of the token; the token itself is only in the browser.
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    -- Moves at most once an hour.
    seen_at    timestamptz NOT NULL,
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id) ON DELETE CASCADE
);
CREATE INDEX sessions_of_user ON sessions (user_id);

-- The platform's legal entities that buyers contract with, and whose general terms apply.
CREATE TABLE contractual_partners (
    partner_id    uuid PRIMARY KEY,
    vendor_id     uuid NOT NULL REFERENCES vendors,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    terms_of      text NOT NULL CHECK (char_length(terms_of) BETWEEN 1 AND 200),
    terms_version text NOT NULL CHECK (char_length(terms_version) BETWEEN 1 AND 60),
    CONSTRAINT contractual_partners_in_vendor UNIQUE (vendor_id, partner_id)
);

CREATE TABLE products (
    product_id uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL REFERENCES vendors,
    partner_id uuid NOT NULL,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    active     boolean NOT NULL,
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Per cent of tax inside the gross prices.
    vat_rate   numeric(7, 4) NOT NULL CHECK (vat_rate BETWEEN 0 AND 100),
    created_at timestamptz NOT NULL,
    CONSTRAINT products_in_vendor UNIQUE (vendor_id, product_id),
    FOREIGN KEY (vendor_id, partner_id) REFERENCES contractual_partners (vendor_id, partner_id)
);

CREATE TABLE plans (
    plan_id    uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL REFERENCES vendors,
    product_id uuid NOT NULL,
    position   integer NOT NULL,
    label      text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 200),
    kind       text NOT NULL CHECK (kind IN ('one_time', 'instalments', 'subscription')),
    -- Gross: the total, or for a subscription each period's.
    amount     numeric(16, 4) NOT NULL CHECK (amount > 0),
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payments   integer NOT NULL CHECK (payments BETWEEN 1 AND 120),
    interval   text CHECK (interval IN ('week', 'two_weeks', 'month', 'quarter', 'half_year', 'year')),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products (vendor_id, product_id)
);
CREATE INDEX plans_of_product ON plans (product_id, position);

CREATE TABLE threads (
    thread_id  uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL REFERENCES vendors,
    title      text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL,
    -- Number, time and envelope hash of the last event; 0 and the genesis hash before the first.
    last_seq   bigint NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
    last_at    timestamptz NOT NULL,
    head_hash  bytea NOT NULL CHECK (octet_length(head_hash) = 32),
    CONSTRAINT threads_in_vendor UNIQUE (vendor_id, thread_id)
) WITH (fillfactor = 70);
CREATE INDEX threads_newest ON threads (vendor_id, last_at DESC);

CREATE TABLE thread_people (
    thread_id uuid NOT NULL,
    user_id   uuid NOT NULL,
    vendor_id uuid NOT NULL,
    -- Read up to here.
    acked_seq bigint NOT NULL DEFAULT 0 CHECK (acked_seq >= 0),
    PRIMARY KEY (thread_id, user_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id)
) WITH (fillfactor = 70);
CREATE INDEX thread_people_of_user ON thread_people (user_id);

-- Append-only. The hash runs over `envelope`, which commits to the body: a body and its salt can be erased and
-- the chain still verifies.
CREATE TABLE events (
    thread_id  uuid NOT NULL,
    seq        bigint NOT NULL CHECK (seq > 0),
    vendor_id  uuid NOT NULL,
    at         timestamptz NOT NULL,
    -- NULL: the system by itself.
    author_id  uuid,
    kind       text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 60),
    command_id uuid,
    -- Canonical bytes (RFC 8785) as they were hashed.
    envelope   bytea NOT NULL,
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    body       bytea,
    salt       bytea CHECK (octet_length(salt) = 32),
    PRIMARY KEY (thread_id, seq),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id),
    CHECK ((body IS NULL) = (salt IS NULL))
);
CREATE INDEX events_of_kind ON events (thread_id, kind, seq) WHERE kind <> 'message_sent';

-- What became of each command, so that a repeated one gets the same reply.
CREATE TABLE commands (
    user_id    uuid NOT NULL,
    command_id uuid NOT NULL,
    vendor_id  uuid NOT NULL,
    -- SHA-256 of the command's canonical bytes.
    body_hash  bytea NOT NULL CHECK (octet_length(body_hash) = 32),
    result     text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (user_id, command_id)
);
CREATE INDEX commands_by_age ON commands (at);

-- Running server processes; no vendor's business, so the application's role has no right here at all.
CREATE TABLE nodes (
    node_id    uuid PRIMARY KEY,
    public_url text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);

ALTER TABLE vendors ENABLE ROW LEVEL SECURITY;
ALTER TABLE vendors FORCE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE contractual_partners ENABLE ROW LEVEL SECURITY;
ALTER TABLE contractual_partners FORCE ROW LEVEL SECURITY;
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans FORCE ROW LEVEL SECURITY;
ALTER TABLE threads ENABLE ROW LEVEL SECURITY;
ALTER TABLE threads FORCE ROW LEVEL SECURITY;
ALTER TABLE thread_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE thread_people FORCE ROW LEVEL SECURITY;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
ALTER TABLE commands ENABLE ROW LEVEL SECURITY;
ALTER TABLE commands FORCE ROW LEVEL SECURITY;
ALTER TABLE nodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE nodes FORCE ROW LEVEL SECURITY;

CREATE POLICY in_scope ON vendors TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON users TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON sessions TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON contractual_partners TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON products TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON plans TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON threads TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON thread_people TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON events TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY in_scope ON commands TO orderline_app USING (vendor_id = scope_vendor());

CREATE POLICY every_vendor ON vendors TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON users TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON sessions TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON contractual_partners TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON products TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON plans TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON threads TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON thread_people TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON events TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON commands TO orderline_jobs USING (true);
CREATE POLICY every_vendor ON nodes TO orderline_jobs USING (true);

-- The functions below run as the owner, from whom forced security would hide every row.
CREATE POLICY owner_reads ON vendors TO orderline_owner USING (true);
CREATE POLICY owner_reads ON users TO orderline_owner USING (true);
CREATE POLICY owner_reads ON sessions TO orderline_owner USING (true);

GRANT SELECT ON vendors, contractual_partners, products, plans TO orderline_app;
GRANT SELECT (user_id, vendor_id, email, name, role, created_at, disabled_at) ON users TO orderline_app;
GRANT SELECT, INSERT, DELETE ON sessions TO orderline_app;
GRANT SELECT, INSERT, UPDATE ON threads TO orderline_app;
GRANT SELECT, INSERT, UPDATE ON thread_people TO orderline_app;
GRANT SELECT, INSERT ON events TO orderline_app;
GRANT SELECT, INSERT ON commands TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON vendors, users, sessions, contractual_partners, products, plans,
    threads, thread_people, commands, nodes TO orderline_jobs;
GRANT SELECT, INSERT ON events TO orderline_jobs;

-- Who signs in with this address; the caller checks the password against the hash.
CREATE FUNCTION sign_in_lookup(p_email text)
    RETURNS TABLE (user_id uuid, vendor_id uuid, name text, role text, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT u.user_id, u.vendor_id, u.name, u.role, u.password_hash
          FROM public.users u
         WHERE u.email = p_email AND u.disabled_at IS NULL
    $$;

-- Who holds the token with this hash, if the session has been used within the idle time. Moves `seen_at` when
-- it is older than an hour.
CREATE FUNCTION session_lookup(p_token_hash bytea, p_now timestamptz, p_idle_seconds bigint)
    RETURNS TABLE (session_id uuid, user_id uuid, vendor_id uuid, name text, role text, vendor_name text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        UPDATE public.sessions s
           SET seen_at = p_now
         WHERE s.token_hash = p_token_hash
           AND s.seen_at < p_now - interval '1 hour'
           AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds);
        RETURN QUERY
            SELECT s.session_id, u.user_id, u.vendor_id, u.name, u.role, v.name
              FROM public.sessions s
              JOIN public.users u USING (user_id)
              JOIN public.vendors v ON v.vendor_id = u.vendor_id
             WHERE s.token_hash = p_token_hash
               AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds)
               AND u.disabled_at IS NULL;
    END
    $$;

REVOKE ALL ON FUNCTION sign_in_lookup(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION session_lookup(bytea, timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_in_lookup(text) TO orderline_app;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, timestamptz, bigint) TO orderline_app;
