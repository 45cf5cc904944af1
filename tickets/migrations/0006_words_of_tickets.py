"""Search: the words of every ticket, the wall around them, and the one function that looks through them.

PostgreSQL does not use an index on words for a role that row-level security binds: the operator `@@` might tell of
rows that are not to be seen, so it is asked last, row by row. The function therefore runs as the tables' owner, for
whom a policy of its own opens this one table to reading, and draws the wall itself: it gives ids alone, and only
those of the scope (`portal.organization`) that its caller stands in.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from common.rls import tenant_policy

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


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0005_filters_of_the_queue'),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketDocument',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='tickets.ticket')),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('size', models.PositiveIntegerField()),
                ('message_id', models.BigIntegerField()),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name': 'words of a ticket',
                'verbose_name_plural': 'words of tickets',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], gin_pending_list_limit=1024, name='tickets_by_words')],
            },
        ),
        tenant_policy("tickets_ticketdocument"),
        migrations.RunSQL(
            sql=FOUND,
            reverse_sql="""
            DROP FUNCTION tickets_found(tsquery, integer, bigint);
            DROP POLICY tickets_ticketdocument_search ON tickets_ticketdocument;
            """,
        ),
    ]
