from django.db import migrations

from common.rls import tenant_policy

ONLY_INSERTED = """
CREATE FUNCTION common_only_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever inserted into', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER common_auditentry_only_inserted BEFORE UPDATE OR DELETE ON common_auditentry
  FOR EACH ROW EXECUTE FUNCTION common_only_inserted();
"""
UNDO_ONLY_INSERTED = """
DROP TRIGGER common_auditentry_only_inserted ON common_auditentry;
DROP FUNCTION common_only_inserted();
"""


class Migration(migrations.Migration):
    """Tenants see their own audit entries only, and nobody changes one; other apps reuse the function."""

    dependencies = [("common", "0001_tables")]

    operations = [
        tenant_policy("common_auditentry", shared_rows=True),
        migrations.RunSQL(ONLY_INSERTED, UNDO_ONLY_INSERTED),
    ]
