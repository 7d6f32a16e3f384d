-- A running call is handed over to a colleague: who speaks for the seller, and when each person came and left.

ALTER TABLE calls
    -- Who speaks for the seller, and who is asked to, as the domain writes it. Null: the caller, alone.
    ADD COLUMN seller_side jsonb
        CHECK (seller_side ->> 'side' IN ('alone', 'asked', 'both')),
    -- The same as columns, for whoever looks for a person's calls.
    ADD COLUMN seller_id uuid NOT NULL GENERATED ALWAYS AS
        (coalesce((seller_side #>> '{seller,user}')::uuid, caller_id)) STORED,
    ADD COLUMN colleague_id uuid GENERATED ALWAYS AS
        ((seller_side #>> '{colleague,user}')::uuid) STORED;
CREATE INDEX calls_live_by_seller ON calls (seller_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');
CREATE INDEX calls_live_by_colleague ON calls (colleague_id)
    WHERE state IN ('ringing', 'connecting', 'active', 'reconnecting');

-- Both null for whoever was in the call from its beginning to its end.
ALTER TABLE call_participants
    ADD COLUMN joined_at timestamptz,
    ADD COLUMN left_at timestamptz;

-- When somebody came to a thread that others had opened; of several sellers the last who came sells.
ALTER TABLE thread_people
    ADD COLUMN since timestamptz;
