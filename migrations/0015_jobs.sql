-- The nodes, the work after commit, and what became of each job.

-- Running server processes; no vendor's business, so the application's role has no right here at all.
CREATE TABLE nodes (
    node_id    uuid PRIMARY KEY,
    public_url text NOT NULL,
    -- Of the program.
    version    text NOT NULL CHECK (char_length(version) <= 50),
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);
ALTER TABLE nodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE nodes FORCE ROW LEVEL SECURITY;
CREATE POLICY every_row ON nodes TO orderline_jobs USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON nodes TO orderline_jobs;

-- Work after commit, taken with SKIP LOCKED by any node.
CREATE TABLE jobs (
    job_id      uuid PRIMARY KEY,
    -- Whose work it is; none: a person's account's.
    vendor_id   uuid REFERENCES vendors,
    kind        text NOT NULL CHECK (char_length(kind) <= 50),
    -- What the work is about; one job of a kind for each.
    subject     uuid NOT NULL,
    run_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    taken_by    uuid,
    lease_until timestamptz,
    last_error  text,
    -- One that was given up stays to be seen, and perhaps to be tried again: what it worked on is still there.
    failed_at   timestamptz,
    repeatable  boolean NOT NULL DEFAULT true,
    CONSTRAINT jobs_once UNIQUE NULLS NOT DISTINCT (vendor_id, kind, subject),
    CHECK (failed_at IS NULL OR lease_until IS NULL)
);
CREATE INDEX jobs_by_subject ON jobs (subject);
CREATE INDEX jobs_by_time ON jobs (kind, run_at) WHERE failed_at IS NULL;
CREATE INDEX jobs_of_vendor ON jobs (vendor_id, run_at);

SELECT keep_to_vendor('jobs');
-- Written for an account, never read again but by the jobs' role.
CREATE POLICY account ON jobs FOR INSERT TO orderline_app WITH CHECK (vendor_id IS NULL AND scope_person() IS NOT NULL);
GRANT SELECT, INSERT, UPDATE ON jobs TO orderline_app, orderline_jobs;
GRANT DELETE ON jobs TO orderline_jobs;

-- One row for each job of the program. No vendor's business; every admin may read how the installation's work goes.
CREATE TABLE job_runs (
    name        text PRIMARY KEY CHECK (char_length(name) BETWEEN 1 AND 50),
    -- In words, as it stands in the program.
    schedule    text NOT NULL CHECK (char_length(schedule) <= 100),
    -- NULL: it looks for work by itself all the time, on every node.
    next_due    timestamptz,
    -- Who runs it now, and until when others leave it alone.
    taken_by    uuid,
    lease_until timestamptz,
    last_start  timestamptz,
    last_end    timestamptz,
    -- The last run that did not fail.
    last_done   timestamptz,
    outcome     text CHECK (outcome IN ('done', 'failed')),
    -- Failed runs in a row.
    failures    integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    -- Why the last run failed, in our own words.
    error       text CHECK (char_length(error) <= 500),
    CHECK ((taken_by IS NULL) = (lease_until IS NULL))
);

ALTER TABLE job_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY platform_reads ON job_runs FOR SELECT TO orderline_app USING (true);
CREATE POLICY platform_asks ON job_runs FOR UPDATE TO orderline_app USING (true);
CREATE POLICY every_row ON job_runs TO orderline_jobs USING (true);
-- An admin asks for a run by making it due.
GRANT SELECT, UPDATE (next_due) ON job_runs TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON job_runs TO orderline_jobs;
