-- Mails and text messages to people: what goes out, and what the demo's mailboxes show. Each is written in the
-- transaction that makes it necessary and handed over by a job.

CREATE TABLE mails (
    mail_id         uuid PRIMARY KEY,
    -- In whose name it goes out; none: it concerns a person's account, and is the platform's.
    vendor_id       uuid,
    user_id         uuid NOT NULL REFERENCES people,
    -- The thread that depends on it: there it is told when the mail is given up, once.
    thread_id       uuid,
    told_at         timestamptz,
    kind            text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 60),
    -- What it is about: a person is told of a thing once for each kind.
    about           uuid NOT NULL,
    to_name         text NOT NULL,
    to_address      text NOT NULL,
    subject         text NOT NULL CHECK (char_length(subject) <= 500),
    text            text NOT NULL CHECK (char_length(text) <= 20000),
    attachment_name text,
    attachment_mime text,
    attachment      bytea CHECK (octet_length(attachment) <= 1048576),
    -- Holds a token or a code: its words are forgotten once they were handed over.
    secret          boolean NOT NULL DEFAULT false,
    -- A thing that several notices may tell of: those that follow each other closely are one mail, which says what
    -- holds last.
    folds           uuid,
    queued_at       timestamptz NOT NULL,
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    settled_at      timestamptz,
    error           text,
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CONSTRAINT mails_once UNIQUE NULLS NOT DISTINCT (vendor_id, kind, about, user_id),
    FOREIGN KEY (vendor_id, user_id) REFERENCES vendor_people,
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads
);
CREATE INDEX mails_of_user ON mails (vendor_id, user_id, queued_at DESC);
CREATE UNIQUE INDEX mails_one_waiting ON mails (vendor_id, user_id, folds)
    WHERE state = 'queued' AND folds IS NOT NULL;
CREATE INDEX mails_of_thing ON mails (vendor_id, user_id, folds, queued_at DESC) WHERE folds IS NOT NULL;
CREATE INDEX mails_settled ON mails (settled_at) WHERE settled_at IS NOT NULL;

-- With a link or a code in it; once it was handed over its number and words are gone.
CREATE TABLE text_messages (
    message_id   uuid NOT NULL,
    vendor_id    uuid NOT NULL,
    link_id      uuid NOT NULL,
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
    -- That it was given up is told in its link's thread, once.
    told_at      timestamptz,
    PRIMARY KEY (vendor_id, message_id),
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK (state = 'queued' OR (number = '' AND text = '')),
    FOREIGN KEY (vendor_id, link_id) REFERENCES join_links ON DELETE CASCADE
);
CREATE INDEX text_messages_by_id ON text_messages (message_id);
CREATE INDEX text_messages_of_link ON text_messages (link_id);
CREATE INDEX text_messages_settled ON text_messages (settled_at) WHERE settled_at IS NOT NULL;

-- Until when each budget of outward messages is used up. A row whose moment has passed says nothing.
CREATE TABLE outward_budgets (
    vendor_id  uuid NOT NULL REFERENCES vendors,
    -- What it limits: a person, a recipient (by hash) or the vendor, for one way out.
    key        text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 120),
    used_until timestamptz NOT NULL,
    PRIMARY KEY (vendor_id, key)
);
CREATE INDEX outward_budgets_by_age ON outward_budgets (used_until);

SELECT keep_to_vendor('mails', 'text_messages', 'outward_budgets');
-- What concerns a person's account is theirs, whatever the vendor.
CREATE POLICY account ON mails TO orderline_app USING (vendor_id IS NULL AND user_id = scope_person());
-- A mail that was given up is sent once more when an admin asks for it. Nobody at the application's side reads a code
-- again.
GRANT SELECT, INSERT, UPDATE (state, settled_at, error, kind, about, subject, text, attachment_name, attachment_mime,
    attachment, folds, queued_at, told_at) ON mails TO orderline_app;
GRANT SELECT, INSERT, UPDATE ON outward_budgets TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outward_budgets TO orderline_jobs;
GRANT INSERT, SELECT (message_id, vendor_id, link_id, is_link, state, told_at), UPDATE (told_at)
    ON text_messages TO orderline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mails TO orderline_jobs;
GRANT SELECT, UPDATE, DELETE ON text_messages TO orderline_jobs;
