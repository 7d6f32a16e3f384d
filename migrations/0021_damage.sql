-- Stored segments that cannot be used any more: a recording is rendered without them, and says so.

ALTER TABLE recording_segments
    -- How often it could not be used; then it counts as damaged.
    ADD COLUMN doubts  integer NOT NULL DEFAULT 0 CHECK (doubts >= 0),
    ADD COLUMN damage  text CHECK (damage IN ('missing', 'changed', 'unreadable'));
CREATE INDEX recording_segments_gone ON recording_segments (recording_id)
    WHERE damage IS NOT NULL OR lost_at IS NOT NULL;
