from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "tickets_ticket",
    "tickets_message",
    "tickets_attachment",
    "tickets_responsetimer",
    "tickets_ticketevent",
    "tickets_ticketwatcher",
)
ONLY_INSERTED = """
CREATE TRIGGER tickets_ticketevent_only_inserted BEFORE UPDATE OR DELETE ON tickets_ticketevent
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
DROP = "DROP TRIGGER tickets_ticketevent_only_inserted ON tickets_ticketevent;"


class Migration(migrations.Migration):
    """Tickets are a tenant's rows, and their history is only ever added to."""

    dependencies = [("tickets", "0001_initial"), ("common", "0002_walls")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
        migrations.RunSQL(ONLY_INSERTED, DROP),
    ]
