import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.create_tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='SentMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('sender', models.CharField(max_length=320)),
                        ('recipients', models.JSONField(default=list)),
                        ('subject', models.CharField(max_length=500)),
                        ('text', models.TextField()),
                        ('html', models.TextField(blank=True)),
                        ('headers', models.JSONField(default=dict)),
                    ],
                    options={
                        'verbose_name': 'sent mail',
                        'verbose_name_plural': 'sent mails',
                    },
                ),
                migrations.CreateModel(
                    name='Endpoint',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('webhook', 'Webhook'), ('wecom', 'WeCom'), ('welink', 'WeLink'), ('dingtalk', 'DingTalk'), ('feishu', 'Feishu / Lark'), ('other', 'Another (Slack, Mattermost, Google Chat…)')], max_length=10, verbose_name='kind')),
                        ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                        ('sealed_url', models.TextField()),
                        ('shown_url', models.CharField(max_length=500, verbose_name='address')),
                        ('events', models.JSONField(default=list, verbose_name='events')),
                        ('sealed_secret', models.TextField(blank=True)),
                        ('sealed_old_secret', models.TextField(blank=True)),
                        ('old_secret_until', models.DateTimeField(blank=True, null=True)),
                        ('off', models.CharField(blank=True, choices=[('', 'in use'), ('by_person', 'switched off'), ('gone', 'the receiver said that it is gone (410)'), ('failing', 'nothing was taken for days'), ('plan', 'the plan does not include it any more')], default='', max_length=10, verbose_name='why it is off')),
                        ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='failing since')),
                        ('free_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'address for events',
                        'verbose_name_plural': 'addresses for events',
                        'indexes': [models.Index(condition=models.Q(('off', '')), fields=['organization'], name='endpoints_in_use'), models.Index(fields=['organization', 'kind'], name='endpoints_of_organization')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=80)),
                        ('type', models.CharField(max_length=40, verbose_name='event')),
                        ('body', models.TextField()),
                        ('status', models.CharField(choices=[('pending', 'on its way'), ('succeeded', 'taken'), ('failed', 'given up')], default='pending', max_length=10, verbose_name='status')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('first_due_at', models.DateTimeField()),
                        ('next_attempt_at', models.DateTimeField(blank=True, null=True, verbose_name='next attempt')),
                        ('held_until', models.DateTimeField(blank=True, null=True)),
                        ('last_attempt_at', models.DateTimeField(blank=True, null=True, verbose_name='last attempt')),
                        ('response_status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='answer')),
                        ('response_excerpt', models.CharField(blank=True, max_length=1000)),
                        ('error', models.CharField(blank=True, max_length=200)),
                        ('tries', models.JSONField(default=list)),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                        ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.endpoint')),
                    ],
                    options={
                        'verbose_name': 'delivery',
                        'verbose_name_plural': 'deliveries',
                        'indexes': [models.Index(condition=models.Q(('status', 'pending')), fields=['next_attempt_at'], name='deliveries_due'), models.Index(fields=['endpoint', '-id'], name='deliveries_of_endpoint'), models.Index(fields=['created_at'], name='deliveries_by_age')],
                        'constraints': [models.UniqueConstraint(fields=('endpoint', 'key'), name='one_delivery_per_event')],
                    },
                ),
                migrations.CreateModel(
                    name='NoticeChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('matter', models.CharField(max_length=40)),
                        ('channel', models.CharField(max_length=10)),
                        ('wanted', models.BooleanField()),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'notification setting',
                        'verbose_name_plural': 'notification settings',
                        'constraints': [models.UniqueConstraint(fields=('person', 'matter', 'channel'), name='one_choice_per_switch')],
                    },
                ),
                migrations.CreateModel(
                    name='NoticeSettings',
                    fields=[
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_settings', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('phone', models.CharField(blank=True, max_length=16, validators=[django.core.validators.RegexValidator('^\\+[1-9][0-9]{6,14}$', 'Write it with the country: +86 138 0000 0000.')], verbose_name='mobile phone')),
                        ('daily_digest', models.BooleanField(default=False, verbose_name='daily digest')),
                    ],
                    options={
                        'verbose_name': 'how a person is told',
                        'verbose_name_plural': 'how people are told',
                        'indexes': [models.Index(condition=models.Q(('daily_digest', True)), fields=['person'], name='digest_readers')],
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40, verbose_name='kind')),
                        ('params', models.JSONField(default=dict)),
                        ('url', models.CharField(blank=True, max_length=300)),
                        ('key', models.CharField(max_length=180)),
                        ('created_at', models.DateTimeField(verbose_name='told at')),
                        ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                        ('in_centre', models.BooleanField(db_default=True, default=True)),
                        ('mailed', models.BooleanField(db_default=True, default=True)),
                        ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'notification',
                        'verbose_name_plural': 'notifications',
                        'indexes': [models.Index(fields=['person', '-id'], name='notices_of_person'), models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='notices_unread')],
                        'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='told_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Digest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField()),
                        ('after', models.BigIntegerField()),
                        ('up_to', models.BigIntegerField()),
                        ('made_at', models.DateTimeField()),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'digest',
                        'verbose_name_plural': 'digests',
                        'constraints': [models.UniqueConstraint(fields=('person', 'day'), name='one_digest_per_day')],
                    },
                ),
            ]
        ),
    ]
