-- What belongs to a vendor's customers: where they live and have things sent to, files in which they came, and records
-- that became one.

CREATE TABLE customer_addresses (
    vendor_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- Made by the page that asks.
    address_id  uuid NOT NULL,
    -- Its place among the record's addresses.
    place       smallint NOT NULL CHECK (place >= 0),
    billing     text NOT NULL CHECK (billing IN ('no', 'yes', 'default')),
    delivery    text NOT NULL CHECK (delivery IN ('no', 'yes', 'default')),
    street      text NOT NULL CHECK (char_length(street) BETWEEN 1 AND 200),
    line2       text CHECK (char_length(line2) BETWEEN 1 AND 200),
    postal_code text NOT NULL CHECK (char_length(postal_code) <= 200),
    city        text NOT NULL CHECK (char_length(city) <= 200),
    state       text CHECK (char_length(state) BETWEEN 1 AND 200),
    country     char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    version     bigint NOT NULL CHECK (version > 0),
    PRIMARY KEY (vendor_id, customer_id, address_id),
    CHECK (billing <> 'no' OR delivery <> 'no'),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers
);
-- One of each use is taken by default.
CREATE UNIQUE INDEX customer_addresses_billing ON customer_addresses (vendor_id, customer_id) WHERE billing = 'default';
CREATE UNIQUE INDEX customer_addresses_delivery ON customer_addresses (vendor_id, customer_id) WHERE delivery = 'default';

SELECT keep_to_vendor('customer_addresses');
-- Whoever closes their account takes theirs along; see `forget_own_contact`.
CREATE POLICY owner_takes ON customer_addresses TO orderline_owner USING (true);
-- Whom a link let into one thread sees none.
CREATE POLICY in_thread ON customer_addresses AS RESTRICTIVE TO orderline_app USING (scope_thread() IS NULL);
GRANT SELECT, INSERT, DELETE ON customer_addresses TO orderline_app;

-- Append-only: customers that came in from one file.
CREATE TABLE customer_imports (
    vendor_id uuid NOT NULL REFERENCES vendors,
    -- Made by the page that asks: asked again, it is answered again.
    import_id uuid NOT NULL,
    at        timestamptz NOT NULL,
    by_id     uuid NOT NULL REFERENCES people,
    -- In which role it was done.
    by_role   text NOT NULL CHECK (char_length(by_role) <= 20),
    -- SHA-256 of what was asked for.
    asked     bytea NOT NULL CHECK (octet_length(asked) = 32),
    added     bigint NOT NULL CHECK (added >= 0),
    -- Lines whose customers were there already.
    known     bigint NOT NULL CHECK (known >= 0),
    wrong     bigint NOT NULL CHECK (wrong >= 0),
    PRIMARY KEY (vendor_id, import_id)
);

-- Append-only: records that became a part of another one.
CREATE TABLE customer_merges (
    vendor_id uuid NOT NULL,
    -- Made by the page that asks: asked again, it is answered again.
    merge_id  uuid NOT NULL,
    at        timestamptz NOT NULL,
    by_id     uuid NOT NULL REFERENCES people,
    -- In which role it was done.
    by_role   text NOT NULL CHECK (char_length(by_role) <= 20),
    -- The one that stays.
    stays     uuid NOT NULL,
    -- Each goes once.
    goes      uuid NOT NULL,
    PRIMARY KEY (vendor_id, merge_id),
    UNIQUE (vendor_id, goes),
    CHECK (stays <> goes),
    FOREIGN KEY (vendor_id, stays) REFERENCES customers,
    FOREIGN KEY (vendor_id, goes) REFERENCES customers
);

SELECT keep_to_vendor('customer_imports', 'customer_merges');
GRANT SELECT, INSERT ON customer_imports, customer_merges TO orderline_app;
