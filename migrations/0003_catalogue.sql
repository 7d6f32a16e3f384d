-- What is sold, in which plans, and with whom the buyer contracts.

-- The platform's legal entities that buyers contract with, and whose general terms apply.
CREATE TABLE contractual_partners (
    partner_id    uuid NOT NULL,
    vendor_id     uuid NOT NULL REFERENCES vendors,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    terms_of      text NOT NULL CHECK (char_length(terms_of) BETWEEN 1 AND 200),
    terms_version text NOT NULL CHECK (char_length(terms_version) BETWEEN 1 AND 60),
    PRIMARY KEY (vendor_id, partner_id),
    CONSTRAINT contractual_partners_once UNIQUE (vendor_id, name, terms_of, terms_version)
);

CREATE TABLE products (
    product_id uuid NOT NULL,
    vendor_id  uuid NOT NULL REFERENCES vendors,
    partner_id uuid NOT NULL,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    active     boolean NOT NULL,
    currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Per cent of tax inside the gross prices.
    vat_rate   numeric(7, 4) NOT NULL CHECK (vat_rate BETWEEN 0 AND 100),
    -- Grows with every change; an update names the one it has read.
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, product_id),
    FOREIGN KEY (vendor_id, partner_id) REFERENCES contractual_partners
);

CREATE TABLE plans (
    plan_id    uuid NOT NULL,
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
    PRIMARY KEY (vendor_id, plan_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
);
CREATE INDEX plans_of_product ON plans (vendor_id, product_id, position);

SELECT keep_to_vendor('contractual_partners', 'products', 'plans');
GRANT SELECT, INSERT ON contractual_partners, products, plans TO orderline_app;
GRANT UPDATE (partner_id, name, active, vat_rate, version) ON products TO orderline_app;
GRANT UPDATE (amount, label) ON plans TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON contractual_partners, products, plans TO orderline_jobs;
