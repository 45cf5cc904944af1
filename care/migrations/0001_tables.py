import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.create_tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('tickets', '0001_tables'),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='Advisory',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(blank=True, max_length=20, verbose_name='number')),
                        ('kind', models.CharField(choices=[('industry_incident', 'Industry incident'), ('platform_change', 'Platform change'), ('product_release', 'Product release')], max_length=20, verbose_name='kind')),
                        ('severity', models.CharField(choices=[('critical', 'Critical'), ('high', 'High'), ('medium', 'Medium'), ('low', 'Low')], max_length=10, verbose_name='severity')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('publishing', 'Being published'), ('published', 'Published'), ('closed', 'Closed'), ('discarded', 'Discarded')], default='draft', max_length=12, verbose_name='status')),
                        ('title_en', models.CharField(max_length=150, verbose_name='title (English)')),
                        ('title_zh', models.CharField(max_length=150, verbose_name='title (Chinese)')),
                        ('body_en', models.TextField(verbose_name='what happens (English)')),
                        ('body_zh', models.TextField(verbose_name='what happens (Chinese)')),
                        ('advice_en', models.TextField(blank=True, verbose_name='what to do (English)')),
                        ('advice_zh', models.TextField(blank=True, verbose_name='what to do (Chinese)')),
                        ('products', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='products')),
                        ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='regions')),
                        ('versions', models.CharField(blank=True, max_length=200, verbose_name='versions')),
                        ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                        ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                        ('audience', models.JSONField(blank=True, default=dict, verbose_name='audience')),
                        ('on_status_page', models.BooleanField(default=False, verbose_name='on the public status page')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('changed_at', models.DateTimeField(verbose_name='changed at')),
                        ('published_at', models.DateTimeField(null=True, verbose_name='published at')),
                        ('handed_out_at', models.DateTimeField(null=True, verbose_name='handed out at')),
                        ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                        ('audience_size', models.PositiveIntegerField(default=0)),
                        ('told', models.PositiveIntegerField(default=0)),
                        ('cursor', models.BigIntegerField(default=0)),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('published_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'advisory',
                        'verbose_name_plural': 'advisories',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['-published_at'], name='advisories_by_time'), models.Index(condition=models.Q(('status', 'publishing')), fields=['id'], name='advisories_on_the_way')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='one_advisory_per_number'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('starts_at__lte', models.F('ends_at')), _connector='OR'), name='an_advisory_takes_time')],
                    },
                ),
                migrations.CreateModel(
                    name='AdvisoryAffected',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('note', models.CharField(blank=True, max_length=500, verbose_name='how it is affected')),
                        ('marked_at', models.DateTimeField(verbose_name='marked at')),
                        ('advisory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affected', to='care.advisory', verbose_name='advisory')),
                        ('marked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'affected organization',
                        'verbose_name_plural': 'affected organizations',
                        'constraints': [models.UniqueConstraint(fields=('advisory', 'organization'), name='marked_affected_once')],
                    },
                ),
                migrations.CreateModel(
                    name='AdvisoryReceipt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='received at')),
                        ('acknowledged_at', models.DateTimeField(null=True, verbose_name='acknowledged at')),
                        ('acknowledged_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('advisory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='care.advisory', verbose_name='advisory')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'received advisory',
                        'verbose_name_plural': 'received advisories',
                        'ordering': ['-advisory'],
                        'constraints': [models.UniqueConstraint(fields=('organization', 'advisory'), name='an_advisory_comes_once')],
                    },
                ),
                migrations.CreateModel(
                    name='AdvisoryTask',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('open', 'Open'), ('in_progress', 'In progress'), ('done', 'Done'), ('not_relevant', 'Not relevant')], default='open', max_length=12, verbose_name='state')),
                        ('opened_at', models.DateTimeField(verbose_name='opened at')),
                        ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                        ('contacted_at', models.DateTimeField(null=True, verbose_name='contacted at')),
                        ('plan', models.TextField(blank=True, verbose_name='response plan')),
                        ('result', models.TextField(blank=True, verbose_name='result')),
                        ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                        ('file_key', models.CharField(blank=True, max_length=64)),
                        ('file_name', models.CharField(blank=True, max_length=150, verbose_name='file')),
                        ('file_size', models.PositiveIntegerField(default=0, verbose_name='size')),
                        ('advisory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='care.advisory', verbose_name='advisory')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='TAM')),
                    ],
                    options={
                        'verbose_name': 'task from an advisory',
                        'verbose_name_plural': 'tasks from advisories',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['person', 'due_at'], name='advisory_tasks_to_do'), models.Index(fields=['organization', '-id'], name='advisory_tasks_of_org')],
                        'constraints': [models.UniqueConstraint(fields=('advisory', 'organization'), name='one_task_per_advisory')],
                    },
                ),
                migrations.CreateModel(
                    name='AdvisoryTicket',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('advisory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='care.advisory', verbose_name='advisory')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket', verbose_name='ticket')),
                    ],
                    options={
                        'verbose_name': 'ticket about an advisory',
                        'verbose_name_plural': 'tickets about advisories',
                        'indexes': [models.Index(fields=['organization', 'advisory'], name='advisory_tickets_of_org')],
                    },
                ),
                migrations.CreateModel(
                    name='AdvisoryUpdate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('state', models.CharField(choices=[('investigating', 'Investigating'), ('identified', 'Cause identified'), ('monitoring', 'Mended, being watched'), ('in_progress', 'In progress'), ('resolved', 'Resolved'), ('note', 'Note')], default='note', max_length=15, verbose_name='state')),
                        ('body_en', models.TextField(verbose_name='update (English)')),
                        ('body_zh', models.TextField(verbose_name='update (Chinese)')),
                        ('handed_out_at', models.DateTimeField(null=True, verbose_name='handed out at')),
                        ('cursor', models.BigIntegerField(default=0)),
                        ('advisory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='care.advisory', verbose_name='advisory')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'update of an advisory',
                        'verbose_name_plural': 'updates of advisories',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='MonthlyReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('month', models.DateField(verbose_name='month')),
                        ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('not_reportable', 'Not reportable'), ('ready', 'Ready'), ('sent', 'Sent')], default='scheduled', max_length=15, verbose_name='status')),
                        ('first_day', models.DateField(verbose_name='from')),
                        ('last_day', models.DateField(verbose_name='until')),
                        ('due_on', models.DateField(verbose_name='due')),
                        ('language', models.CharField(max_length=10, verbose_name='language')),
                        ('reason', models.CharField(blank=True, max_length=20, verbose_name='reason')),
                        ('sections', models.JSONField(default=list, verbose_name='sections')),
                        ('made_at', models.DateTimeField(null=True, verbose_name='made at')),
                        ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                        ('foreword', models.TextField(blank=True, verbose_name='foreword')),
                        ('edited_at', models.DateTimeField(null=True, verbose_name='edited at')),
                        ('pdf_key', models.CharField(blank=True, max_length=64)),
                        ('pdf_size', models.PositiveIntegerField(default=0, verbose_name='size')),
                        ('edited_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'monthly service report',
                        'verbose_name_plural': 'monthly service reports',
                        'ordering': ['-month'],
                        'indexes': [models.Index(condition=models.Q(('status__in', ['scheduled', 'ready'])), fields=['due_on', 'id'], name='reports_to_send')],
                        'constraints': [models.UniqueConstraint(fields=('organization', 'month'), name='one_report_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_report_is_of_a_month'), models.CheckConstraint(condition=models.Q(('first_day__gte', models.F('month')), ('first_day__lte', models.F('last_day'))), name='a_report_has_days')],
                    },
                ),
                migrations.CreateModel(
                    name='Recommendation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rule', models.CharField(blank=True, max_length=40, verbose_name='rule')),
                        ('text', models.TextField(verbose_name='recommendation')),
                        ('evidence', models.JSONField(default=list, verbose_name='evidence')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('left_out', models.BooleanField(default=False, verbose_name='left out')),
                        ('edited_at', models.DateTimeField(null=True, verbose_name='edited at')),
                        ('edited_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='care.monthlyreport', verbose_name='report')),
                    ],
                    options={
                        'verbose_name': 'recommendation',
                        'verbose_name_plural': 'recommendations',
                        'ordering': ['position', 'pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('rule', ''), _negated=True), fields=('report', 'rule'), name='a_rule_recommends_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ReportExclusion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(choices=[('poc', 'Proof of concept'), ('dedicated_cloud', 'Dedicated cloud')], max_length=20, verbose_name='reason')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'organization without reports',
                        'verbose_name_plural': 'organizations without reports',
                    },
                ),
                migrations.CreateModel(
                    name='ReportFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('month', models.DateField(verbose_name='month')),
                        ('kind', models.CharField(choices=[('resources', 'Resources'), ('load', 'Load'), ('security', 'Security'), ('consumption', 'Consumption')], max_length=12, verbose_name='kind')),
                        ('items', models.JSONField(verbose_name='items')),
                        ('received_at', models.DateTimeField(verbose_name='received at')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('received_from', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'feed of a report',
                        'verbose_name_plural': 'feeds of reports',
                        'constraints': [models.UniqueConstraint(fields=('organization', 'month', 'kind'), name='one_feed_of_a_kind_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_feed_is_of_a_month')],
                    },
                ),
                migrations.CreateModel(
                    name='ReportMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.EmailField(max_length=254, verbose_name='address')),
                        ('queued_at', models.DateTimeField(verbose_name='queued at')),
                        ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='care.monthlyreport', verbose_name='report')),
                    ],
                    options={
                        'verbose_name': 'mail with a report',
                        'verbose_name_plural': 'mails with reports',
                        'constraints': [models.UniqueConstraint(fields=('report', 'address'), name='a_report_goes_to_an_address_once')],
                    },
                ),
            ]
        ),
    ]
