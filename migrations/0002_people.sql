-- The platform, vendors, people, what people are to them, and how they get in.

-- One row, once the platform was set up.
CREATE TABLE platform (
    only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    name      text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    set_up_at timestamptz NOT NULL
);

-- What the platform sells to vendors. None is ever deleted.
CREATE TABLE vendor_plans (
    plan_id    uuid PRIMARY KEY,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    -- For show: nothing is charged by it.
    price      numeric NOT NULL CHECK (price >= 0),
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- The functions that it allows.
    allows     text[] NOT NULL CHECK (cardinality(allows) <= 50),
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at timestamptz NOT NULL
);
CREATE INDEX vendor_plans_newest ON vendor_plans (created_at DESC, plan_id DESC);

CREATE TABLE vendors (
    vendor_id  uuid PRIMARY KEY,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    -- ISO 4217 and ISO 3166-1 alpha-2.
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    country    char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL,
    -- Days (first payments, due dates) are the vendor's, so it has a time zone (IANA name).
    time_zone  text NOT NULL DEFAULT 'Europe/Berlin' CHECK (char_length(time_zone) BETWEEN 1 AND 60),
    -- What it has bought from the platform, and what it has switched on of that.
    plan_id    uuid NOT NULL REFERENCES vendor_plans,
    functions  text[] NOT NULL CHECK (cardinality(functions) <= 50),
    -- Who it is in law, and how it is reached.
    legal_name      text CHECK (char_length(legal_name) BETWEEN 1 AND 200),
    address         text CHECK (char_length(address) BETWEEN 1 AND 500),
    register_number text CHECK (char_length(register_number) BETWEEN 1 AND 100),
    email           text CHECK (char_length(email) BETWEEN 3 AND 254),
    -- E.164.
    phone           text CHECK (phone ~ '^[+][0-9]{4,15}$'),
    -- BCP 47.
    languages       text[] NOT NULL DEFAULT '{en}' CHECK (cardinality(languages) BETWEEN 1 AND 20),
    -- sRGB.
    colour          text CHECK (colour ~ '^#[0-9a-f]{6}$'),
    -- Whether it works; where it does not, since when and why.
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'suspended', 'closed')),
    state_since  timestamptz,
    state_reason text CHECK (char_length(state_reason) BETWEEN 3 AND 500),
    -- Whoever changes something here names the version that they read.
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    -- Grows with what the pages of its threads show of it.
    shown_version bigint NOT NULL DEFAULT 0,
    CHECK ((state = 'open') = (state_since IS NULL) AND (state = 'open') = (state_reason IS NULL))
);

-- A person is the platform's: one address, one way in, whatever they are at which vendor.
CREATE TABLE people (
    user_id       uuid PRIMARY KEY,
    -- Lower case; one account an address on the whole platform. A guest has none yet.
    email         text CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 254),
    -- A vendor said that this is their address; they have never said so themselves.
    email_given   boolean NOT NULL DEFAULT false CHECK (email IS NOT NULL OR NOT email_given),
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    -- PHC string (argon2id). None: this person gets in by other ways alone.
    password_hash text,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    -- Where a buyer lives, if it is known (ISO 3166-1 alpha-2), and what they read (BCP 47).
    country       char(2) CHECK (country ~ '^[A-Z]{2}$'),
    language      text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    -- They chose it themselves; else it is what a vendor said, or what their page was last read in.
    language_chosen boolean NOT NULL DEFAULT false,
    -- Where a person's browser is (IANA name), once it has told.
    time_zone     text CHECK (char_length(time_zone) BETWEEN 1 AND 60),
    CONSTRAINT people_email_key UNIQUE (email)
);

-- Who has to do with which vendor, for whatever reason. It stays when the reason ends, so that what they did can be read
-- under their name.
CREATE TABLE vendor_people (
    vendor_id uuid NOT NULL REFERENCES vendors,
    user_id   uuid NOT NULL REFERENCES people,
    since     timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, user_id)
);
CREATE INDEX vendor_people_of_person ON vendor_people (user_id);

