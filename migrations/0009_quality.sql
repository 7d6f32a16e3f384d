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
    PRIMARY KEY (call_id, at, seat),
    FOREIGN KEY (vendor_id, call_id) REFERENCES calls (vendor_id, call_id)
);

ALTER TABLE call_quality ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_quality FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON call_quality TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY every_vendor ON call_quality TO orderline_jobs USING (true);
CREATE POLICY owner_reads ON call_quality FOR SELECT TO orderline_owner USING (true);

GRANT SELECT, INSERT ON call_quality TO orderline_app;
GRANT SELECT ON call_quality TO orderline_jobs;
