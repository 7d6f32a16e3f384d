-- A policy per country of the buyer; what a call was born under; and the buyer's written acceptance of an order.

-- Where a buyer lives, if it is known (ISO 3166-1 alpha-2), and what they read (BCP 47).
ALTER TABLE users
    ADD COLUMN country char(2) CHECK (country ~ '^[A-Z]{2}$'),
    ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$');
GRANT SELECT (country, language) ON users TO orderline_app;

-- Append-only: an edit is a new version, and what was agreed to under an older one can be read for good. Where a
-- vendor has no row, the built-in policy holds, which is version 1.
CREATE TABLE policies (
    vendor_id          uuid NOT NULL REFERENCES vendors,
    -- A country's code, or everywhere without a policy of its own.
    scope              text NOT NULL CHECK (scope ~ '^([A-Z]{2}|elsewhere)$'),
    version            integer NOT NULL CHECK (version > 1),
    record_when        text NOT NULL CHECK (record_when IN ('never', 'contract_talk', 'first_second')),
    may_refuse         boolean NOT NULL,
    written_acceptance boolean NOT NULL,
    kept_days          integer NOT NULL CHECK (kept_days BETWEEN 1 AND 10958),
    source             text NOT NULL CHECK (char_length(source) BETWEEN 1 AND 300),
    changed_at         timestamptz NOT NULL,
    changed_by         uuid NOT NULL,
    CONSTRAINT policies_version PRIMARY KEY (vendor_id, scope, version),
    FOREIGN KEY (vendor_id, changed_by) REFERENCES users (vendor_id, user_id)
);

CREATE TABLE policy_wordings (
    vendor_id    uuid NOT NULL,
    scope        text NOT NULL,
    version      integer NOT NULL,
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    wording      text NOT NULL CHECK (char_length(wording) BETWEEN 1 AND 4000),
    PRIMARY KEY (vendor_id, scope, version, language),
    FOREIGN KEY (vendor_id, scope, version) REFERENCES policies (vendor_id, scope, version)
);

-- What the call's policy said when it rang, beside the wording.
ALTER TABLE calls
    ADD COLUMN record_when text NOT NULL DEFAULT 'contract_talk'
        CHECK (record_when IN ('never', 'contract_talk', 'first_second')),
    ADD COLUMN may_refuse  boolean NOT NULL DEFAULT true;

-- What a buyer is asked to accept in writing before an order binds anybody, and what came of it.
CREATE TABLE order_acceptances (
    order_id       uuid PRIMARY KEY,
    vendor_id      uuid NOT NULL,
    policy         text NOT NULL,
    policy_version integer NOT NULL CHECK (policy_version > 0),
    source         text NOT NULL,
    asked_at       timestamptz NOT NULL,
    due_at         timestamptz NOT NULL CHECK (due_at > asked_at),
    -- The words that were accepted, the button's included.
    language       text,
    wording        text,
    button         text,
    accepted_at    timestamptz,
    accepted_by    uuid,
    -- Refused, or never answered in time; the order's state says which.
    closed_at      timestamptz,
    CHECK (num_nonnulls(language, wording, button, accepted_at, accepted_by) IN (0, 5)),
    CHECK (accepted_at IS NULL OR closed_at IS NULL),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders (vendor_id, order_id),
    FOREIGN KEY (vendor_id, accepted_by) REFERENCES users (vendor_id, user_id)
);
CREATE INDEX order_acceptances_waiting ON order_acceptances (due_at)
    WHERE accepted_at IS NULL AND closed_at IS NULL;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['policies', 'policy_wordings', 'order_acceptances']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
        EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
    END LOOP;
END
$$;

-- Nobody but the owner can change or remove a version.
GRANT SELECT, INSERT ON policies, policy_wordings TO orderline_app;
GRANT SELECT, INSERT, UPDATE ON order_acceptances TO orderline_app;
GRANT SELECT ON policies, policy_wordings, order_acceptances TO orderline_jobs;