-- What somebody may do for a vendor; several roles at once.
CREATE TABLE memberships (
    vendor_id    uuid NOT NULL,
    user_id      uuid NOT NULL,
    role         text NOT NULL CHECK (role IN ('seller', 'rep', 'compliance', 'support', 'admin')),
    -- Sorts those that were given in the same moment.
    grant_id     uuid NOT NULL DEFAULT gen_random_uuid(),
    granted_at   timestamptz NOT NULL,
    -- Until it is taken back, the role gives no right.
    suspended_at timestamptz,
    PRIMARY KEY (vendor_id, user_id, role),
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
);
CREATE INDEX memberships_of_person ON memberships (user_id);

-- What somebody may do for the platform.
CREATE TABLE platform_roles (
    user_id      uuid NOT NULL REFERENCES people,
    role         text NOT NULL CHECK (role IN ('platform_admin', 'platform_support', 'platform_compliance')),
    -- Sorts those that were given in the same moment.
    grant_id     uuid NOT NULL DEFAULT gen_random_uuid(),
    granted_at   timestamptz NOT NULL,
    suspended_at timestamptz,
    PRIMARY KEY (user_id, role)
);

-- Append-only: what the platform's people looked for across vendors, and why.
CREATE TABLE platform_searches (
    search_id uuid PRIMARY KEY,
    user_id   uuid NOT NULL REFERENCES people,
    -- As what they looked.
    role      text NOT NULL CHECK (role IN ('platform_support', 'platform_compliance')),
    at        timestamptz NOT NULL,
    what      text NOT NULL CHECK (char_length(what) BETWEEN 1 AND 254),
    reason    text NOT NULL CHECK (char_length(reason) BETWEEN 3 AND 500),
    found     integer NOT NULL CHECK (found >= 0),
    -- Whose things were found: these can be visited by it.
    vendors   uuid[] NOT NULL CHECK (cardinality(vendors) <= 50)
);
CREATE INDEX platform_searches_of_person ON platform_searches (user_id, at DESC);

