-- Vendors, their people, and how people get in.

CREATE TABLE vendors (
    vendor_id  uuid PRIMARY KEY,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    -- ISO 4217 and ISO 3166-1 alpha-2.
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    country    char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL,
    -- Days (first payments, due dates) are the vendor's, so it has a time zone (IANA name).
    time_zone  text NOT NULL DEFAULT 'Europe/Berlin' CHECK (char_length(time_zone) BETWEEN 1 AND 60),
    -- What it has bought from the platform: calls are part of some plans only.
    plan       text NOT NULL DEFAULT 'calls' CHECK (plan IN ('basic', 'calls'))
);

CREATE TABLE users (
    user_id       uuid NOT NULL,
    vendor_id     uuid NOT NULL REFERENCES vendors,
    -- Lower case; one account an address on the whole platform.
    email         text NOT NULL CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 254),
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    role          text NOT NULL CHECK (role IN ('seller', 'buyer', 'compliance', 'support', 'admin')),
    -- PHC string (argon2id).
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    -- Where a buyer lives, if it is known (ISO 3166-1 alpha-2), and what they read (BCP 47).
    country       char(2) CHECK (country ~ '^[A-Z]{2}$'),
    language      text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    -- Where a person's browser is (IANA name), once it has told.
    time_zone     text CHECK (char_length(time_zone) BETWEEN 1 AND 60),
    PRIMARY KEY (vendor_id, user_id),
    CONSTRAINT users_email_key UNIQUE (email)
);
-- The jobs' role does not name the vendor.
CREATE INDEX users_by_id ON users (user_id);

CREATE TABLE sessions (
    session_id  uuid NOT NULL,
    vendor_id   uuid NOT NULL,
    user_id     uuid NOT NULL,
    -- SHA-256 of the token; the token itself is only in the browser.
    token_hash  bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at  timestamptz NOT NULL,
    -- Moves at most once an hour.
    seen_at     timestamptz NOT NULL,
    -- A session that a link opened sees its thread alone, and ends.
    only_thread uuid,
    ends_at     timestamptz,
    -- Taking that link back ends it.
    link_id     uuid,
    -- How its person showed who they are.
    proof       jsonb NOT NULL CHECK (proof ->> 'kind' IN
        ('password', 'demo_door', 'link_to_own_contact', 'link_to_given_contact', 'code_to_own_contact')),
    PRIMARY KEY (vendor_id, session_id),
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users ON DELETE CASCADE
);
CREATE INDEX sessions_of_link ON sessions (vendor_id, link_id) WHERE link_id IS NOT NULL;
CREATE INDEX sessions_by_id ON sessions (session_id);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_use ON sessions (seen_at);

-- The codes that were sent to a person's own contact in the last day, by their hashes, as the domain writes them.
CREATE TABLE proof_codes (
    vendor_id uuid NOT NULL,
    user_id   uuid NOT NULL,
    codes     jsonb NOT NULL,
    PRIMARY KEY (vendor_id, user_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users ON DELETE CASCADE
);

SELECT keep_to_vendor('vendors', 'users', 'sessions', 'proof_codes');
-- The functions below run as the owner, from whom forced security would hide every row.
CREATE POLICY owner_reads ON vendors TO orderline_owner USING (true);
CREATE POLICY owner_reads ON users TO orderline_owner USING (true);
CREATE POLICY owner_reads ON sessions TO orderline_owner USING (true);

GRANT SELECT ON vendors TO orderline_app;
GRANT SELECT (user_id, vendor_id, email, name, role, created_at, disabled_at, country, language, time_zone),
    UPDATE (time_zone) ON users TO orderline_app;
GRANT SELECT, INSERT, DELETE, UPDATE (proof) ON sessions TO orderline_app;
GRANT SELECT, INSERT, UPDATE ON proof_codes TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON vendors, users, sessions TO orderline_jobs;

-- Who signs in with this address; the caller checks the password against the hash.
CREATE FUNCTION sign_in_lookup(p_email text)
    RETURNS TABLE (user_id uuid, vendor_id uuid, name text, role text, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT u.user_id, u.vendor_id, u.name, u.role, u.password_hash
          FROM public.users u
         WHERE u.email = p_email AND u.disabled_at IS NULL
    $$;

-- Who holds the token with this hash, if the session has not ended and has been used within the idle time. Moves
-- `seen_at` when it is older than an hour.
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
              JOIN public.users u ON u.vendor_id = s.vendor_id AND u.user_id = s.user_id
              JOIN public.vendors v ON v.vendor_id = u.vendor_id
             WHERE s.token_hash = p_token_hash
               AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds)
               AND (s.ends_at IS NULL OR s.ends_at > p_now)
               AND u.disabled_at IS NULL;
    END
    $$;

REVOKE ALL ON FUNCTION sign_in_lookup(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION session_lookup(bytea, timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_in_lookup(text) TO orderline_app;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, timestamptz, bigint) TO orderline_app;

-- The other nodes hear of sessions that ended or became others. They look for themselves; a word that is lost is made
-- up for when they look again.
CREATE FUNCTION tell_of_session() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('orderline_sessions', concat_ws(' ', current_setting('orderline.node'), OLD.session_id));
        RETURN NULL;
    END
    $$;
CREATE TRIGGER tell_of_session AFTER DELETE OR UPDATE OF proof ON sessions
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_of_session();
