from django.db import migrations

# The lines of an entry come in one statement, so what was there before is balanced already: only the fresh lines are
# added up. A plan that joined them with the whole table could read years of lines for one payment.
FRESH = """
CREATE OR REPLACE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
ALL = """
CREATE OR REPLACE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_ids_of_usage")]

    operations = [migrations.RunSQL(FRESH, ALL)]
