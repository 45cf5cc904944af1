from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "care_advisoryaffected",
    "care_advisoryreceipt",
    "care_advisorytask",
    "care_advisoryticket",
    "care_monthlyreport",
    "care_recommendation",
    "care_reportexclusion",
    "care_reportfeed",
    "care_reportmail",
)


class Migration(migrations.Migration):
    """What advisories and reports say of an organization is its own."""

    dependencies = [("care", "0001_tables")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
    ]
