import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
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
                    name='Video',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('course', models.CharField(blank=True, max_length=40, verbose_name='course')),
                        ('topic', models.CharField(choices=[('compute', 'Compute'), ('storage', 'Storage'), ('network', 'Network'), ('database', 'Database'), ('application', 'Application'), ('big_data', 'Big data'), ('security', 'Security'), ('paas', 'PaaS'), ('operations', 'Operations'), ('architecture', 'Architecture'), ('certification', 'Certification')], max_length=20, verbose_name='topic')),
                        ('title_en', models.CharField(max_length=150, verbose_name='title (English)')),
                        ('title_zh', models.CharField(max_length=150, verbose_name='title (Chinese)')),
                        ('about_en', models.TextField(blank=True, verbose_name='contents (English)')),
                        ('about_zh', models.TextField(blank=True, verbose_name='contents (Chinese)')),
                        ('url', models.URLField(max_length=300, verbose_name='address')),
                        ('minutes', models.PositiveSmallIntegerField(default=0, verbose_name='minutes')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                    ],
                    options={
                        'verbose_name': 'video',
                        'verbose_name_plural': 'videos',
                        'ordering': ['course', 'position', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Booking',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('service', models.CharField(max_length=40, verbose_name='service')),
                        ('unit', models.CharField(max_length=20, verbose_name='unit')),
                        ('status', models.CharField(choices=[('requested', 'Requested'), ('confirmed', 'Confirmed'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='requested', max_length=12, verbose_name='status')),
                        ('starts_on', models.DateField(verbose_name='first day')),
                        ('ends_on', models.DateField(verbose_name='last day')),
                        ('days', models.PositiveSmallIntegerField(verbose_name='days')),
                        ('period_start', models.DateField(verbose_name='period')),
                        ('short_notice', models.BooleanField(default=False, verbose_name='short notice')),
                        ('acknowledged_binding', models.BooleanField(default=False, verbose_name='knows that it binds the plan')),
                        ('contact', models.CharField(max_length=200, verbose_name='contact')),
                        ('description', models.TextField(verbose_name='description')),
                        ('details', models.JSONField(default=dict, verbose_name='details')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                        ('started_at', models.DateTimeField(null=True, verbose_name='started at')),
                        ('completed_at', models.DateTimeField(null=True, verbose_name='completed at')),
                        ('im_group', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='IM group')),
                        ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                        ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                        ('summary', models.TextField(blank=True, verbose_name='summary')),
                        ('sections', models.JSONField(default=dict, verbose_name='sections of the report')),
                        ('report_key', models.CharField(blank=True, max_length=64)),
                        ('report_name', models.CharField(blank=True, max_length=150, verbose_name='report')),
                        ('report_size', models.PositiveIntegerField(default=0, verbose_name='size')),
                        ('confirmed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                        ('service_manager', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='service manager')),
                    ],
                    options={
                        'verbose_name': 'booking',
                        'verbose_name_plural': 'bookings',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['organization', '-id'], name='bookings_of_organization'), models.Index(condition=models.Q(('status__in', ['requested', 'confirmed', 'in_progress'])), fields=['starts_on'], name='bookings_to_come')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('days__gte', 1), ('period_start__lte', models.F('starts_on')), ('starts_on__lte', models.F('ends_on'))), name='a_booking_has_days_in_its_period'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('status__in', ['rejected', 'withdrawn']), _negated=True), expressions=[('organization', '='), ('service', '='), (models.Func('starts_on', 'ends_on', models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_booking_of_a_service_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='BookingDuty',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('task', models.CharField(choices=[('patrol', 'Patrol'), ('war_room', 'War-room expert')], default='patrol', max_length=10, verbose_name='task')),
                        ('starts_at', models.DateTimeField(verbose_name='from')),
                        ('ends_at', models.DateTimeField(verbose_name='until')),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='addons.booking', verbose_name='booking')),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'duty of a booking',
                        'verbose_name_plural': 'duties of bookings',
                        'ordering': ['starts_at', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='a_duty_takes_time')],
                    },
                ),
                migrations.CreateModel(
                    name='PatrolEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('body', models.TextField(verbose_name='what was seen and done')),
                        ('all_well', models.BooleanField(default=True, verbose_name='all is well')),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol', to='addons.booking', verbose_name='booking')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                    ],
                    options={
                        'verbose_name': 'entry of the patrol log',
                        'verbose_name_plural': 'entries of patrol logs',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='PreparationItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=40, verbose_name='what')),
                        ('note', models.TextField(blank=True, verbose_name='note')),
                        ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preparation', to='addons.booking', verbose_name='booking')),
                        ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                    ],
                    options={
                        'verbose_name': 'item of a preparation',
                        'verbose_name_plural': 'items of preparations',
                        'constraints': [models.UniqueConstraint(fields=('booking', 'code'), name='prepared_once')],
                    },
                ),
                migrations.CreateModel(
                    name='QuotaCounter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=40, verbose_name='quota')),
                        ('period_start', models.DateField(verbose_name='period')),
                        ('used', models.PositiveIntegerField(default=0, verbose_name='used')),
                        ('packs_granted', models.PositiveIntegerField(default=0, verbose_name='from packs')),
                        ('packs_lapsed', models.PositiveIntegerField(default=0, verbose_name='lapsed')),
                        ('metered_plan', models.PositiveIntegerField(null=True, verbose_name='of the plan')),
                        ('told_low', models.BooleanField(default=False, verbose_name='told at 80 %')),
                        ('told_exhausted', models.BooleanField(default=False, verbose_name='told at 100 %')),
                        ('told_days_before', models.PositiveSmallIntegerField(null=True, verbose_name='told days before its end')),
                        ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                        ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'quota counter',
                        'verbose_name_plural': 'quota counters',
                        'indexes': [models.Index(condition=models.Q(('closed_at', None), ('packs_granted__gt', 0)), fields=['period_start', 'organization'], name='counters_with_open_packs')],
                        'constraints': [models.UniqueConstraint(fields=('organization', 'code', 'period_start'), name='one_counter_per_period'), models.CheckConstraint(condition=models.Q(('packs_lapsed__lte', models.F('packs_granted'))), name='no_more_lapses_than_given')],
                    },
                ),
                migrations.CreateModel(
                    name='QuotaEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=40, verbose_name='quota')),
                        ('period_start', models.DateField(verbose_name='period')),
                        ('quantity', models.IntegerField(verbose_name='quantity')),
                        ('kind', models.CharField(choices=[('use', 'Used'), ('overdraw', 'Used beyond the allowance'), ('return', 'Given back'), ('pack', 'Pack bought'), ('lapse', 'Lapsed')], max_length=10, verbose_name='kind')),
                        ('reason', models.CharField(max_length=40, verbose_name='reason')),
                        ('ticket_number', models.CharField(blank=True, max_length=20, verbose_name='ticket')),
                        ('order_number', models.CharField(blank=True, max_length=24, verbose_name='order')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('booking', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='addons.booking', verbose_name='booking')),
                        ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'quota entry',
                        'verbose_name_plural': 'quota entries',
                        'indexes': [models.Index(fields=['organization', 'code', '-id'], name='entries_newest_first'), models.Index(condition=models.Q(('ticket_number', ''), _negated=True), fields=['organization', 'ticket_number'], name='entries_of_a_ticket')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'pack')), fields=('organization', 'order_number'), name='a_pack_order_is_granted_once'), models.UniqueConstraint(condition=models.Q(('kind', 'lapse')), fields=('organization', 'code', 'period_start'), name='a_period_lapses_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ServiceCapacity',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('service', models.CharField(max_length=40, verbose_name='service')),
                        ('day', models.DateField(blank=True, null=True, verbose_name='day')),
                        ('capacity', models.PositiveSmallIntegerField(verbose_name='bookings a day')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                    ],
                    options={
                        'verbose_name': 'capacity of a service',
                        'verbose_name_plural': 'capacities of services',
                        'ordering': ['service', 'day'],
                        'constraints': [models.UniqueConstraint(fields=('service', 'day'), name='one_capacity_per_day', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingNeeds',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quarter', models.DateField(verbose_name='quarter')),
                        ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None, verbose_name='topics')),
                        ('modes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=15), default=list, size=None, verbose_name='modes')),
                        ('people', models.PositiveSmallIntegerField(default=1, verbose_name='people')),
                        ('wishes', models.TextField(blank=True, verbose_name='wishes')),
                        ('answered_at', models.DateTimeField(verbose_name='answered at')),
                        ('answered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'training needs',
                        'verbose_name_plural': 'training needs',
                        'constraints': [models.UniqueConstraint(fields=('organization', 'quarter'), name='needs_once_a_quarter')],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('topic', models.CharField(choices=[('compute', 'Compute'), ('storage', 'Storage'), ('network', 'Network'), ('database', 'Database'), ('application', 'Application'), ('big_data', 'Big data'), ('security', 'Security'), ('paas', 'PaaS'), ('operations', 'Operations'), ('architecture', 'Architecture'), ('certification', 'Certification')], max_length=20, verbose_name='topic')),
                        ('title_en', models.CharField(max_length=150, verbose_name='title (English)')),
                        ('title_zh', models.CharField(max_length=150, verbose_name='title (Chinese)')),
                        ('about_en', models.TextField(blank=True, verbose_name='contents (English)')),
                        ('about_zh', models.TextField(blank=True, verbose_name='contents (Chinese)')),
                        ('mode', models.CharField(choices=[('online', 'Online'), ('telepresence', 'Telepresence'), ('onsite', 'On site')], max_length=15, verbose_name='mode')),
                        ('meeting', models.CharField(blank=True, max_length=200, verbose_name='meeting id')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                        ('starts_at', models.DateTimeField(verbose_name='from')),
                        ('ends_at', models.DateTimeField(verbose_name='until')),
                        ('seats', models.PositiveSmallIntegerField(verbose_name='seats')),
                        ('tiers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None, verbose_name='tiers')),
                        ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                        ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled at')),
                        ('cancelled_because', models.CharField(blank=True, max_length=300, verbose_name='cancelled because')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('trainer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='trainer')),
                    ],
                    options={
                        'verbose_name': 'training session',
                        'verbose_name_plural': 'training sessions',
                        'ordering': ['starts_at', 'pk'],
                        'indexes': [models.Index(fields=['starts_at'], name='training_sessions_by_time')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='a_session_takes_time'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='a_session_has_seats')],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quarter', models.DateField(verbose_name='quarter')),
                        ('body', models.TextField(verbose_name='plan')),
                        ('published_at', models.DateTimeField(null=True, verbose_name='published at')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('sessions', models.ManyToManyField(blank=True, related_name='+', to='addons.trainingsession', verbose_name='sessions')),
                    ],
                    options={
                        'verbose_name': 'training plan',
                        'verbose_name_plural': 'training plans',
                        'constraints': [models.UniqueConstraint(fields=('organization', 'quarter'), name='one_plan_a_quarter')],
                    },
                ),
                migrations.CreateModel(
                    name='TrainingPlace',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                        ('state', models.CharField(choices=[('registered', 'Registered'), ('waiting', 'Waiting list'), ('cancelled', 'Cancelled')], max_length=12, verbose_name='state')),
                        ('registered_at', models.DateTimeField(verbose_name='registered at')),
                        ('cancelled_at', models.DateTimeField(null=True, verbose_name='cancelled at')),
                        ('attended', models.BooleanField(null=True, verbose_name='attended')),
                        ('rating', models.PositiveSmallIntegerField(null=True, verbose_name='rating')),
                        ('comment', models.TextField(blank=True, verbose_name='comment')),
                        ('rated_at', models.DateTimeField(null=True, verbose_name='rated at')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('registered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='addons.trainingsession', verbose_name='session')),
                    ],
                    options={
                        'verbose_name': 'training place',
                        'verbose_name_plural': 'training places',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['organization', '-id'], name='training_places_of_org')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('session', 'email', 'organization'), name='one_place_per_person'), models.CheckConstraint(condition=models.Q(('rating', None), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='training_rating_is_1_to_5')],
                    },
                ),
            ]
        ),
    ]
