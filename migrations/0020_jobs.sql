-- What ran, what waits and what failed; text messages as a queue of their own; and the ends of what nobody needs any
-- more.

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

-- A job that was given up stays to be seen, and perhaps to be tried again.
ALTER TABLE jobs
    ADD COLUMN failed_at timestamptz,
    -- What it worked on is still there.
    ADD COLUMN repeatable boolean NOT NULL DEFAULT true,
    ADD CHECK (failed_at IS NULL OR lease_until IS NULL);
DROP INDEX jobs_by_time;
CREATE INDEX jobs_by_time ON jobs (kind, run_at) WHERE failed_at IS NULL;
CREATE INDEX jobs_of_vendor ON jobs (vendor_id, run_at);

-- A text message with a link or a code: written in the transaction that makes it necessary, handed over by a job, and
-- then its number and words are gone.
CREATE TABLE text_messages (
    message_id   uuid PRIMARY KEY,
    vendor_id    uuid NOT NULL,
    link_id      uuid NOT NULL REFERENCES join_links ON DELETE CASCADE,
    -- Whether the link itself is in it; else a code.
    is_link      boolean NOT NULL,
    number       text NOT NULL CHECK (char_length(number) <= 32),
    text         text NOT NULL CHECK (char_length(text) <= 2000),
    queued_at    timestamptz NOT NULL,
    -- Of no use after this.
    useful_until timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    settled_at   timestamptz,
    error        text CHECK (char_length(error) <= 500),
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK (state = 'queued' OR (number = '' AND text = ''))
);
CREATE INDEX text_messages_of_link ON text_messages (link_id);
CREATE INDEX text_messages_settled ON text_messages (settled_at) WHERE settled_at IS NOT NULL;

ALTER TABLE text_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE text_messages FORCE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON text_messages TO orderline_app USING (vendor_id = scope_vendor());
CREATE POLICY every_vendor ON text_messages TO orderline_jobs USING (true);
-- Nobody at the application's side reads a code again.
GRANT INSERT ON text_messages TO orderline_app;
GRANT SELECT, UPDATE, DELETE ON text_messages TO orderline_jobs;

-- What the housekeeping ends.
GRANT DELETE ON mails, call_quality, join_links TO orderline_jobs;
GRANT SELECT, UPDATE (sent_at, failed_at) ON join_links TO orderline_jobs;
CREATE INDEX mails_settled ON mails (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX call_quality_by_age ON call_quality (at);
CREATE INDEX join_links_by_expiry ON join_links (expires_at);
CREATE INDEX sessions_by_use ON sessions (seen_at);

-- A mail that was given up is sent once more when an admin asks for it.
GRANT UPDATE (state, settled_at, error) ON mails TO orderline_app;
