-- Calls, their participants, legs and spans; recordings with their segments and files; who opened which
-- recording; and work to do after commit.

CREATE TABLE calls (
    call_id             uuid PRIMARY KEY,
    vendor_id           uuid NOT NULL,
    thread_id           uuid NOT NULL,
    state               text NOT NULL CHECK (state IN ('ringing', 'connecting', 'active', 'reconnecting',
                            'declined', 'busy', 'no_answer', 'cancelled', 'ended')),
    -- The state with what belongs to it (its clock pairs, reasons), as the domain writes it.
    state_body          jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    -- Grows with every change; what a reader holds is never replaced by an older one.
    version             bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    caller_id           uuid NOT NULL,
    callee_id           uuid NOT NULL,
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
    -- What the buyer reads before accepting, as it was shown.
    policy              text NOT NULL,
    policy_version      integer NOT NULL,
    language            text NOT NULL,
    wording             text NOT NULL,
    wording_hash        bytea NOT NULL CHECK (octet_length(wording_hash) = 32),
    kept_days           integer NOT NULL CHECK (kept_days > 0),
    contractual_partner text NOT NULL,
    CHECK (caller_id <> callee_id),
    CONSTRAINT calls_in_vendor UNIQUE (vendor_id, call_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id),
    FOREIGN KEY (vendor_id, caller_id) REFERENCES users (vendor_id, user_id),
    FOREIGN KEY (vendor_id, callee_id) REFERENCES users (vendor_id, user_id)
);
CREATE UNIQUE INDEX calls_one_live_per_thread ON calls (thread_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_node ON calls (node_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_caller ON calls (caller_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_callee ON calls (callee_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_by_thread ON calls (thread_id, ringing_since);

CREATE TABLE call_participants (
    participant_id uuid PRIMARY KEY,
    vendor_id      uuid NOT NULL,
    call_id        uuid NOT NULL,
    user_id        uuid NOT NULL,
    -- 0 the seller (left channel), 1 the buyer (right channel), more for colleagues.
    seat           smallint NOT NULL CHECK (seat BETWEEN 0 AND 7),
    UNIQUE (call_id, user_id),
    UNIQUE (call_id, seat),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id)
);

CREATE TABLE call_legs (
    leg_id         uuid PRIMARY KEY,
    vendor_id      uuid NOT NULL,
    call_id        uuid NOT NULL,
    participant_id uuid NOT NULL REFERENCES call_participants ON DELETE CASCADE,
    epoch          integer NOT NULL CHECK (epoch > 0),
    opened_at      timestamptz NOT NULL,
    connected_at   timestamptz,
    last_packet_at timestamptz,
    closed_at      timestamptz,
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id)
);
CREATE INDEX call_legs_by_call ON call_legs (call_id);

CREATE TABLE call_spans (
    span_id    uuid PRIMARY KEY,
    vendor_id  uuid NOT NULL,
    call_id    uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('private', 'recorded')),
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id)
);
CREATE UNIQUE INDEX call_spans_one_open ON call_spans (call_id) WHERE ended_at IS NULL;

-- A way into the call's socket, for one use; only its SHA-256 is kept.
CREATE TABLE call_tickets (
    ticket_hash    bytea PRIMARY KEY CHECK (octet_length(ticket_hash) = 32),
    vendor_id      uuid NOT NULL,
    call_id        uuid NOT NULL,
    user_id        uuid NOT NULL,
    expires_at     timestamptz NOT NULL,
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id)
);
CREATE INDEX call_tickets_by_expiry ON call_tickets (expires_at);

CREATE TABLE recordings (
    recording_id uuid PRIMARY KEY,
    vendor_id    uuid NOT NULL,
    call_id      uuid NOT NULL UNIQUE,
    thread_id    uuid NOT NULL,
    -- The recording's own key, sealed with the master key.
    wrapped_key  bytea NOT NULL,
    phase        text NOT NULL CHECK (phase IN ('recording', 'finalising', 'ready', 'empty', 'failed')),
    opened_at    timestamptz NOT NULL,
    -- The first packet.
    started_at   timestamptz,
    -- The call is over: no epoch follows.
    closed_at    timestamptz,
    duration_ms  bigint CHECK (duration_ms >= 0),
    manifest_key text,
    ready_at     timestamptz,
    CONSTRAINT recordings_in_vendor UNIQUE (vendor_id, recording_id),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads (vendor_id, thread_id)
);
CREATE INDEX recordings_by_time ON recordings (vendor_id, opened_at DESC);
CREATE INDEX recordings_by_thread ON recordings (thread_id);

-- One stretch of a recording written by one process. Its number of segments is known once it is closed.
CREATE TABLE recording_epochs (
    recording_id uuid NOT NULL,
    epoch        integer NOT NULL CHECK (epoch > 0),
    vendor_id    uuid NOT NULL,
    node_id      uuid NOT NULL,
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz,
    segments     integer CHECK (segments >= 0),
    PRIMARY KEY (recording_id, epoch),
    CHECK ((closed_at IS NULL) = (segments IS NULL)),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id)
);
CREATE INDEX recording_epochs_open ON recording_epochs (node_id) WHERE closed_at IS NULL;

