-- Whether an order of what is shown needs acceptance in writing is state that a page shows. It follows the vendor's
-- policies and the country that the buyer lives in, so that a page that was away learns of those too.

-- Versions of policies are only ever added, so that their number grows with every change.
CREATE OR REPLACE FUNCTION version_of_state(t threads) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
        SELECT t.state_version
             + coalesce((SELECT s.version FROM vendor_calling s WHERE s.vendor_id = t.vendor_id), 0)
             + (SELECT count(*) FROM policies p WHERE p.vendor_id = t.vendor_id)
    $$;

CREATE TRIGGER tell_other_nodes AFTER INSERT ON policies
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes_of_vendor();

CREATE FUNCTION state_of_person_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        UPDATE threads t SET state_version = state_version + 1
          FROM thread_people p WHERE p.user_id = NEW.user_id AND t.thread_id = p.thread_id;
        RETURN NULL;
    END
    $$;
CREATE TRIGGER state_changed AFTER UPDATE OF country ON users FOR EACH ROW
    WHEN (OLD.country IS DISTINCT FROM NEW.country) EXECUTE FUNCTION state_of_person_changed();