-- For how long somebody of the platform's looked into a vendor, and why. While it lasts they have a role there.
CREATE TABLE visits (
    vendor_id uuid NOT NULL,
    visit_id  uuid NOT NULL,
    user_id   uuid NOT NULL,
    role      text NOT NULL CHECK (role IN ('support', 'compliance')),
    search_id uuid NOT NULL REFERENCES platform_searches,
    reason    text NOT NULL CHECK (char_length(reason) BETWEEN 3 AND 500),
    began_at  timestamptz NOT NULL,
    until     timestamptz NOT NULL CHECK (until >= began_at),
    PRIMARY KEY (vendor_id, visit_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
);
CREATE UNIQUE INDEX visits_by_id ON visits (visit_id);
CREATE INDEX visits_of_person ON visits (user_id, until);
CREATE INDEX visits_newest ON visits (vendor_id, began_at DESC, visit_id DESC);

-- A vendor's own record of who buys.
CREATE TABLE customers (
    vendor_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- Who it is, as a person with or without an account.
    user_id     uuid NOT NULL,
    created_at  timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('person', 'company')),
    -- What the vendor calls them, whatever they call themselves.
    name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    company     text CHECK (char_length(company) BETWEEN 1 AND 200),
    email       text CHECK (char_length(email) BETWEEN 3 AND 254),
    -- E.164.
    phone       text CHECK (phone ~ '^[+][0-9]{4,15}$'),
    language    text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    country     char(2) CHECK (country ~ '^[A-Z]{2}$'),
    vat_id      text CHECK (char_length(vat_id) BETWEEN 1 AND 40),
    tax_number  text CHECK (char_length(tax_number) BETWEEN 1 AND 40),
    -- The vendor's own word for customers of one kind.
    group_name  text COLLATE "C" CHECK (char_length(group_name) BETWEEN 1 AND 60),
    notes       text CHECK (char_length(notes) BETWEEN 1 AND 2000),
    -- Since when they have agreed to be called.
    consent_at  timestamptz,
    version     bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    -- Name, company, e-mail and phone number as a search compares them; see `0018_customers.sql`.
    search_key  text COLLATE "C" NOT NULL,
    -- To whom of the vendor's people they are assigned.
    rep_id      uuid,
    -- The record that this one has become a part of (ADR 27): it is read in its place.
    merged_into uuid,
    PRIMARY KEY (vendor_id, customer_id),
    CHECK (kind <> 'company' OR company IS NOT NULL),
    CONSTRAINT customers_person_key UNIQUE (vendor_id, user_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people,
    FOREIGN KEY (vendor_id, rep_id) REFERENCES vendor_people (vendor_id, user_id),
    CHECK (merged_into <> customer_id),
    FOREIGN KEY (vendor_id, merged_into) REFERENCES customers
);
CREATE INDEX customers_merged ON customers (vendor_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX customers_of_person ON customers (user_id);
CREATE INDEX customers_newest ON customers (vendor_id, created_at DESC, customer_id DESC);
CREATE INDEX customers_of_group ON customers (vendor_id, group_name) WHERE group_name IS NOT NULL;
CREATE INDEX customers_of_rep ON customers (vendor_id, rep_id, created_at DESC, customer_id DESC);

-- A session is a person's. One that a link opened is of the link's vendor alone.
CREATE TABLE sessions (
    session_id  uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    -- SHA-256 of the token; the token itself is only in the browser.
    token_hash  bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    created_at  timestamptz NOT NULL,
    -- Moves at most once an hour.
    seen_at     timestamptz NOT NULL,
    -- However much it is used.
    ends_at     timestamptz NOT NULL,
    -- A session that a link opened sees its thread alone.
    vendor_id   uuid,
    only_thread uuid,
    -- Taking that link back ends it.
    link_id     uuid,
    -- How its person showed who they are.
    proof       jsonb NOT NULL CHECK (proof ->> 'kind' IN
        ('password', 'passkey', 'demo_door', 'link_to_own_contact', 'link_to_given_contact', 'code_to_own_contact',
         'code_to_typed_contact', 'asked_themselves')),
    -- When they last showed who they are.
    proved_at   timestamptz NOT NULL,
    -- When they first showed a second factor beside it.
    second_factor_at timestamptz,
    -- What its person may do has grown: from their next request on it is known by another token.
    renew       boolean NOT NULL DEFAULT false,
    -- The token before that one, and until when it is still taken.
    old_token_hash bytea CHECK (octet_length(old_token_hash) = 32),
    old_until   timestamptz,
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
    CONSTRAINT sessions_old_token_hash_key UNIQUE (old_token_hash),
    CHECK ((vendor_id IS NULL) = (only_thread IS NULL))
);
CREATE INDEX sessions_of_link ON sessions (vendor_id, link_id) WHERE link_id IS NOT NULL;
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_use ON sessions (seen_at);

-- The codes that were sent to a person's own contact in the last day, by their hashes, as the domain writes them.
CREATE TABLE proof_codes (
    user_id uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    codes   jsonb NOT NULL
);

-- A link to an account that was sent to its own address.
CREATE TABLE account_links (
    link_id    uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    -- SHA-256 of the token; the token itself is only in the mail.
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    purpose    text NOT NULL CHECK (purpose IN ('sign_in', 'password')),
    asked_at   timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT account_links_token_key UNIQUE (token_hash)
);
CREATE INDEX account_links_of_user ON account_links (user_id, asked_at);
CREATE INDEX account_links_by_age ON account_links (asked_at);

-- Another address for an account: whoever reads the old mailbox and whoever reads the new one both say yes.
CREATE TABLE email_changes (
    change_id      uuid PRIMARY KEY,
    user_id        uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    -- In which session it was asked for: that one goes on.
    session_id     uuid NOT NULL,
    email          text NOT NULL CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 254),
    -- SHA-256 of the tokens; the tokens themselves are only in the mails. An address that somebody has gets none.
    old_token_hash bytea NOT NULL CHECK (octet_length(old_token_hash) = 32),
    new_token_hash bytea CHECK (octet_length(new_token_hash) = 32),
    asked_at       timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    old_said_yes   boolean NOT NULL DEFAULT false,
    new_said_yes   boolean NOT NULL DEFAULT false,
    state          text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'taken_back')),
    CONSTRAINT email_changes_old_token_key UNIQUE (old_token_hash),
    CONSTRAINT email_changes_new_token_key UNIQUE (new_token_hash)
);
CREATE UNIQUE INDEX email_changes_one_waiting ON email_changes (user_id) WHERE state = 'waiting';
CREATE INDEX email_changes_of_user ON email_changes (user_id, asked_at);
CREATE INDEX email_changes_by_age ON email_changes (asked_at);

