import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
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
                    name='Macro',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                        ('steps', models.JSONField(verbose_name='steps')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired at')),
                    ],
                    options={
                        'verbose_name': 'macro',
                        'verbose_name_plural': 'macros',
                        'ordering': ['position', 'name'],
                    },
                ),
                migrations.CreateModel(
                    name='NumberingKey',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ('key', models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Tag',
                    fields=[
                        ('name', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='name')),
                    ],
                    options={
                        'verbose_name': 'tag',
                        'verbose_name_plural': 'tags',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='Ticket',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                        ('kind', models.CharField(choices=[('technical', 'Technical'), ('business', 'Business')], max_length=10, verbose_name='kind')),
                        ('severity', models.CharField(max_length=30, verbose_name='severity')),
                        ('status', models.CharField(choices=[('open', 'Open'), ('in_progress', 'In progress'), ('waiting_customer', 'Waiting for customer'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], max_length=20, verbose_name='status')),
                        ('subject', models.CharField(max_length=200, verbose_name='subject')),
                        ('product', models.CharField(blank=True, max_length=40, verbose_name='product')),
                        ('category', models.CharField(blank=True, max_length=40, verbose_name='category')),
                        ('region', models.CharField(blank=True, max_length=40, verbose_name='region')),
                        ('software', models.CharField(blank=True, max_length=40, verbose_name='third-party software')),
                        ('software_version', models.CharField(blank=True, max_length=60, verbose_name='version')),
                        ('tried', models.TextField(blank=True, verbose_name='what you tried')),
                        ('channel', models.CharField(choices=[('portal', 'Portal'), ('api', 'API'), ('email', 'E-mail'), ('phone', 'Phone'), ('im', 'IM')], max_length=10, verbose_name='channel')),
                        ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                        ('tier', models.CharField(max_length=40, verbose_name='tier')),
                        ('resolution_priority', models.CharField(max_length=20, verbose_name='resolution priority')),
                        ('handler_level', models.CharField(max_length=20, verbose_name='handler level')),
                        ('created_at', models.DateTimeField(verbose_name='filed')),
                        ('first_reply_at', models.DateTimeField(null=True)),
                        ('accepted_at', models.DateTimeField(null=True)),
                        ('last_side', models.CharField(choices=[('customer', 'Customer'), ('staff', 'Support'), ('system', 'Portal')], default='customer', max_length=10)),
                        ('resolved_at', models.DateTimeField(null=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('waiting_since', models.DateTimeField(null=True)),
                        ('quiet_at', models.DateTimeField(null=True)),
                        ('out_of_scope_reason', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='out of scope because')),
                        ('answers', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, verbose_name='answers')),
                        ('booking_id', models.BigIntegerField(null=True, verbose_name='booking')),
                        ('callback_wanted', models.BooleanField(db_default=False, default=False, verbose_name='call back')),
                        ('satisfaction', models.PositiveSmallIntegerField(null=True, verbose_name='satisfaction')),
                        ('satisfaction_comment', models.TextField(blank=True, db_default='', default='', verbose_name='comment')),
                        ('rated_at', models.DateTimeField(null=True)),
                        ('response_due_at', models.DateTimeField(null=True)),
                        ('response_state', models.CharField(max_length=10)),
                        ('queue_rank', models.PositiveSmallIntegerField()),
                        ('sort_due', models.DateTimeField(default=datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                        ('at_risk', models.BooleanField(default=False)),
                        ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('end_customer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.endcustomer')),
                        ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='tickets.ticket')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('reporter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'ticket',
                        'verbose_name_plural': 'tickets',
                        'indexes': [models.Index(fields=['organization', '-id'], name='tickets_of_organization'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['queue_rank', 'sort_due', 'number'], name='queue_all'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('assignee', None)), fields=['queue_rank', 'sort_due', 'number'], name='queue_unassigned'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('assignee__isnull', False)), fields=['assignee', 'queue_rank', 'sort_due', 'number'], name='queue_mine'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['product', 'queue_rank', 'sort_due', 'number'], name='queue_of_product'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['organization', 'queue_rank', 'sort_due', 'number'], name='queue_of_organization'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['tier', 'queue_rank', 'sort_due', 'number'], name='queue_of_tier'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['severity', 'queue_rank', 'sort_due', 'number'], name='queue_of_severity'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer'))), fields=['handler_level', 'queue_rank', 'sort_due', 'number'], name='queue_of_level'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('assignee', None)), fields=['product', 'handler_level', 'queue_rank', 'sort_due', 'number'], name='queue_to_hand_out'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('channel__in', ('email', 'phone', 'im'))), fields=['channel', 'queue_rank', 'sort_due', 'number'], name='queue_of_rare_channel'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('at_risk', True)), fields=['queue_rank', 'sort_due', 'number'], name='queue_at_risk'), models.Index(condition=models.Q(('status', 'waiting_customer')), fields=['queue_rank', 'sort_due', 'number'], name='queue_waiting'), models.Index(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), ('callback_wanted', True)), fields=['queue_rank', 'sort_due', 'number'], name='queue_callbacks'), models.Index(condition=models.Q(('quiet_at__isnull', False)), fields=['quiet_at'], name='tickets_quiet'), models.Index(condition=models.Q(('rated_at__isnull', False)), fields=['rated_at'], name='tickets_rated')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'in_progress', 'waiting_customer', 'resolved', 'closed', 'withdrawn', 'merged'])), name='ticket_status_is_known'), models.CheckConstraint(condition=models.Q(('status__in', ('open', 'in_progress', 'waiting_customer')), models.Q(('at_risk', False), ('sort_due', datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), _connector='OR'), name='finished_tickets_owe_no_answer')],
                    },
                ),
                migrations.CreateModel(
                    name='Turn',
                    fields=[
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('number', models.BigIntegerField(verbose_name='number')),
                    ],
                    options={
                        'verbose_name': 'turn',
                        'verbose_name_plural': 'turns',
                    },
                ),
                migrations.CreateModel(
                    name='BulkAction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('action', models.CharField(max_length=20, verbose_name='action')),
                        ('params', models.JSONField(default=dict)),
                        ('numbers', models.JSONField(default=list)),
                        ('position', models.PositiveIntegerField(default=0)),
                        ('refused', models.JSONField(default=list)),
                        ('started_at', models.DateTimeField(verbose_name='started at')),
                        ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ],
                    options={
                        'verbose_name': 'bulk action',
                        'verbose_name_plural': 'bulk actions',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='CannedReply',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=100, verbose_name='title')),
                        ('body_en', models.TextField(blank=True, verbose_name='text (English)')),
                        ('body_zh', models.TextField(blank=True, verbose_name='text (Chinese)')),
                        ('product', models.CharField(blank=True, max_length=40, verbose_name='product')),
                        ('used', models.PositiveIntegerField(default=0, verbose_name='used')),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ],
                    options={
                        'verbose_name': 'canned reply',
                        'verbose_name_plural': 'canned replies',
                        'ordering': ['title'],
                    },
                ),
                migrations.CreateModel(
                    name='CategoryQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('family', models.CharField(max_length=40, verbose_name='plan family')),
                        ('category', models.CharField(max_length=40, verbose_name='category')),
                        ('code', models.SlugField(max_length=40, verbose_name='code')),
                        ('label_en', models.CharField(max_length=200, verbose_name='question (English)')),
                        ('label_zh', models.CharField(max_length=200, verbose_name='question (Chinese)')),
                        ('kind', models.CharField(choices=[('text', 'Short text'), ('long', 'Long text'), ('time', 'Date and time'), ('choice', 'Choice')], max_length=10, verbose_name='kind')),
                        ('choices', models.TextField(blank=True, verbose_name='choices')),
                        ('required', models.BooleanField(default=False, verbose_name='required')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired at')),
                    ],
                    options={
                        'verbose_name': 'question of a category',
                        'verbose_name_plural': 'questions of categories',
                        'ordering': ['family', 'category', 'position', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('family', 'category', 'code'), name='one_question_per_code')],
                    },
                ),
                migrations.CreateModel(
                    name='Handover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('body', models.TextField(verbose_name='text')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ],
                    options={
                        'verbose_name': 'handover',
                        'verbose_name_plural': 'handovers',
                        'ordering': ['-at'],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('side', models.CharField(choices=[('customer', 'Customer'), ('staff', 'Support'), ('system', 'Portal')], max_length=10)),
                        ('body', models.TextField(verbose_name='message')),
                        ('body_html', models.TextField()),
                        ('public', models.BooleanField(default=True)),
                        ('channel', models.CharField(choices=[('portal', 'Portal'), ('api', 'API'), ('email', 'E-mail'), ('phone', 'Phone'), ('im', 'IM')], max_length=10)),
                        ('at', models.DateTimeField()),
                        ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'message',
                        'verbose_name_plural': 'messages',
                        'indexes': [models.Index(fields=['ticket', 'id'], name='messages_of_ticket')],
                    },
                ),
                migrations.CreateModel(
                    name='ReceivedMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=64, unique=True)),
                        ('digest', models.CharField(blank=True, default='', max_length=64)),
                        ('message_id', models.CharField(blank=True, max_length=300)),
                        ('sender', models.CharField(blank=True, max_length=320, verbose_name='from')),
                        ('sender_name', models.CharField(blank=True, max_length=200)),
                        ('subject', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                        ('outcome', models.CharField(choices=[('taken', 'Became a message'), ('parked', 'Parked'), ('ignored', 'Ignored'), ('answered', 'Answered by the portal')], max_length=10)),
                        ('reason', models.CharField(blank=True, max_length=40)),
                        ('excerpt', models.TextField(blank=True)),
                        ('ticket_number', models.CharField(blank=True, max_length=20)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'received mail',
                        'verbose_name_plural': 'received mails',
                        'indexes': [models.Index(fields=['outcome', '-id'], name='mails_by_outcome')],
                    },
                ),
                migrations.CreateModel(
                    name='SecretField',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('label', models.CharField(max_length=100, verbose_name='label')),
                        ('sealed', models.TextField(blank=True)),
                        ('given_at', models.DateTimeField()),
                        ('deleted_at', models.DateTimeField(null=True)),
                        ('given_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'secret field',
                        'verbose_name_plural': 'secret fields',
                    },
                ),
                migrations.CreateModel(
                    name='ResponseTimer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('first', 'First answer'), ('next', 'Next answer')], max_length=5)),
                        ('tier', models.CharField(max_length=40)),
                        ('severity', models.CharField(max_length=30)),
                        ('started_at', models.DateTimeField()),
                        ('target_minutes', models.PositiveIntegerField(null=True)),
                        ('target_working_days', models.PositiveSmallIntegerField(null=True)),
                        ('due_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('running', 'Running'), ('met', 'Met'), ('breached', 'Breached'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], default='running', max_length=10)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('breached_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('excluded', models.BooleanField(db_default=False, default=False)),
                        ('urged_at', models.DateTimeField(null=True)),
                        ('next_step', models.PositiveSmallIntegerField(null=True)),
                        ('next_step_at', models.DateTimeField(null=True)),
                        ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='timers', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'response timer',
                        'verbose_name_plural': 'response timers',
                        'indexes': [models.Index(fields=['ticket', 'id'], name='timers_of_ticket'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['started_at'], name='timers_by_start', pages_per_range=32), models.Index(condition=models.Q(('next_step_at__isnull', False)), fields=['next_step_at'], name='timers_to_sweep')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket',), name='one_answer_is_owed_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('target_minutes', None), ('target_working_days__gt', 0)), models.Q(('target_minutes__gt', 0), ('target_working_days', None)), _connector='OR'), name='a_target_is_minutes_or_working_days'), models.CheckConstraint(condition=models.Q(('breached_at', None), ('breached_at', models.F('due_at')), _connector='OR'), name='a_breach_is_at_the_due_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'met'), _negated=True), models.Q(('answered_at__lt', models.F('due_at')), ('breached_at', None)), _connector='OR'), name='met_is_strictly_before_due'), models.CheckConstraint(condition=models.Q(('answered_at', None), ('ended_at', models.F('answered_at')), _connector='OR'), name='an_answer_ends_the_timer'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('next_step_at', None), _connector='OR'), name='an_ended_timer_waits_for_no_step')],
                    },
                ),
                migrations.CreateModel(
                    name='Draft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fields', models.JSONField(default=dict)),
                        ('saved_at', models.DateTimeField()),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'draft',
                        'verbose_name_plural': 'drafts',
                        'constraints': [models.UniqueConstraint(fields=('person', 'organization', 'ticket'), name='one_draft_per_form', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='CallbackRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('phone', models.CharField(max_length=40, verbose_name='phone number')),
                        ('when', models.CharField(blank=True, max_length=100, verbose_name='when')),
                        ('requested_at', models.DateTimeField()),
                        ('called_at', models.DateTimeField(null=True)),
                        ('outcome', models.CharField(blank=True, max_length=300, verbose_name='outcome')),
                        ('called_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='callbacks', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'call-back request',
                        'verbose_name_plural': 'call-back requests',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('called_at', None)), fields=('ticket',), name='one_open_callback_per_ticket')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=43, unique=True)),
                        ('name', models.CharField(max_length=150)),
                        ('size', models.PositiveIntegerField()),
                        ('content_type', models.CharField(max_length=100)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='tickets.message')),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'attachment',
                        'verbose_name_plural': 'attachments',
                    },
                ),
                migrations.CreateModel(
                    name='TicketEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('event', models.CharField(max_length=30)),
                        ('step', models.PositiveSmallIntegerField(null=True)),
                        ('details', models.JSONField(default=dict)),
                        ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='tickets.ticket')),
                        ('timer', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='tickets.responsetimer')),
                    ],
                    options={
                        'verbose_name': 'ticket event',
                        'verbose_name_plural': 'ticket events',
                        'indexes': [models.Index(fields=['ticket', 'id'], name='events_of_ticket')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('step__isnull', False)), fields=('timer', 'step'), name='each_step_is_recorded_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TicketLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('parent', 'Parent'), ('child', 'Child'), ('duplicate', 'Duplicate'), ('related', 'Related'), ('follow_up', 'Follow-up')], max_length=10, verbose_name='kind')),
                        ('at', models.DateTimeField()),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='linked_from', to='tickets.ticket')),
                        ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'link',
                        'verbose_name_plural': 'links',
                        'constraints': [models.UniqueConstraint(fields=('ticket', 'other', 'kind'), name='linked_once'), models.CheckConstraint(condition=models.Q(('ticket', models.F('other')), _negated=True), name='no_ticket_is_linked_to_itself')],
                    },
                ),
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
                        'constraints': [models.UniqueConstraint(fields=('name', 'ticket'), name='a_tag_is_borne_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TicketWatcher',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='watchers', to='tickets.ticket')),
                    ],
                    options={
                        'verbose_name': 'watcher',
                        'verbose_name_plural': 'watchers',
                        'constraints': [models.UniqueConstraint(fields=('ticket', 'person'), name='watches_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ParkedMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('stored_as', models.CharField(max_length=43)),
                        ('size', models.PositiveIntegerField(verbose_name='size')),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('attached', 'Added to a ticket'), ('filed', 'Filed as a ticket'), ('discarded', 'Discarded')], default='waiting', max_length=10)),
                        ('handled_at', models.DateTimeField(null=True)),
                        ('handled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('mail', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='parked', to='tickets.receivedmail')),
                    ],
                    options={
                        'verbose_name': 'parked mail',
                        'verbose_name_plural': 'parked mails',
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['-id'], name='mails_waiting')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedView',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='name')),
                        ('view', models.CharField(max_length=20, verbose_name='view')),
                        ('filters', models.JSONField(default=dict)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'saved view',
                        'verbose_name_plural': 'saved views',
                        'ordering': ['position', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('person', 'name'), name='one_view_per_name')],
                    },
                ),
                migrations.CreateModel(
                    name='Shift',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('starts_at', models.DateTimeField(verbose_name='from')),
                        ('ends_at', models.DateTimeField(verbose_name='until')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'shift',
                        'verbose_name_plural': 'shifts',
                        'ordering': ['starts_at'],
                        'indexes': [models.Index(fields=['ends_at', 'starts_at'], name='shifts_by_time')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='a_shift_takes_time')],
                    },
                ),
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
            ]
        ),
    ]
