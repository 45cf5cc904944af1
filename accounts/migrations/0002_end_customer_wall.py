from django.db import migrations

from common.rls import tenant_policy


class Migration(migrations.Migration):
    """End customers are a tenant's rows; people and organizations are not (signing in finds them first)."""

    dependencies = [("accounts", "0001_initial")]

    operations = [tenant_policy("accounts_endcustomer")]
