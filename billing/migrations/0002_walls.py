from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "billing_budget",
    "billing_changedmonth",
    "billing_fapiaorequest",
    "billing_invoice",
    "billing_invoiceline",
    "billing_ledgerbalance",
    "billing_ledgerentry",
    "billing_ledgerline",
    "billing_order",
    "billing_payment",
    "billing_paymentmethod",
    "billing_quote",
    "billing_recognition",
    "billing_refund",
    "billing_refundproposal",
    "billing_settlement",
    "billing_settlementadjustment",
    "billing_usagerecord",
)
LINES_STAY = """
CREATE TRIGGER billing_invoiceline_only_inserted BEFORE UPDATE OR DELETE ON billing_invoiceline
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO_LINES_STAY = """
DROP TRIGGER billing_invoiceline_only_inserted ON billing_invoiceline;
"""
# Checked per statement, not per row: a settlement books a hundred thousand entries at once. The lines of an entry come
# in one statement, so what was there before is balanced already and only the fresh lines are added up.
BALANCED = """
CREATE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced bigint;
BEGIN
  SELECT entry_id INTO unbalanced FROM fresh GROUP BY entry_id HAVING sum(amount) <> 0 LIMIT 1;
  IF unbalanced IS NOT NULL THEN
    RAISE EXCEPTION 'the lines of ledger entry % do not sum to zero', unbalanced
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_balanced';
  END IF;
  INSERT INTO billing_ledgerbalance AS kept (organization_id, account, balance)
  SELECT organization_id, account, sum(amount) FROM fresh GROUP BY organization_id, account
   ORDER BY organization_id, account
  ON CONFLICT (organization_id, account) DO UPDATE SET balance = kept.balance + EXCLUDED.balance;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_is_balanced AFTER INSERT ON billing_ledgerline
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_balanced();
CREATE TRIGGER billing_ledgerline_only_inserted BEFORE UPDATE OR DELETE ON billing_ledgerline
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
CREATE TRIGGER billing_ledgerentry_only_inserted BEFORE UPDATE OR DELETE ON billing_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO_BALANCED = """
DROP TRIGGER billing_ledgerentry_only_inserted ON billing_ledgerentry;
DROP TRIGGER billing_ledgerline_only_inserted ON billing_ledgerline;
DROP TRIGGER ledger_is_balanced ON billing_ledgerline;
DROP FUNCTION billing_ledger_is_balanced();
"""


class Migration(migrations.Migration):
    """Rows of money exist only for their organization; the ledger is balanced and only ever inserted into."""

    dependencies = [("billing", "0001_tables"), ("common", "0002_walls")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
        migrations.RunSQL(LINES_STAY, UNDO_LINES_STAY),
        migrations.RunSQL(BALANCED, UNDO_BALANCED),
    ]