-- A key in somebody's device, by which they sign in.
CREATE TABLE passkeys (
    passkey_id    uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    credential_id bytea NOT NULL CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    -- The public key and its counter, as the library that checks them writes them.
    key           jsonb NOT NULL,
    added_at      timestamptz NOT NULL,
    used_at       timestamptz,
    CONSTRAINT passkeys_credential_key UNIQUE (credential_id)
);
CREATE INDEX passkeys_of_user ON passkeys (user_id);

-- Challenges that devices are to answer: each once, within minutes.
CREATE TABLE passkey_ceremonies (
    ceremony_id uuid PRIMARY KEY,
    state       jsonb NOT NULL,
    ends_at     timestamptz NOT NULL
);
CREATE INDEX passkey_ceremonies_by_end ON passkey_ceremonies (ends_at);

-- An authenticator app that shows codes (RFC 6238): the second factor beside a password.
CREATE TABLE authenticators (
    user_id      uuid PRIMARY KEY REFERENCES people ON DELETE CASCADE,
    -- Sealed under the master key for this person.
    secret       bytea NOT NULL CHECK (octet_length(secret) BETWEEN 1 AND 200),
    begun_at     timestamptz NOT NULL,
    -- Until its first code was entered it is asked for nowhere.
    confirmed_at timestamptz,
    -- The time step of the last code that was taken: none is taken twice.
    last_step    bigint NOT NULL DEFAULT 0
);

