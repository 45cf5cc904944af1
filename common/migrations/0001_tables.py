from django.db import migrations, models

from common.create_tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='CalendarDay',
                    fields=[
                        ('date', models.DateField(primary_key=True, serialize=False, verbose_name='date')),
                        ('is_working', models.BooleanField(verbose_name='working day')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                    ],
                    options={
                        'verbose_name': 'calendar day',
                        'verbose_name_plural': 'calendar days',
                        'ordering': ['-date'],
                    },
                ),
                migrations.CreateModel(
                    name='Heartbeat',
                    fields=[
                        ('name', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='name')),
                        ('at', models.DateTimeField(verbose_name='last sign of life')),
                    ],
                    options={
                        'verbose_name': 'heartbeat',
                        'verbose_name_plural': 'heartbeats',
                    },
                ),
                migrations.CreateModel(
                    name='JobRun',
                    fields=[
                        ('name', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='name')),
                        ('last_due_at', models.DateTimeField(null=True, verbose_name='last due at')),
                        ('held_until', models.DateTimeField(null=True, verbose_name='held until')),
                        ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                        ('report', models.JSONField(default=dict, verbose_name='report')),
                    ],
                    options={
                        'verbose_name': 'job run',
                        'verbose_name_plural': 'job runs',
                    },
                ),
                migrations.CreateModel(
                    name='TestClock',
                    fields=[
                        ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ('portal_at', models.DateTimeField()),
                        ('real_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='when')),
                        ('organization_id', models.BigIntegerField(null=True, verbose_name='organization')),
                        ('by_id', models.BigIntegerField(null=True)),
                        ('by', models.CharField(max_length=200, verbose_name='who')),
                        ('action', models.CharField(max_length=60, verbose_name='action')),
                        ('object', models.CharField(max_length=200, verbose_name='object')),
                        ('before', models.JSONField(null=True, verbose_name='before')),
                        ('after', models.JSONField(null=True, verbose_name='after')),
                    ],
                    options={
                        'verbose_name': 'audit entry',
                        'verbose_name_plural': 'audit entries',
                        'indexes': [models.Index(fields=['organization_id', '-id'], name='audit_by_organization')],
                    },
                ),
                migrations.CreateModel(
                    name='IdempotencyRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person_id', models.BigIntegerField()),
                        ('key', models.CharField(max_length=255)),
                        ('fingerprint', models.CharField(max_length=64)),
                        ('status', models.PositiveSmallIntegerField()),
                        ('body', models.JSONField()),
                        ('created_at', models.DateTimeField(db_index=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('person_id', 'key'), name='idempotency_once_per_key')],
                    },
                ),
                migrations.CreateModel(
                    name='OutboxEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('topic', models.CharField(max_length=60, verbose_name='topic')),
                        ('key', models.CharField(blank=True, max_length=200, null=True, verbose_name='key')),
                        ('organization_id', models.BigIntegerField(null=True, verbose_name='organization')),
                        ('payload', models.JSONField(default=dict)),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('available_at', models.DateTimeField(verbose_name='next attempt at')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                        ('error', models.TextField(blank=True, verbose_name='error')),
                    ],
                    options={
                        'verbose_name': 'outbox event',
                        'verbose_name_plural': 'outbox events',
                        'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['available_at', 'id'], name='outbox_waiting')],
                        'constraints': [models.UniqueConstraint(fields=('topic', 'key'), name='outbox_once_per_key')],
                    },
                ),
            ]
        ),
    ]
