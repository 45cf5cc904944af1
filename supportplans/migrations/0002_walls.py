from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "supportplans_changeoverride",
    "supportplans_provisioningtask",
    "supportplans_subscription",
    "supportplans_tamnote",
    "supportplans_term",
)
# Neither an administrator's mistake nor a faulty program may change what customers have bought under.
PUBLISHED_IS_FINAL = """
CREATE FUNCTION supportplans_published_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'catalogue version % is published and never changes', OLD.number
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'published_is_final';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER published_is_final BEFORE UPDATE OR DELETE ON supportplans_catalogueversion
  FOR EACH ROW EXECUTE FUNCTION supportplans_published_is_final();
"""
UNDO_PUBLISHED_IS_FINAL = """
DROP TRIGGER published_is_final ON supportplans_catalogueversion;
DROP FUNCTION supportplans_published_is_final();
"""


class Migration(migrations.Migration):
    """A published catalogue version is final; what belongs to a plan belongs to its tenant."""

    dependencies = [("supportplans", "0001_tables")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
        migrations.RunSQL(PUBLISHED_IS_FINAL, UNDO_PUBLISHED_IS_FINAL),
    ]
