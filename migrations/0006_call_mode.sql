-- Private and recorded in one call: the mode that a call is in, several recordings of one call, spans of both
-- kinds, and the way that each leg takes.

ALTER TABLE calls
    -- Private, asked or recorded, with what belongs to it, as the domain writes it.
    ADD COLUMN mode jsonb NOT NULL DEFAULT '{"mode": "private"}'
        CHECK (mode ->> 'mode' IN ('private', 'asked', 'recorded')),
    ADD CHECK ((mode ->> 'mode' = 'recorded') = (mode ? 'recording'));

ALTER TABLE call_spans
    ADD COLUMN recording_id uuid,
    ADD FOREIGN KEY (vendor_id, recording_id) REFERENCES recordings (vendor_id, recording_id);
CREATE INDEX call_spans_by_recording ON call_spans (recording_id);

ALTER TABLE call_legs
    ADD COLUMN route text NOT NULL DEFAULT 'relay' CHECK (route IN ('relay', 'private'));

ALTER TABLE recordings DROP CONSTRAINT recordings_call_id_key;
CREATE INDEX recordings_by_call ON recordings (call_id, opened_at);
CREATE UNIQUE INDEX recordings_one_open ON recordings (call_id) WHERE closed_at IS NULL;

-- Calls and spans from before are recorded from their first second. Row security binds the owner too, but for
-- this moment.
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
ALTER TABLE call_spans NO FORCE ROW LEVEL SECURITY;
UPDATE calls c
   SET mode = jsonb_build_object('mode', 'recorded', 'recording', r.recording_id, 'since', r.opened_at)
  FROM recordings r WHERE r.call_id = c.call_id;
UPDATE calls SET mode = jsonb_build_object('mode', 'asked', 'since', ringing_since) WHERE state = 'ringing';
UPDATE call_spans s SET recording_id = r.recording_id FROM recordings r WHERE r.call_id = s.call_id;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
ALTER TABLE call_spans FORCE ROW LEVEL SECURITY;

ALTER TABLE call_spans ADD CHECK ((kind = 'recorded') = (recording_id IS NOT NULL));
