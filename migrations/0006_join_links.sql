-- Links that lead a buyer into exactly one thread.

CREATE TABLE join_links (
    link_id    uuid NOT NULL,
    vendor_id  uuid NOT NULL,
    thread_id  uuid NOT NULL,
    buyer_id   uuid NOT NULL,
    made_by    uuid NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('mail', 'sms')),
    -- The e-mail address or phone number that it was sent to.
    address    text NOT NULL CHECK (char_length(address) BETWEEN 3 AND 254),
    -- SHA-256 of the token; the token itself is only in the message.
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    state      text NOT NULL CHECK (state IN ('open', 'used', 'revoked')),
    -- The state with the hash of the code that was sent last, as the domain writes it.
    state_body jsonb NOT NULL CHECK (state_body ->> 'state' = state),
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    expires_at timestamptz NOT NULL,
    made_at    timestamptz NOT NULL,
    sent_at    timestamptz,
    -- The message was not taken, and is not sent again.
    failed_at  timestamptz,
    PRIMARY KEY (vendor_id, link_id),
    CONSTRAINT join_links_token_key UNIQUE (token_hash),
    FOREIGN KEY (vendor_id, thread_id) REFERENCES threads,
    FOREIGN KEY (vendor_id, buyer_id) REFERENCES vendor_people,
    FOREIGN KEY (vendor_id, made_by) REFERENCES vendor_people
);
CREATE INDEX join_links_of_thread ON join_links (vendor_id, thread_id, made_at DESC);
CREATE INDEX join_links_by_expiry ON join_links (expires_at);
CREATE INDEX join_links_by_id ON join_links (link_id);

SELECT keep_to_vendor('join_links');
CREATE POLICY owner_reads ON join_links FOR SELECT TO orderline_owner USING (true);
GRANT SELECT, INSERT, UPDATE ON join_links TO orderline_app;
GRANT SELECT, DELETE, UPDATE (sent_at, failed_at) ON join_links TO orderline_jobs;

ALTER TABLE sessions ADD FOREIGN KEY (vendor_id, only_thread) REFERENCES threads (vendor_id, thread_id);
ALTER TABLE sessions ADD FOREIGN KEY (vendor_id, link_id) REFERENCES join_links ON DELETE CASCADE;

-- Whose link has this token: the vendor is not known before.
CREATE FUNCTION join_link_vendor(p_token_hash bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT l.vendor_id FROM public.join_links l WHERE l.token_hash = p_token_hash $$;
REVOKE ALL ON FUNCTION join_link_vendor(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION join_link_vendor(bytea) TO orderline_app;
