"""The walls of tickets, and the one function that looks through the words of all of them.

PostgreSQL does not use an index on words for a role that row-level security binds: the operator `@@` might tell of
rows that are not to be seen, so it is asked last, row by row. The function therefore runs as the tables' owner, for
whom a policy of its own opens this one table to reading, and draws the wall itself: it gives ids alone, and only
those of the scope (`portal.organization`) that its caller stands in.
"""

from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "tickets_attachment",
    "tickets_callbackrequest",
    "tickets_draft",
    "tickets_message",
    "tickets_responsetimer",
    "tickets_secretfield",
    "tickets_ticket",
    "tickets_ticketdocument",
    "tickets_ticketevent",
    "tickets_ticketlink",
    "tickets_tickettag",
    "tickets_ticketwatcher",
)
EVENTS_STAY = """
CREATE TRIGGER tickets_ticketevent_only_inserted BEFORE UPDATE OR DELETE ON tickets_ticketevent
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO_EVENTS_STAY = """
DROP TRIGGER tickets_ticketevent_only_inserted ON tickets_ticketevent;
"""
# Lots (tickets/search/documents.py): a mark for the size, and how many bits of the ticket's id lie inside a lot.
FOUND = """
CREATE POLICY tickets_ticketdocument_search ON tickets_ticketdocument FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION tickets_found(asked tsquery, most integer, before bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
SET enable_seqscan TO off
SET jit TO off
AS $function$
DECLARE
    scope text := coalesce(current_setting('portal.organization', true), '');
    owner bigint;
    mark text;
    bits integer;
    lot bigint;
    lots tsquery;
    upper bigint;
    lower bigint;
    got integer;
BEGIN
    IF scope = '' OR numnode(asked) = 0 OR most < 1 THEN
        RETURN;
    END IF;
    IF scope <> '*' THEN
        owner := scope::bigint;
        -- Words of internal notes are the staff's.
        IF position('~' IN asked::text) > 0 THEN
            RETURN;
        END IF;
        asked := asked && ('''@' || owner || '''')::tsquery;
    END IF;
    SELECT max(ticket_id) + 1 INTO upper FROM tickets_ticketdocument;
    upper := least(upper, before);
    FOREACH mark IN ARRAY ARRAY['#a13', '#b16', '#c19', ''] LOOP
        EXIT WHEN upper IS NULL OR upper <= 0;
        lower := 0;
        lots := asked;
        IF mark <> '' THEN
            bits := substr(mark, 3)::integer;
            lot := (upper - 1) >> bits;
            lower := greatest(lot - 1, 0) << bits;
            mark := left(mark, 2);
            lots := asked && (
                '''' || mark || lot || ''' | ''' || mark || greatest(lot - 1, 0) || '''')::tsquery;
        END IF;
        RETURN QUERY
            WITH hit AS MATERIALIZED (
                SELECT document.ticket_id, document.organization_id FROM tickets_ticketdocument AS document
                 WHERE document.words @@ lots)
            SELECT hit.ticket_id FROM hit
             WHERE hit.ticket_id < upper AND (owner IS NULL OR hit.organization_id = owner)
             ORDER BY hit.ticket_id DESC LIMIT most;
        GET DIAGNOSTICS got = ROW_COUNT;
        most := most - got;
        upper := lower;
        EXIT WHEN most < 1;
    END LOOP;
END
$function$;
"""
UNDO_FOUND = """
DROP FUNCTION tickets_found(tsquery, integer, bigint);
DROP POLICY tickets_ticketdocument_search ON tickets_ticketdocument;
"""


class Migration(migrations.Migration):
    """Tickets are a tenant's rows, their history is only ever added to, and one function looks through their words."""

    dependencies = [("tickets", "0001_tables"), ("common", "0002_walls")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
        migrations.RunSQL(EVENTS_STAY, UNDO_EVENTS_STAY),
        migrations.RunSQL(FOUND, UNDO_FOUND),
    ]
