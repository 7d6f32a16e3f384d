-- What each country's law asks of recorded sales, in the vendor's versions.

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
    -- As what.
    changed_as         text NOT NULL CHECK (char_length(changed_as) <= 20),
    CONSTRAINT policies_version PRIMARY KEY (vendor_id, scope, version),
    FOREIGN KEY (vendor_id, changed_by) REFERENCES vendor_people
);

CREATE TABLE policy_wordings (
    vendor_id    uuid NOT NULL,
    scope        text NOT NULL,
    version      integer NOT NULL,
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    wording      text NOT NULL CHECK (char_length(wording) BETWEEN 1 AND 4000),
    PRIMARY KEY (vendor_id, scope, version, language),
    FOREIGN KEY (vendor_id, scope, version) REFERENCES policies
);

SELECT keep_to_vendor('policies', 'policy_wordings');
-- Nobody but the owner can change or remove a version.
GRANT SELECT, INSERT ON policies, policy_wordings TO orderline_app;
GRANT SELECT ON policies, policy_wordings TO orderline_jobs;
