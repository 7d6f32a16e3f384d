-- Several nodes on one database: each is told of what the others wrote and signalled. The row is the truth; a
-- notification only wakes readers. `orderline.node` is set by connections of nodes that share the database.

CREATE FUNCTION tell_other_nodes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('orderline_events',
                          concat_ws(' ', current_setting('orderline.node'), NEW.vendor_id, NEW.thread_id));
        RETURN NULL;
    END
    $$;

CREATE TRIGGER tell_other_nodes AFTER INSERT ON events
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes();
