from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "addons_booking",
    "addons_bookingduty",
    "addons_patrolentry",
    "addons_preparationitem",
    "addons_quotacounter",
    "addons_quotaentry",
    "addons_trainingneeds",
    "addons_trainingplace",
    "addons_trainingplan",
)
ENTRIES_STAY = """
CREATE TRIGGER addons_quotaentry_only_inserted BEFORE UPDATE OR DELETE ON addons_quotaentry
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO_ENTRIES_STAY = """
DROP TRIGGER addons_quotaentry_only_inserted ON addons_quotaentry;
"""


class Migration(migrations.Migration):
    """Quotas, bookings and training are rows of their tenant; entries are only ever inserted."""

    dependencies = [("addons", "0001_tables"), ("common", "0002_walls")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
        migrations.RunSQL(ENTRIES_STAY, UNDO_ENTRIES_STAY),
    ]
