from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the traffic: tickets go on being filed.
    atomic = False

    dependencies = [
        ('tickets', '0004_tags'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['tier', 'queue_rank', 'sort_due', 'number'], name='queue_of_tier'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['severity', 'queue_rank', 'sort_due', 'number'], name='queue_of_severity'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['handler_level', 'queue_rank', 'sort_due', 'number'], name='queue_of_level'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('channel__in', ('email', 'phone', 'im'))), fields=['channel', 'queue_rank', 'sort_due', 'number'], name='queue_of_rare_channel'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=GinIndex(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), models.Q(('tags', []), _negated=True)), fields=['tags'], name='queue_of_tag'),
        ),
    ]