-- Codes that stand in for a lost authenticator, each once.
CREATE TABLE recovery_codes (
    user_id   uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    -- SHA-256 of the code.
    code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    used_at   timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

SELECT keep_to_vendor('vendors', 'vendor_people', 'memberships', 'customers');
-- Whom a link let into one thread sees no record but their own.
CREATE POLICY in_thread ON customers AS RESTRICTIVE TO orderline_app
    USING (scope_thread() IS NULL OR user_id = scope_person());
-- A vendor sees the people who have to do with it; everybody sees themselves.
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON people FOR SELECT TO orderline_app
    USING (user_id = scope_person()
           OR EXISTS (SELECT FROM vendor_people v WHERE v.vendor_id = scope_vendor() AND v.user_id = people.user_id));
-- Only they change it.
CREATE POLICY their_own ON people FOR UPDATE TO orderline_app USING (user_id = scope_person());
CREATE POLICY everybody ON people TO orderline_jobs USING (true);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
-- Their own; and those that a vendor's links opened.
CREATE POLICY in_scope ON sessions TO orderline_app
    USING (user_id = scope_person() OR vendor_id = scope_vendor());
CREATE POLICY everybody ON sessions TO orderline_jobs USING (true);
ALTER TABLE proof_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE proof_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON proof_codes TO orderline_app USING (user_id = scope_person());
ALTER TABLE account_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_links FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON account_links TO orderline_app USING (user_id = scope_person());
CREATE POLICY everybody ON account_links TO orderline_jobs USING (true);
ALTER TABLE email_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON email_changes TO orderline_app USING (user_id = scope_person());
CREATE POLICY everybody ON email_changes TO orderline_jobs USING (true);
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON passkeys TO orderline_app USING (user_id = scope_person());
ALTER TABLE authenticators ENABLE ROW LEVEL SECURITY;
ALTER TABLE authenticators FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON authenticators TO orderline_app USING (user_id = scope_person());
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON recovery_codes TO orderline_app USING (user_id = scope_person());
ALTER TABLE passkey_ceremonies ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkey_ceremonies FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON passkey_ceremonies TO orderline_jobs USING (true);
-- The platform's own people work in a database role of their own, which reads what is listed for it, across vendors.
ALTER TABLE platform ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform FORCE ROW LEVEL SECURITY;
ALTER TABLE platform_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_roles FORCE ROW LEVEL SECURITY;
CREATE POLICY platforms ON platform TO orderline_platform USING (true);
CREATE POLICY platforms ON vendors TO orderline_platform USING (true);
ALTER TABLE vendor_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE vendor_plans FORCE ROW LEVEL SECURITY;
CREATE POLICY platforms ON vendor_plans TO orderline_platform USING (true);
CREATE POLICY everybody ON vendor_plans TO orderline_jobs USING (true);
-- A vendor reads the plan that it has.
CREATE POLICY in_scope ON vendor_plans FOR SELECT TO orderline_app
    USING (EXISTS (SELECT FROM vendors v WHERE v.vendor_id = scope_vendor() AND v.plan_id = vendor_plans.plan_id));
-- Setting up makes the first of each.
CREATE POLICY everybody ON platform TO orderline_jobs USING (true);
CREATE POLICY everybody ON platform_roles TO orderline_jobs USING (true);
-- The functions below run as the owner, from whom forced security would hide every row.
CREATE POLICY owner_reads ON platform TO orderline_owner USING (true);
CREATE POLICY owner_reads ON platform_roles TO orderline_owner USING (true);
CREATE POLICY owner_reads ON vendors TO orderline_owner USING (true);
CREATE POLICY owner_reads ON people TO orderline_owner USING (true);
CREATE POLICY owner_reads ON vendor_people TO orderline_owner USING (true);
CREATE POLICY owner_reads ON memberships TO orderline_owner USING (true);
CREATE POLICY owner_reads ON customers TO orderline_owner USING (true);
CREATE POLICY owner_reads ON sessions TO orderline_owner USING (true);
CREATE POLICY owner_reads ON authenticators FOR SELECT TO orderline_owner USING (true);
CREATE POLICY owner_reads ON passkeys FOR SELECT TO orderline_owner USING (true);
CREATE POLICY owner_reads ON account_links FOR SELECT TO orderline_owner USING (true);

GRANT SELECT, UPDATE (name, currency, country, time_zone, legal_name, address, register_number, email, phone,
                      languages, colour, plan_id, functions, state, state_since, state_reason, version) ON vendors TO orderline_app;
GRANT SELECT ON vendor_people, memberships, customers TO orderline_app;
GRANT INSERT, UPDATE (kind, name, company, phone, language, country, vat_id, tax_number, group_name, notes, consent_at,
                      version, search_key, rep_id, merged_into)
    ON customers TO orderline_app;
GRANT SELECT (user_id, email, email_given, name, created_at, disabled_at, country, language, language_chosen, time_zone),
    UPDATE (name, email_given, password_hash, language, language_chosen, time_zone) ON people TO orderline_app;
GRANT SELECT, INSERT, DELETE, UPDATE (proof, proved_at, second_factor_at, renew, token_hash, old_token_hash, old_until)
    ON sessions TO orderline_app;
GRANT SELECT, INSERT, DELETE, UPDATE (secret, begun_at, confirmed_at, last_step) ON authenticators TO orderline_app;
GRANT SELECT, INSERT, DELETE, UPDATE (used_at) ON recovery_codes TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON proof_codes TO orderline_app;
GRANT SELECT, UPDATE (used_at), DELETE ON account_links TO orderline_app;
GRANT SELECT, INSERT, DELETE ON account_links TO orderline_jobs;
GRANT SELECT, UPDATE (state), DELETE ON email_changes TO orderline_app;
GRANT SELECT, INSERT, UPDATE (state, old_said_yes, new_said_yes), DELETE ON email_changes TO orderline_jobs;
GRANT SELECT, INSERT, DELETE, UPDATE (key, used_at) ON passkeys TO orderline_app;
GRANT SELECT, INSERT, DELETE ON passkey_ceremonies TO orderline_jobs;
GRANT SELECT ON platform TO orderline_platform;
GRANT SELECT, INSERT, UPDATE (shown_version) ON vendors TO orderline_platform;
GRANT SELECT, INSERT, UPDATE (name, price, currency, allows, version) ON vendor_plans TO orderline_platform;
GRANT SELECT ON vendor_plans TO orderline_app;
GRANT SELECT, INSERT ON vendor_plans TO orderline_jobs;
GRANT SELECT, INSERT ON platform, platform_roles TO orderline_jobs;
GRANT SELECT, INSERT, UPDATE, DELETE ON vendors, people, vendor_people, memberships, customers, sessions
    TO orderline_jobs;

-- Who signs in with this address; the caller checks the password against the hash.
CREATE FUNCTION sign_in_lookup(p_email text)
    RETURNS TABLE (user_id uuid, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT p.user_id, p.password_hash FROM public.people p
         WHERE p.email = p_email AND p.password_hash IS NOT NULL AND p.disabled_at IS NULL
    $$;

-- What a person is, to which vendors and to the platform (no vendor): a row a role. Those in which they work come before
-- those in which they buy, and what they were given first before the rest.
CREATE FUNCTION capacities_of(p_user uuid, p_now timestamptz)
    RETURNS TABLE (vendor_id uuid, vendor_name text, role text, shut text, reason text, visit uuid, visit_until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT s.vendor_id, coalesce(v.name, p.name), s.role, nullif(v.state, 'open'),
               -- Why is for those who work there.
               CASE WHEN s.role <> 'buyer' THEN v.state_reason END, s.visit, s.until
          FROM (SELECT m.vendor_id, m.role, m.granted_at AS since, NULL::uuid AS visit, NULL::timestamptz AS until
                  FROM public.memberships m
                 WHERE m.user_id = p_user AND m.suspended_at IS NULL
                 UNION ALL
                SELECT NULL, r.role, r.granted_at, NULL, NULL FROM public.platform_roles r
                 WHERE r.user_id = p_user AND r.suspended_at IS NULL
                 UNION ALL
                SELECT * FROM (
                    -- A visit stands on the platform's role; whoever has the role at the vendor anyway needs none.
                    SELECT DISTINCT ON (w.vendor_id, w.role) w.vendor_id, w.role, w.began_at, w.visit_id, w.until
                      FROM public.visits w
                      JOIN public.platform_roles r
                        ON r.user_id = w.user_id AND r.role = 'platform_' || w.role AND r.suspended_at IS NULL
                     WHERE w.user_id = p_user AND w.until > p_now
                       AND NOT EXISTS (SELECT FROM public.memberships m
                                        WHERE m.vendor_id = w.vendor_id AND m.user_id = w.user_id AND m.role = w.role
                                          AND m.suspended_at IS NULL)
                     ORDER BY w.vendor_id, w.role, w.until DESC) open_visits
                 UNION ALL
                SELECT c.vendor_id, 'buyer', c.created_at, NULL, NULL FROM public.customers c
                 WHERE c.user_id = p_user) s
          LEFT JOIN public.vendors v USING (vendor_id)
          LEFT JOIN public.platform p ON s.vendor_id IS NULL
         ORDER BY (s.role = 'buyer'), s.since, v.name, s.vendor_id, s.role
    $$;

-- How a vendor does not work; NULL where it does. Asked in the statement that names the transaction's vendor, so before
-- the vendor's rows are seen.
CREATE FUNCTION vendor_shut(p_vendor uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ BEGIN RETURN (SELECT nullif(v.state, 'open') FROM public.vendors v WHERE v.vendor_id = p_vendor); END $$;
REVOKE ALL ON FUNCTION vendor_shut(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vendor_shut(uuid) TO orderline_app;

-- Whether the platform was set up.
CREATE FUNCTION is_set_up() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT EXISTS (SELECT FROM public.platform) $$;
-- Who holds the token with this hash, if the session has not ended and has been used within the idle time: a row for
-- each of the person's roles. Moves `seen_at` when it is older than an hour.
CREATE FUNCTION session_lookup(p_token_hash bytea, p_now timestamptz, p_idle_seconds bigint)
    RETURNS TABLE (session_id uuid, user_id uuid, name text, language text, language_chosen boolean, only_thread uuid,
                   proof jsonb, proved_at timestamptz, second_factor_at timestamptz, has_authenticator boolean,
                   has_passkey boolean, renew boolean, vendor_id uuid, vendor_name text, role text, shut text,
                   reason text, visit uuid, visit_until timestamptz)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        UPDATE public.sessions s
           SET seen_at = p_now
         WHERE (s.token_hash = p_token_hash OR (s.old_token_hash = p_token_hash AND s.old_until > p_now))
           AND s.seen_at < p_now - interval '1 hour'
           AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds)
           AND s.ends_at > p_now;
        RETURN QUERY
            SELECT s.session_id, p.user_id, p.name, p.language, p.language_chosen, s.only_thread, s.proof, s.proved_at,
                   s.second_factor_at,
                   EXISTS (SELECT FROM public.authenticators a
                            WHERE a.user_id = s.user_id AND a.confirmed_at IS NOT NULL),
                   EXISTS (SELECT FROM public.passkeys k WHERE k.user_id = s.user_id),
                   s.renew AND s.token_hash = p_token_hash, r.vendor_id, r.vendor_name, r.role, r.shut, r.reason,
                   r.visit, r.visit_until
              FROM public.sessions s
              JOIN public.people p ON p.user_id = s.user_id
              CROSS JOIN LATERAL public.capacities_of(s.user_id, p_now) r
             WHERE (s.token_hash = p_token_hash OR (s.old_token_hash = p_token_hash AND s.old_until > p_now))
               AND s.seen_at >= p_now - make_interval(secs => p_idle_seconds)
               AND s.ends_at > p_now
               AND p.disabled_at IS NULL
               -- Whom a link let in is a buyer of the link's vendor there.
               AND (s.vendor_id IS NULL OR (r.vendor_id = s.vendor_id AND r.role = 'buyer'));
    END
    $$;

-- Whom the transaction's vendor makes a customer or invites: whoever has this address on the platform, else somebody new
-- without a password, under the id given. From then on the vendor has to do with them. The answer is an id whoever they
-- are, and what they call themselves stays as it is.
CREATE FUNCTION person_of_address(p_new uuid, p_email text, p_name text, p_language text, p_now timestamptz)
    RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    DECLARE
        who uuid;
    BEGIN
        INSERT INTO public.people (user_id, email, email_given, name, language, created_at)
        VALUES (p_new, p_email, p_email IS NOT NULL, p_name, p_language, p_now)
            ON CONFLICT (email) DO NOTHING
        RETURNING people.user_id INTO who;
        IF who IS NULL THEN
            SELECT p.user_id INTO who FROM public.people p WHERE p.email = p_email;
        END IF;
        INSERT INTO public.vendor_people (vendor_id, user_id, since)
        VALUES (public.scope_vendor(), who, p_now)
            ON CONFLICT DO NOTHING;
        RETURN who;
    END
    $$;

-- Whose account the token with this hash leads to, or NULL.
CREATE FUNCTION account_link_lookup(p_token_hash bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT l.user_id FROM public.account_links l WHERE l.token_hash = p_token_hash $$;
-- The transaction's person has shown that this address is theirs. It becomes their account's, if that has none or this
-- one, and nobody else has it. The answer says whether it is their account's now: of others it says nothing that whoever
-- reads the mailbox does not know.
CREATE FUNCTION take_address(p_email text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        UPDATE public.people p
           SET email = p_email, email_given = false
         WHERE p.user_id = public.scope_person()
           AND (p.email IS NULL OR p.email = p_email)
           AND NOT EXISTS (SELECT FROM public.people o WHERE o.email = p_email AND o.user_id <> p.user_id);
        RETURN FOUND;
    END
    $$;

REVOKE ALL ON FUNCTION account_link_lookup(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_link_lookup(bytea) TO orderline_app;
REVOKE ALL ON FUNCTION take_address(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_address(text) TO orderline_app;
REVOKE ALL ON FUNCTION sign_in_lookup(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION capacities_of(uuid, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION is_set_up() FROM PUBLIC;
REVOKE ALL ON FUNCTION session_lookup(bytea, timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_in_lookup(text), is_set_up() TO orderline_app;
REVOKE ALL ON FUNCTION person_of_address(uuid, text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_of_address(uuid, text, text, text, timestamptz) TO orderline_app;
GRANT EXECUTE ON FUNCTION session_lookup(bytea, timestamptz, bigint) TO orderline_app;

-- What the transaction's person is, for whom, whether it is suspended or not: what a closed account loses. No vendor: the
-- platform's.
CREATE FUNCTION own_roles() RETURNS TABLE (vendor_id uuid, role text, active boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT m.vendor_id, m.role, m.suspended_at IS NULL FROM public.memberships m
         WHERE m.user_id = public.scope_person()
         UNION ALL
        SELECT NULL, r.role, r.suspended_at IS NULL FROM public.platform_roles r
         WHERE r.user_id = public.scope_person()
         ORDER BY 1, 2
    $$;
-- The vendors that have to do with the transaction's person, for whatever reason.
CREATE FUNCTION own_vendors() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT v.vendor_id FROM public.vendor_people v WHERE v.user_id = public.scope_person() ORDER BY 1 $$;
-- How many hold a role of the platform's unsuspended, for whoever has one; locked until the commit, so that two who go come one
-- after the other.
CREATE FUNCTION platform_holders(p_role text) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    DECLARE
        held bigint;
    BEGIN
        IF NOT EXISTS (SELECT FROM public.platform_roles r WHERE r.user_id = public.scope_person()) THEN
            RETURN 0;
        END IF;
        PERFORM FROM public.platform_roles r WHERE r.role = p_role AND r.suspended_at IS NULL ORDER BY r.user_id FOR UPDATE;
        SELECT count(*) INTO held FROM public.platform_roles r WHERE r.role = p_role AND r.suspended_at IS NULL;
        RETURN held;
    END
    $$;
-- At the transaction's vendor, the record of its person loses how to reach them, where they live and what was noted; so do
-- those that became one with it.
CREATE FUNCTION forget_own_contact(p_search_key text) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    DECLARE
        v uuid := public.scope_vendor();
        one uuid := (SELECT coalesce(c.merged_into, c.customer_id) FROM public.customers c
                      WHERE c.vendor_id = v AND c.user_id = public.scope_person());
    BEGIN
        DELETE FROM public.customer_addresses a
         USING public.customers c
         WHERE a.vendor_id = v AND c.vendor_id = v AND c.customer_id = a.customer_id
           AND one IN (c.customer_id, c.merged_into);
        UPDATE public.customers c
           SET email = NULL, phone = NULL, notes = NULL, consent_at = NULL, vat_id = NULL, tax_number = NULL,
               search_key = p_search_key, version = c.version + 1
         WHERE c.vendor_id = v AND one IN (c.customer_id, c.merged_into);
    END
    $$;
-- The transaction's person has no way in any more, no role of the platform's, and nothing that names them. Their row stays,
-- since what they did stands under it. `false`: it was closed before.
CREATE FUNCTION close_account(p_name text, p_now timestamptz) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        UPDATE public.people p
           SET name = p_name, email = NULL, email_given = false, password_hash = NULL, country = NULL, time_zone = NULL,
               disabled_at = p_now
         WHERE p.user_id = public.scope_person() AND p.disabled_at IS NULL;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        DELETE FROM public.platform_roles r WHERE r.user_id = public.scope_person();
        RETURN true;
    END
    $$;
REVOKE ALL ON FUNCTION own_roles(), own_vendors(), platform_holders(text), forget_own_contact(text),
    close_account(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_roles(), own_vendors(), platform_holders(text), forget_own_contact(text),
    close_account(text, timestamptz) TO orderline_app;

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
