from django.db import migrations

from common.rls import tenant_policy



class Migration(migrations.Migration):
    """End customers are rows of their partner."""

    dependencies = [("accounts", "0001_tables")]

    operations = [
        tenant_policy("accounts_endcustomer"),
    ]
