-- Calls, their participants, legs and spans; who may call; how lines were.

CREATE TABLE calls (
    call_id             uuid NOT NULL,
    vendor_id           uuid NOT NULL,
    thread_id           uuid NOT NULL,
    state               text NOT NULL CHECK (state IN ('ringing', 'connecting', 'active', 'reconnecting',
                            'declined', 'busy', 'no_answer', 'cancelled', 'ended')),
    -- The state with what belongs to it (its clock pairs, reasons), as the domain writes it.
    state_body          jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    -- Private, asked or recorded, with what belongs to it, as the domain writes it.
    mode                jsonb NOT NULL DEFAULT '{"mode": "private"}'
                            CHECK (mode ->> 'mode' IN ('private', 'asked', 'recorded')),
    -- Grows with every change; what a reader holds is never replaced by an older one.
    version             bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    caller_id           uuid NOT NULL,
    callee_id           uuid NOT NULL,
    -- Who speaks for the seller, and who is asked to, as the domain writes it. Null: the caller, alone.
    seller_side         jsonb CHECK (seller_side ->> 'side' IN ('alone', 'asked', 'both')),
    -- The same as columns, for whoever looks for a person's calls.
    seller_id           uuid NOT NULL GENERATED ALWAYS AS
                            (coalesce((seller_side #>> '{seller,user}')::uuid, caller_id)) STORED,
    colleague_id        uuid GENERATED ALWAYS AS ((seller_side #>> '{colleague,user}')::uuid) STORED,
    ringing_since       timestamptz NOT NULL,
    rings_until         timestamptz NOT NULL,
    -- The session that answered first.
    answered_by         uuid,
    started_at          timestamptz,
    ended_at            timestamptz,
    duration_ms         bigint CHECK (duration_ms >= 0),
    end_reason          text,
    -- The node that relays the call, where its participants reach it, and until when it is believed to live.
    node_id             uuid NOT NULL,
    node_url            text NOT NULL,
    lease_until         timestamptz NOT NULL,
    -- Grows when another process takes the call over; fences the names of the old one's objects.
    epoch               integer NOT NULL DEFAULT 1 CHECK (epoch > 0),
    last_media_at       timestamptz,
    -- What the policy said when it rang, and what the buyer reads before accepting, as it was shown.
    record_when         text NOT NULL CHECK (record_when IN ('never', 'contract_talk', 'first_second')),
    may_refuse          boolean NOT NULL,
    policy              text NOT NULL,
    policy_version      integer NOT NULL,
    language            text NOT NULL,
    wording             text NOT NULL,
    wording_hash        bytea NOT NULL CHECK (octet_length(wording_hash) = 32),
    kept_days           integer NOT NULL CHECK (kept_days > 0),
    contractual_partner text NOT NULL,
    PRIMARY KEY (vendor_id, call_id),
    CHECK (caller_id <> callee_id),
    CHECK ((mode ->> 'mode' = 'recorded') = (mode ? 'recording')),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads,
    FOREIGN KEY (vendor_id, caller_id) REFERENCES vendor_people,
    FOREIGN KEY (vendor_id, callee_id) REFERENCES vendor_people
);
CREATE INDEX calls_by_id ON calls (call_id);
CREATE UNIQUE INDEX calls_one_live_per_thread ON calls (vendor_id, thread_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_node ON calls (node_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_caller ON calls (caller_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_callee ON calls (callee_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_seller ON calls (seller_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
-- A colleague is asked into one call at a time.
CREATE UNIQUE INDEX calls_one_per_colleague ON calls (vendor_id, colleague_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_by_thread ON calls (vendor_id, thread_id, ringing_since);

-- Whoever is in a live call, ringing included: once each, whoever rings first.
CREATE TABLE people_in_calls (
    vendor_id uuid NOT NULL,
    user_id   uuid NOT NULL,
    call_id   uuid NOT NULL,
    PRIMARY KEY (vendor_id, user_id),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
);
CREATE INDEX people_in_calls_by_call ON people_in_calls (call_id);

CREATE TABLE call_participants (
    participant_id uuid NOT NULL,
    vendor_id      uuid NOT NULL,
    call_id        uuid NOT NULL,
    user_id        uuid NOT NULL,
    -- 0 the seller (left channel), 1 the buyer (right channel), more for colleagues.
    seat           smallint NOT NULL CHECK (seat BETWEEN 0 AND 7),
    -- Both null for whoever was in the call from its beginning to its end.
    joined_at      timestamptz,
    left_at        timestamptz,
    PRIMARY KEY (vendor_id, participant_id),
    UNIQUE (vendor_id, call_id, user_id),
    UNIQUE (vendor_id, call_id, seat),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
);
CREATE INDEX call_participants_by_call ON call_participants (call_id);

CREATE TABLE call_legs (
    leg_id         uuid NOT NULL,
    vendor_id      uuid NOT NULL,
    call_id        uuid NOT NULL,
    participant_id uuid NOT NULL,
    epoch          integer NOT NULL CHECK (epoch > 0),
    route          text NOT NULL DEFAULT 'relay' CHECK (route IN ('relay', 'private')),
    opened_at      timestamptz NOT NULL,
    connected_at   timestamptz,
    last_packet_at timestamptz,
    closed_at      timestamptz,
    PRIMARY KEY (vendor_id, leg_id),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, participant_id) REFERENCES call_participants ON DELETE CASCADE
);
CREATE INDEX call_legs_by_call ON call_legs (call_id);

CREATE TABLE call_spans (
    span_id      uuid NOT NULL,
    vendor_id    uuid NOT NULL,
    call_id      uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('private', 'recorded')),
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    recording_id uuid,
    PRIMARY KEY (vendor_id, span_id),
    CHECK ((kind = 'recorded') = (recording_id IS NOT NULL)),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls
);
CREATE UNIQUE INDEX call_spans_one_open ON call_spans (vendor_id, call_id) WHERE ended_at IS NULL;
CREATE INDEX call_spans_by_call ON call_spans (call_id);
CREATE INDEX call_spans_by_recording ON call_spans (recording_id);

-- A way into the call's socket, for one use and as long as the session that asked for it; only its SHA-256 is kept. Found by it alone, before the vendor is known.
CREATE TABLE call_tickets (
    ticket_hash bytea NOT NULL CHECK (octet_length(ticket_hash) = 32),
    vendor_id   uuid NOT NULL,
    call_id     uuid NOT NULL,
    user_id     uuid NOT NULL,
    session_id  uuid NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, ticket_hash),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people,
    FOREIGN KEY (session_id) REFERENCES sessions ON DELETE CASCADE
);
CREATE INDEX call_tickets_of_session ON call_tickets (session_id);
CREATE INDEX call_tickets_by_hash ON call_tickets (ticket_hash);
CREATE INDEX call_tickets_by_expiry ON call_tickets (expires_at);

-- Which calls have their summary; its words stand in the thread.
CREATE TABLE call_summaries (
    call_id    uuid NOT NULL,
    vendor_id  uuid NOT NULL,
    written_by uuid NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, call_id),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, written_by) REFERENCES vendor_people
);

-- How each participant's line was, as their page measured it: for support, when somebody says that the call was bad.
CREATE TABLE call_quality (
    call_id       uuid NOT NULL,
    seat          smallint NOT NULL CHECK (seat BETWEEN 0 AND 7),
    at            timestamptz NOT NULL,
    vendor_id     uuid NOT NULL,
    level         text NOT NULL CHECK (level IN ('good', 'weak', 'bad')),
    -- Per thousand.
    loss_in       integer NOT NULL CHECK (loss_in BETWEEN 0 AND 1000),
    loss_out      integer NOT NULL CHECK (loss_out BETWEEN 0 AND 1000),
    concealed     integer NOT NULL CHECK (concealed BETWEEN 0 AND 1000),
    rtt_ms        integer NOT NULL CHECK (rtt_ms >= 0),
    jitter_ms     integer NOT NULL CHECK (jitter_ms >= 0),
    -- Bits per second.
    bits_in       integer NOT NULL CHECK (bits_in >= 0),
    bits_out      integer NOT NULL CHECK (bits_out >= 0),
    available_out integer CHECK (available_out >= 0),
    frozen_ms     integer NOT NULL CHECK (frozen_ms >= 0),
    picture_held  boolean NOT NULL,
    PRIMARY KEY (vendor_id, call_id, at, seat),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls
);
CREATE INDEX call_quality_by_age ON call_quality (at);

-- For which threads a vendor's sellers call, and what happens to contact that leads away. Without a row: calls
-- everywhere, and the sender is warned.
CREATE TABLE vendor_calling (
    vendor_id  uuid PRIMARY KEY REFERENCES vendors,
    rule       jsonb NOT NULL,
    contact    text NOT NULL CHECK (contact IN ('off', 'warn', 'block')),
    version    bigint NOT NULL CHECK (version > 0),
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    FOREIGN KEY (vendor_id, changed_by) REFERENCES vendor_people
);

-- The rule of a single seller, beside the vendor's: what either forbids is forbidden. Without a row: calls everywhere.
CREATE TABLE seller_calling (
    vendor_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    rule       jsonb NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, user_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people
);

SELECT keep_to_vendor('calls', 'people_in_calls', 'call_participants', 'call_legs', 'call_spans', 'call_tickets', 'call_summaries',
    'call_quality', 'vendor_calling', 'seller_calling');
CREATE POLICY owner_reads ON call_tickets FOR SELECT TO orderline_owner USING (true);
CREATE POLICY owner_takes ON call_tickets FOR DELETE TO orderline_owner USING (true);

GRANT SELECT, INSERT, UPDATE ON calls, call_participants, call_legs, call_spans TO orderline_app, orderline_jobs;
GRANT SELECT, INSERT, DELETE ON people_in_calls TO orderline_app, orderline_jobs;
GRANT SELECT, INSERT ON call_tickets, call_summaries, call_quality TO orderline_app;
GRANT SELECT, INSERT, UPDATE ON vendor_calling, seller_calling TO orderline_app;
GRANT SELECT, INSERT, DELETE ON call_tickets TO orderline_jobs;
GRANT SELECT, DELETE ON call_quality TO orderline_jobs;
GRANT SELECT ON call_summaries, vendor_calling, seller_calling TO orderline_jobs;

-- Takes the ticket with this hash, once: the vendor is not known before. An expired one is taken too, and
-- the caller sees that it came late.
CREATE FUNCTION take_call_ticket(p_ticket_hash bytea)
    RETURNS TABLE (vendor_id uuid, call_id uuid, user_id uuid, session_id uuid, expires_at timestamptz)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        DELETE FROM public.call_tickets t
         WHERE t.ticket_hash = p_ticket_hash
        RETURNING t.vendor_id, t.call_id, t.user_id, t.session_id, t.expires_at
    $$;
REVOKE ALL ON FUNCTION take_call_ticket(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_call_ticket(bytea) TO orderline_app;
