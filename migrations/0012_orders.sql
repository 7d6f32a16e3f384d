-- Orders with their payments, and the buyer's written acceptance.

-- The number of the vendor's last order: taken under this row's lock, so that numbers have no gaps.
CREATE TABLE order_counters (
    vendor_id uuid PRIMARY KEY REFERENCES vendors,
    last      bigint NOT NULL CHECK (last >= 0)
);

CREATE TABLE orders (
    order_id     uuid NOT NULL,
    vendor_id    uuid NOT NULL,
    thread_id    uuid NOT NULL,
    offer_id     uuid NOT NULL,
    number       bigint NOT NULL CHECK (number > 0),
    revision     integer NOT NULL,
    -- The state that the rules know; a vendor's own labels will stand apart.
    state        text NOT NULL CHECK (state IN ('awaiting_written_confirmation', 'placed', 'cancelled')),
    state_body   jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version      bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    -- On what the contract stands; the recording if it is that.
    basis        text NOT NULL CHECK (basis IN ('recording', 'written_confirmation')),
    recording_id uuid,
    total        numeric(16, 4) NOT NULL CHECK (total > 0),
    currency     char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    placed_at    timestamptz NOT NULL,
    placed_by    uuid NOT NULL,
    -- How the buyer had shown who they are.
    proof        jsonb NOT NULL,
    PRIMARY KEY (vendor_id, order_id),
    CONSTRAINT orders_one_per_offer UNIQUE (vendor_id, offer_id),
    CONSTRAINT orders_number UNIQUE (vendor_id, number),
    CHECK ((basis = 'recording') = (recording_id IS NOT NULL)),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads,
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings,
    FOREIGN KEY (vendor_id, offer_id, revision) REFERENCES offer_revisions
);
CREATE INDEX orders_of_thread ON orders (vendor_id, thread_id);
CREATE INDEX orders_by_id ON orders (order_id);
-- The platform's people look for a number across vendors.
CREATE INDEX orders_by_number ON orders (number);

CREATE TABLE order_payments (
    order_id  uuid NOT NULL,
    number    integer NOT NULL CHECK (number > 0),
    vendor_id uuid NOT NULL,
    due       date NOT NULL,
    amount    numeric(16, 4) NOT NULL CHECK (amount > 0),
    currency  char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (vendor_id, order_id, number),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders
);

-- What a buyer is asked to accept in writing before an order binds anybody, and what came of it.
CREATE TABLE order_acceptances (
    order_id       uuid NOT NULL,
    vendor_id      uuid NOT NULL,
    policy         text NOT NULL,
    policy_version integer NOT NULL CHECK (policy_version > 0),
    source         text NOT NULL,
    asked_at       timestamptz NOT NULL,
    due_at         timestamptz NOT NULL CHECK (due_at > asked_at),
    -- The words that were accepted, the button's included; by whom, and how they had shown who they are.
    language       text,
    wording        text,
    button         text,
    accepted_at    timestamptz,
    accepted_by    uuid,
    accepted_proof jsonb,
    -- That the mail which asks for it did not reach the buyer.
    undelivered_at timestamptz,
    -- Refused, or never answered in time; the order's state says which.
    closed_at      timestamptz,
    PRIMARY KEY (vendor_id, order_id),
    CHECK (num_nonnulls(language, wording, button, accepted_at, accepted_by, accepted_proof) IN (0, 6)),
    CHECK (accepted_at IS NULL OR closed_at IS NULL),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    FOREIGN KEY (vendor_id, accepted_by) REFERENCES vendor_people
);
CREATE INDEX order_acceptances_by_order ON order_acceptances (order_id);
CREATE INDEX order_acceptances_waiting ON order_acceptances (due_at)
    WHERE accepted_at IS NULL AND closed_at IS NULL;

SELECT keep_to_vendor('order_counters', 'orders', 'order_payments', 'order_acceptances');
GRANT SELECT, INSERT, UPDATE ON orders, order_counters, order_acceptances TO orderline_app;
GRANT SELECT, INSERT ON order_payments TO orderline_app;
GRANT SELECT ON orders, order_payments, order_acceptances TO orderline_jobs;
