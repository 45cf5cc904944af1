from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    *("paymentmethod", "ledgerentry", "ledgerline", "ledgerbalance", "recognition"),
    *("usagerecord", "changedmonth", "settlement", "settlementadjustment", "budget"),
    *("fapiaorequest", "refundproposal"),
)

# Checked per statement, not per row: a settlement books a hundred thousand entries at once. The lines of an entry
# therefore come in one statement.
BALANCED = """
CREATE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced bigint;
BEGIN
  SELECT line.entry_id INTO unbalanced
    FROM billing_ledgerline AS line
   WHERE line.entry_id IN (SELECT entry_id FROM fresh)
   GROUP BY line.entry_id HAVING sum(line.amount) <> 0 LIMIT 1;
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
UNDO = """
DROP TRIGGER billing_ledgerentry_only_inserted ON billing_ledgerentry;
DROP TRIGGER billing_ledgerline_only_inserted ON billing_ledgerline;
DROP TRIGGER ledger_is_balanced ON billing_ledgerline;
DROP FUNCTION billing_ledger_is_balanced();
"""


class Migration(migrations.Migration):
    """Rows of money exist only for their organization; the ledger is balanced and only ever inserted into."""

    dependencies = [("billing", "0004_whole")]

    operations = [
        *(tenant_policy(f"billing_{table}") for table in TENANT_TABLES),
        migrations.RunSQL(BALANCED, UNDO),
    ]
