-- Recordings with their segments and files, and who opened which.

CREATE TABLE recordings (
    recording_id uuid NOT NULL,
    vendor_id    uuid NOT NULL,
    call_id      uuid NOT NULL,
    thread_id    uuid NOT NULL,
    -- The recording's own key, sealed with the master key.
    wrapped_key  bytea NOT NULL,
    phase        text NOT NULL CHECK (phase IN ('recording', 'rendering', 'ready', 'empty', 'failed')),
    opened_at    timestamptz NOT NULL,
    -- The first packet.
    started_at   timestamptz,
    -- Recording has ended: no epoch follows.
    closed_at    timestamptz,
    duration_ms  bigint CHECK (duration_ms >= 0),
    manifest_key text,
    ready_at     timestamptz,
    PRIMARY KEY (vendor_id, recording_id),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls,
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads
);
CREATE INDEX recordings_newest ON recordings (opened_at);
CREATE INDEX recordings_by_id ON recordings (recording_id);
CREATE INDEX recordings_by_time ON recordings (vendor_id, opened_at DESC);
CREATE INDEX recordings_by_thread ON recordings (vendor_id, thread_id);
CREATE INDEX recordings_by_call ON recordings (call_id, opened_at);
CREATE UNIQUE INDEX recordings_one_open ON recordings (vendor_id, call_id) WHERE closed_at IS NULL;

ALTER TABLE call_spans ADD FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings;

-- One stretch of a recording written by one process. Its number of segments is known once it is closed.
CREATE TABLE recording_epochs (
    recording_id uuid NOT NULL,
    epoch        integer NOT NULL CHECK (epoch > 0),
    vendor_id    uuid NOT NULL,
    node_id      uuid NOT NULL,
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz,
    segments     integer CHECK (segments >= 0),
    PRIMARY KEY (vendor_id, recording_id, epoch),
    CHECK ((closed_at IS NULL) = (segments IS NULL)),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings
);
CREATE INDEX recording_epochs_by_recording ON recording_epochs (recording_id, epoch);
CREATE INDEX recording_epochs_open ON recording_epochs (node_id) WHERE closed_at IS NULL;

-- When a track first carried a packet: what "both voices are there" is read from.
CREATE TABLE recording_tracks (
    recording_id uuid NOT NULL,
    seat         smallint NOT NULL CHECK (seat BETWEEN 0 AND 7),
    kind         text NOT NULL CHECK (kind IN ('audio', 'camera', 'screen')),
    vendor_id    uuid NOT NULL,
    started_at   timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, recording_id, seat, kind),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings
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
    -- How often it could not be used; then it counts as damaged, and the recording is rendered without it and says so.
    doubts       integer NOT NULL DEFAULT 0 CHECK (doubts >= 0),
    damage       text CHECK (damage IN ('missing', 'changed', 'unreadable')),
    PRIMARY KEY (vendor_id, recording_id, epoch, idx),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings
);
CREATE INDEX recording_segments_by_recording ON recording_segments (recording_id, epoch, idx);
CREATE INDEX recording_segments_waiting ON recording_segments (recording_id)
    WHERE stored_at IS NULL AND lost_at IS NULL;
CREATE INDEX recording_segments_gone ON recording_segments (recording_id)
    WHERE damage IS NOT NULL OR lost_at IS NOT NULL;

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
    PRIMARY KEY (vendor_id, recording_id, name),
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings
);

-- Append-only: who opened which recording, why, and what was fetched.
CREATE TABLE access_log (
    access_id    uuid NOT NULL,
    vendor_id    uuid NOT NULL,
    recording_id uuid NOT NULL,
    user_id      uuid NOT NULL,
    -- As what.
    role         text NOT NULL CHECK (char_length(role) <= 20),
    -- The opening that a fetch belongs to; null for the opening itself.
    play_id      uuid,
    at           timestamptz NOT NULL,
    what         text NOT NULL CHECK (char_length(what) <= 200),
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 3 AND 500),
    PRIMARY KEY (vendor_id, access_id),
    FOREIGN KEY (vendor_id, play_id) REFERENCES access_log,
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people,
    FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings
);
CREATE INDEX access_log_by_recording ON access_log (vendor_id, recording_id, at);

SELECT keep_to_vendor('recordings', 'recording_epochs', 'recording_tracks', 'recording_segments', 'recording_files',
    'access_log');
GRANT SELECT, INSERT, UPDATE ON recordings, recording_epochs, recording_tracks, recording_segments, recording_files
    TO orderline_app, orderline_jobs;
-- Nobody but the owner can change or remove a line of the access log.
GRANT SELECT, INSERT ON access_log TO orderline_app;
GRANT SELECT ON access_log TO orderline_jobs;

-- The master key that this installation's recordings need, known by an id that tells nothing of it. One row; no vendor's
-- business.
CREATE TABLE master_key (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    key_id   text NOT NULL CHECK (char_length(key_id) = 16),
    kept_at  timestamptz NOT NULL
);
ALTER TABLE master_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE master_key FORCE ROW LEVEL SECURITY;
CREATE POLICY every_row ON master_key TO orderline_jobs USING (true);
GRANT SELECT, INSERT, UPDATE ON master_key TO orderline_jobs;
