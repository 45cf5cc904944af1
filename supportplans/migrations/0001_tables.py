import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import supportplans.models
from django.conf import settings
from django.db import migrations, models

from common.create_tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('notifications', '0001_tables'),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='CatalogueVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=40, unique=True, verbose_name='version')),
                        ('effective_on', models.DateField(verbose_name='effective on')),
                        ('document', models.JSONField(verbose_name='document')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                    ],
                    options={
                        'verbose_name': 'catalogue version',
                        'verbose_name_plural': 'catalogue versions',
                        'ordering': ['-effective_on', '-published_at'],
                        'indexes': [models.Index(condition=models.Q(('published_at__isnull', False)), fields=['-effective_on', '-published_at'], name='published_by_effective_date')],
                    },
                ),
                migrations.CreateModel(
                    name='Subscription',
                    fields=[
                        ('organization', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='subscription', serialize=False, to='accounts.organization', verbose_name='organization')),
                        ('anchor_day', models.PositiveSmallIntegerField(verbose_name='anchor day')),
                        ('paid_since', models.DateField(verbose_name='paid since')),
                        ('auto_renew', models.BooleanField(default=False, verbose_name='renews by itself')),
                        ('next_tier', models.CharField(blank=True, db_default='', max_length=40, verbose_name='next tier')),
                        ('next_cycle', models.CharField(blank=True, db_default='', max_length=10, verbose_name='next cycle')),
                        ('suspended_at', models.DateTimeField(blank=True, null=True, verbose_name='suspended from')),
                    ],
                    options={
                        'verbose_name': 'subscription',
                        'verbose_name_plural': 'subscriptions',
                        'constraints': [models.CheckConstraint(condition=models.Q(('anchor_day__range', (1, 31))), name='anchor_is_a_day_of_the_month')],
                    },
                ),
                migrations.CreateModel(
                    name='Term',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('family', models.CharField(max_length=40, verbose_name='plan family')),
                        ('tier', models.CharField(max_length=40, verbose_name='tier')),
                        ('cycle', models.CharField(choices=[('monthly', 'Monthly'), ('yearly', 'Yearly')], max_length=10, verbose_name='cycle')),
                        ('starts_on', models.DateField(verbose_name='first day')),
                        ('ends_on', models.DateField(verbose_name='first day after it')),
                        ('began_at', models.DateTimeField(verbose_name='held from')),
                        ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='held until')),
                        ('left_because', models.CharField(blank=True, choices=[('', 'Running or to come'), ('changed', 'Changed to another tier'), ('cancelled', 'Left before its end'), ('renewed', 'Ended and renewed'), ('lapsed', 'Ended'), ('not_begun', 'Replaced or cancelled before it began')], default='', max_length=10, verbose_name='left because')),
                        ('price', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='price')),
                        ('order_number', models.CharField(blank=True, max_length=40, verbose_name='order')),
                        ('bought_by', models.CharField(blank=True, max_length=40, verbose_name='bought by order')),
                        ('reminded_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='reminded at days')),
                        ('catalogue_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supportplans.catalogueversion', verbose_name='catalogue version')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'term',
                        'verbose_name_plural': 'terms',
                        'ordering': ['-began_at'],
                        'indexes': [models.Index(fields=['organization', '-began_at'], name='terms_of_organization'), models.Index(condition=models.Q(('left_at', None)), fields=['ends_on'], name='terms_to_close')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__lt', models.F('ends_on'))), name='a_term_has_days'), models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_because', '')), models.Q(('left_at__gte', models.F('began_at')), models.Q(('left_because', ''), _negated=True)), _connector='OR'), name='left_for_a_reason'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('organization', '='), (models.Func('began_at', django.db.models.functions.comparison.Coalesce('left_at', supportplans.models.BeijingMidnight('ends_on')), models.Value('[)'), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='one_tier_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='ProvisioningTask',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40, verbose_name='kind')),
                        ('state', models.CharField(choices=[('open', 'To do'), ('done', 'Done'), ('retired', 'Retired')], default='open', max_length=10, verbose_name='state')),
                        ('reference', models.CharField(blank=True, max_length=200, verbose_name='line or group')),
                        ('callers', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, verbose_name="callers' numbers")),
                        ('chat', models.CharField(blank=True, db_default='', default='', max_length=10, verbose_name='chat')),
                        ('opened_at', models.DateTimeField(verbose_name='opened at')),
                        ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired at')),
                        ('cleared_at', models.DateTimeField(blank=True, null=True, verbose_name='taken down at')),
                        ('cleared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken down by')),
                        ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                        ('endpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notifications.endpoint', verbose_name='robot')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supportplans.term', verbose_name='opened by term')),
                    ],
                    options={
                        'verbose_name': 'provisioning task',
                        'verbose_name_plural': 'provisioning tasks',
                        'ordering': ['-opened_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'retired'), _negated=True), fields=('organization', 'kind'), name='one_live_provisioning_task_per_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='ChangeOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(max_length=300, verbose_name='reason')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                        ('order_number', models.CharField(blank=True, default='', max_length=40, verbose_name='used by order')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'override of frequent changes',
                        'verbose_name_plural': 'overrides of frequent changes',
                        'indexes': [models.Index(fields=['organization', '-at'], name='overrides_newest_first')],
                    },
                ),
                migrations.CreateModel(
                    name='TamNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('need', 'Need'), ('plan', 'Plan')], max_length=10, verbose_name='kind')),
                        ('body', models.TextField(verbose_name='note')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited at')),
                        ('follow_up_on', models.DateField(blank=True, null=True, verbose_name='follow up on')),
                        ('followed_up_at', models.DateTimeField(blank=True, null=True, verbose_name='followed up at')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('followed_up_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='followed up by')),
                        ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'note of needs and plans',
                        'verbose_name_plural': 'notes of needs and plans',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['organization', '-id'], name='notes_of_organization'), models.Index(condition=models.Q(('follow_up_on__isnull', False), ('followed_up_at', None)), fields=['organization', 'follow_up_on'], name='notes_to_follow_up')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('followed_up_at', None), ('follow_up_on__isnull', False), _connector='OR'), name='only_a_follow_up_is_followed_up')],
                    },
                ),
            ]
        ),
    ]
