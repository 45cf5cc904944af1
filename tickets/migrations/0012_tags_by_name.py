import django.db.models.deletion
from django.db import migrations, models

from common.rls import tenant_policy

# What tickets bear already; the scope of all tenants ends with the transaction.
FILL = """
SELECT set_config('portal.organization', '*', true);
INSERT INTO tickets_tickettag (ticket_id, organization_id, name)
SELECT id, organization_id, unnest(tags) FROM tickets_ticket WHERE tags <> '{}' ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_labels'),
        ('tickets', '0011_timers_by_start'),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'tag of a ticket',
                'verbose_name_plural': 'tags of tickets',
            },
        ),
        migrations.AddConstraint(
            model_name='tickettag',
            constraint=models.UniqueConstraint(fields=('name', 'ticket'), name='a_tag_is_borne_once'),
        ),
        tenant_policy('tickets_tickettag'),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name='ticket',
            name='queue_of_tag',
        ),
    ]
