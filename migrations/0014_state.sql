-- What other nodes and pages that were away are told: of events, and of what a page shows beside them.

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

-- What a thread's page shows beside its events (call, offer, draft, order, who may call) has one version per thread,
-- so that whoever was away is sent it again. It grows with every change, in the transaction that makes the change.

-- The version that readers compare: a vendor's setting is part of what each of its threads shows, and so are its
-- policies, by which it is told whether an order needs acceptance in writing (their versions are only ever added, so that
-- their number grows with every change), and whether the vendor works and what it can do. So are the rules of its sellers
-- on who may call: whoever took part once stays in the sum, so that it never falls.
CREATE FUNCTION version_of_state(t threads) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
        SELECT t.state_version
             + coalesce((SELECT s.version FROM vendor_calling s WHERE s.vendor_id = t.vendor_id), 0)
             + coalesce((SELECT sum(s.version) FROM thread_people p
                          JOIN seller_calling s ON s.vendor_id = p.vendor_id AND s.user_id = p.user_id
                         WHERE p.vendor_id = t.vendor_id AND p.thread_id = t.thread_id), 0)::bigint
             + (SELECT v.shown_version FROM vendors v WHERE v.vendor_id = t.vendor_id)
             + (SELECT count(*) FROM policies p WHERE p.vendor_id = t.vendor_id)
    $$;

CREATE FUNCTION state_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        UPDATE threads SET state_version = state_version + 1
         WHERE vendor_id = NEW.vendor_id AND thread_id = NEW.thread_id;
        RETURN NULL;
    END
    $$;

CREATE TRIGGER state_changed AFTER INSERT ON calls FOR EACH ROW EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed_by_update AFTER UPDATE ON calls FOR EACH ROW
    WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed AFTER INSERT ON call_requests FOR EACH ROW EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed_by_update AFTER UPDATE ON call_requests FOR EACH ROW
    WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed AFTER INSERT ON offers FOR EACH ROW EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed_by_update AFTER UPDATE ON offers FOR EACH ROW
    WHEN ((OLD.version, OLD.draft_version) <> (NEW.version, NEW.draft_version)) EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION state_changed();
CREATE TRIGGER state_changed_by_update AFTER UPDATE ON orders FOR EACH ROW
    WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION state_changed();

-- Who comes last sells from then on, and their rule on who may call holds.
CREATE TRIGGER state_changed AFTER INSERT OR UPDATE OF since ON thread_people FOR EACH ROW
    WHEN (NEW.since IS NOT NULL) EXECUTE FUNCTION state_changed();

-- What was asked about an order, and a call's summary, know their thread through what they are about.
CREATE FUNCTION state_of_order_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        UPDATE threads t SET state_version = state_version + 1
          FROM orders o
         WHERE o.vendor_id = NEW.vendor_id AND o.order_id = NEW.order_id
           AND t.vendor_id = o.vendor_id AND t.thread_id = o.thread_id;
        RETURN NULL;
    END
    $$;
CREATE TRIGGER state_changed AFTER INSERT OR UPDATE ON order_acceptances
    FOR EACH ROW EXECUTE FUNCTION state_of_order_changed();

CREATE FUNCTION state_of_call_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        UPDATE threads t SET state_version = state_version + 1
          FROM calls c
         WHERE c.vendor_id = NEW.vendor_id AND c.call_id = NEW.call_id
           AND t.vendor_id = c.vendor_id AND t.thread_id = c.thread_id;
        RETURN NULL;
    END
    $$;
CREATE TRIGGER state_changed AFTER INSERT ON call_summaries
    FOR EACH ROW EXECUTE FUNCTION state_of_call_changed();

-- The country that the buyer lives in decides it too.
CREATE FUNCTION state_of_person_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        UPDATE threads t SET state_version = state_version + 1
          FROM thread_people p
         WHERE p.user_id = NEW.user_id
           AND t.vendor_id = p.vendor_id AND t.thread_id = p.thread_id;
        RETURN NULL;
    END
    $$;
CREATE TRIGGER state_changed AFTER UPDATE OF country ON people FOR EACH ROW
    WHEN (OLD.country IS DISTINCT FROM NEW.country) EXECUTE FUNCTION state_of_person_changed();

-- A thread's own switches.
CREATE FUNCTION own_state_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        NEW.state_version := OLD.state_version + 1;
        RETURN NEW;
    END
    $$;
CREATE TRIGGER own_state_changed BEFORE UPDATE OF closed_at, calls_chosen, calls_paid ON threads
    FOR EACH ROW EXECUTE FUNCTION own_state_changed();

-- Other nodes hear of it whatever its size: they are told that it changed, and read it. What a thread's own switches
-- change is an event too, which tells them already.
CREATE TRIGGER tell_other_nodes_of_state AFTER UPDATE OF state_version ON threads
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes();

-- A vendor's setting concerns each of its threads.
CREATE FUNCTION tell_other_nodes_of_vendor() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('orderline_vendors', concat_ws(' ', current_setting('orderline.node'), NEW.vendor_id));
        RETURN NULL;
    END
    $$;
CREATE TRIGGER tell_other_nodes AFTER INSERT OR UPDATE ON vendor_calling
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes_of_vendor();
CREATE TRIGGER tell_other_nodes AFTER INSERT OR UPDATE ON seller_calling
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes_of_vendor();
CREATE TRIGGER tell_other_nodes AFTER INSERT ON policies
    FOR EACH ROW WHEN (current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes_of_vendor();
CREATE FUNCTION vendor_shown() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        NEW.shown_version := OLD.shown_version + 1;
        RETURN NEW;
    END
    $$;
CREATE TRIGGER vendor_shown BEFORE UPDATE OF state, functions, plan_id ON vendors
    FOR EACH ROW EXECUTE FUNCTION vendor_shown();
CREATE TRIGGER tell_other_nodes AFTER UPDATE ON vendors
    FOR EACH ROW WHEN (OLD.shown_version <> NEW.shown_version AND current_setting('orderline.node', true) <> '')
    EXECUTE FUNCTION tell_other_nodes_of_vendor();
