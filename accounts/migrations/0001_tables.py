import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.create_tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name='Person',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                        ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                        ('language', models.CharField(blank=True, choices=[('en', 'English'), ('zh-hans', 'Simplified Chinese')], default='', max_length=10, verbose_name='language')),
                        ('theme', models.CharField(choices=[('auto', 'Like the device'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=5, verbose_name='theme')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('is_staff', models.BooleanField(default=False, verbose_name='may use the admin')),
                        ('date_joined', models.DateTimeField(null=True, verbose_name='joined')),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'person',
                        'verbose_name_plural': 'people',
                        'ordering': ['email'],
                    },
                ),
                migrations.CreateModel(
                    name='StaffProfile',
                    fields=[
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='staff', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('role', models.CharField(choices=[('engineer', 'Support engineer'), ('tam', 'Technical service manager'), ('lead', 'Desk lead'), ('billing', 'Billing operator'), ('admin', 'Administrator')], max_length=10, verbose_name='role')),
                        ('level', models.CharField(choices=[('engineer', 'Engineer'), ('expert', 'Expert'), ('senior', 'Senior')], default='engineer', max_length=10, verbose_name='level')),
                        ('products', models.JSONField(blank=True, default=list, verbose_name='product teams')),
                        ('on_duty', models.BooleanField(default=True, verbose_name='on duty')),
                    ],
                    options={
                        'verbose_name': 'staff profile',
                        'verbose_name_plural': 'staff profiles',
                    },
                ),
                migrations.CreateModel(
                    name='Organization',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9-]{2,40}$', 'Use 2 to 40 small letters, digits and hyphens.')], verbose_name='address')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('kind', models.CharField(choices=[('customer', 'Customer'), ('partner', 'Partner')], max_length=10, verbose_name='kind')),
                        ('partner_type', models.CharField(blank=True, choices=[('', 'Not a partner'), ('consulting', 'Consulting partner'), ('technology', 'Technology partner'), ('reseller', 'Reseller'), ('other', 'Other partner')], default='', max_length=20, verbose_name='partner type')),
                        ('caller_code', models.CharField(max_length=12, unique=True, verbose_name='caller code')),
                        ('registered_email', models.EmailField(max_length=254, verbose_name='registered mailbox')),
                        ('report_addresses', django.contrib.postgres.fields.ArrayField(base_field=models.EmailField(max_length=254), blank=True, db_default=[], default=list, size=None, verbose_name='further report addresses')),
                        ('language', models.CharField(choices=[('en', 'English'), ('zh-hans', 'Simplified Chinese')], default='en', max_length=10, verbose_name='language')),
                        ('disabled_at', models.DateTimeField(blank=True, null=True, verbose_name='disabled at')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                    ],
                    options={
                        'verbose_name': 'organization',
                        'verbose_name_plural': 'organizations',
                        'ordering': ['slug'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'partner'), ('partner_type', ''), _connector='OR'), name='only_partners_have_a_partner_type')],
                    },
                ),
                migrations.CreateModel(
                    name='ApiToken',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('scope', models.CharField(choices=[('read', 'Read'), ('write', 'Read and write')], default='read', max_length=5, verbose_name='scope')),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('hint', models.CharField(max_length=12, verbose_name='first characters')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='ends at')),
                        ('last_used_on', models.DateField(blank=True, null=True, verbose_name='last used on')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'API token',
                        'verbose_name_plural': 'API tokens',
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('owner', 'Owner'), ('billing', 'Billing'), ('member', 'Member'), ('viewer', 'Viewer')], max_length=10, verbose_name='role')),
                        ('since', models.DateTimeField(verbose_name='since')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'membership',
                        'verbose_name_plural': 'memberships',
                        'constraints': [models.UniqueConstraint(fields=('organization', 'person'), name='one_role_per_organization')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                        ('role', models.CharField(choices=[('owner', 'Owner'), ('billing', 'Billing'), ('member', 'Member'), ('viewer', 'Viewer')], max_length=10, verbose_name='role')),
                        ('seed', models.CharField(default='', max_length=64)),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('expires_at', models.DateTimeField(verbose_name='ends at')),
                        ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted at')),
                        ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'invitation',
                        'verbose_name_plural': 'invitations',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at', None)), fields=('organization', 'email'), name='one_open_invitation_per_mailbox')],
                    },
                ),
                migrations.CreateModel(
                    name='EndCustomer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('reference', models.CharField(blank=True, max_length=80, verbose_name='your reference')),
                        ('created_at', models.DateTimeField(verbose_name='created at')),
                        ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived at')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='end_customers', to='accounts.organization', verbose_name='organization')),
                    ],
                    options={
                        'verbose_name': 'end customer',
                        'verbose_name_plural': 'end customers',
                        'constraints': [models.UniqueConstraint(fields=('organization', 'name'), name='one_end_customer_per_name')],
                    },
                ),
            ]
        ),
    ]