-- When a track first carried a packet: what "both voices are there" is read from.
CREATE TABLE recording_tracks (
    recording_id uuid NOT NULL,
    seat         smallint NOT NULL CHECK (seat BETWEEN 0 AND 7),
    kind         text NOT NULL CHECK (kind IN ('audio', 'camera', 'screen')),
    vendor_id    uuid NOT NULL,
    started_at   timestamptz NOT NULL,
    PRIMARY KEY (recording_id, seat, kind),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id)
);

CREATE TABLE recording_segments (
    recording_id uuid NOT NULL,
    epoch        integer NOT NULL CHECK (epoch > 0),
    idx          integer NOT NULL CHECK (idx >= 0),
    vendor_id    uuid NOT NULL,
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    object_key   text NOT NULL,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    ready_at     timestamptz NOT NULL,
    -- The store confirmed the checksum.
    stored_at    timestamptz,
    -- The spool lost it before it was stored.
    lost_at      timestamptz,
    PRIMARY KEY (recording_id, epoch, idx),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id)
);
CREATE INDEX recording_segments_waiting ON recording_segments (recording_id)
    WHERE stored_at IS NULL AND lost_at IS NULL;

CREATE TABLE recording_files (
    recording_id uuid NOT NULL,
    name         text NOT NULL CHECK (char_length(name) <= 100),
    vendor_id    uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('audio', 'camera', 'screen')),
    seat         smallint,
    mime         text NOT NULL,
    start_ms     bigint NOT NULL,
    duration_ms  bigint NOT NULL,
    -- Of the plain file.
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    object_key   text NOT NULL,
    PRIMARY KEY (recording_id, name),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id)
);

-- Append-only: who opened which recording, why, and what was fetched.
CREATE TABLE access_log (
    access_id    uuid PRIMARY KEY,
    vendor_id    uuid NOT NULL,
    recording_id uuid NOT NULL,
    user_id      uuid NOT NULL,
    -- The opening that a fetch belongs to; null for the opening itself.
    play_id      uuid REFERENCES access_log,
    at           timestamptz NOT NULL,
    what         text NOT NULL CHECK (char_length(what) <= 200),
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 3 AND 500),
    FOREIGN KEY (vendor_id, user_id) REFERENCES users (vendor_id, user_id),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id)
);
CREATE INDEX access_log_by_recording ON access_log (recording_id, at);

-- Work after commit, taken with SKIP LOCKED by any node.
CREATE TABLE jobs (
    job_id      uuid PRIMARY KEY,
    vendor_id   uuid NOT NULL REFERENCES vendors,
    kind        text NOT NULL CHECK (char_length(kind) <= 50),
    -- What the work is about; one job of a kind for each.
    subject     uuid NOT NULL,
    run_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    taken_by    uuid,
    lease_until timestamptz,
    last_error  text,
    UNIQUE (kind, subject)
);
CREATE INDEX jobs_by_time ON jobs (run_at);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['calls', 'call_participants', 'call_legs', 'call_spans', 'call_tickets',
        'recordings', 'recording_epochs', 'recording_tracks', 'recording_segments', 'recording_files',
        'access_log', 'jobs']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY in_scope ON %I TO orderline_app USING (vendor_id = scope_vendor())', t);
        EXECUTE format('CREATE POLICY every_vendor ON %I TO orderline_jobs USING (true)', t);
        EXECUTE format('CREATE POLICY owner_reads ON %I FOR SELECT TO orderline_owner USING (true)', t);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON calls, call_participants, call_legs, call_spans, recordings,
    recording_epochs, recording_tracks, recording_segments, recording_files, jobs
    TO orderline_app, orderline_jobs;
GRANT SELECT, INSERT ON call_tickets TO orderline_app;
GRANT SELECT, INSERT, DELETE ON call_tickets TO orderline_jobs;
GRANT DELETE ON jobs TO orderline_jobs;
-- Nobody but the owner can change or remove a line of the access log.
GRANT SELECT, INSERT ON access_log TO orderline_app;
GRANT SELECT ON access_log TO orderline_jobs;

-- Takes the ticket with this hash, once: the vendor is not known before. An expired one is taken too, and
-- the caller sees that it came late.
CREATE FUNCTION take_call_ticket(p_ticket_hash bytea)
    RETURNS TABLE (vendor_id uuid, call_id uuid, user_id uuid, expires_at timestamptz)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        DELETE FROM public.call_tickets t
         WHERE t.ticket_hash = p_ticket_hash
        RETURNING t.vendor_id, t.call_id, t.user_id, t.expires_at
    $$;
CREATE POLICY owner_takes ON call_tickets FOR DELETE TO orderline_owner USING (true);

REVOKE ALL ON FUNCTION take_call_ticket(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_call_ticket(bytea) TO orderline_app;
