from django.db import migrations

from common.rls import tenant_policy

ENTRIES_STAY = """
CREATE TRIGGER addons_quotaentry_only_inserted BEFORE UPDATE OR DELETE ON addons_quotaentry
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO = "DROP TRIGGER addons_quotaentry_only_inserted ON addons_quotaentry;"


class Migration(migrations.Migration):
    """Rows of a quota exist only for their organization; entries are only ever inserted."""

    dependencies = [("addons", "0001_initial"), ("common", "0002_walls")]

    operations = [
        tenant_policy("addons_quotacounter"),
        tenant_policy("addons_quotaentry"),
        migrations.RunSQL(ENTRIES_STAY, UNDO),
    ]
