from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = ("quote", "order", "payment", "refund", "invoice", "invoiceline")

LINES_STAY = """
CREATE TRIGGER billing_invoiceline_only_inserted BEFORE UPDATE OR DELETE ON billing_invoiceline
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO = "DROP TRIGGER billing_invoiceline_only_inserted ON billing_invoiceline;"


class Migration(migrations.Migration):
    """Rows of money exist only for their organization; what was invoiced does not change."""

    dependencies = [("billing", "0001_initial"), ("common", "0002_walls")]

    operations = [
        *(tenant_policy(f"billing_{table}") for table in TENANT_TABLES),
        migrations.RunSQL(LINES_STAY, UNDO),
    ]
