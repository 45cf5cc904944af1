from django.db import migrations

from common.rls import tenant_policy

TENANT_TABLES = (
    "notifications_delivery",
    "notifications_endpoint",
)
# Every page shows how many notices wait, whatever tenant scope it stands in. In one statement: the function looks
# across the reader's organizations, gives away a number only, and leaves the scope as it was.
UNREAD = """
CREATE FUNCTION notifications_unread(reader bigint, most integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  scope text := COALESCE(current_setting('portal.organization', true), '');
  waiting bigint;
BEGIN
  PERFORM set_config('portal.organization', '*', true);
  SELECT count(*) INTO waiting FROM (
    SELECT 1 FROM notifications_notification WHERE person_id = reader AND read_at IS NULL LIMIT most
  ) AS unread;
  PERFORM set_config('portal.organization', scope, true);
  RETURN waiting;
END $$;
"""
UNDO_UNREAD = """
DROP FUNCTION notifications_unread(bigint, integer);
"""


class Migration(migrations.Migration):
    """An organization's notices and endpoints are seen in its scope only."""

    dependencies = [("notifications", "0001_tables")]

    operations = [
        *(tenant_policy(table) for table in TENANT_TABLES),
        tenant_policy("notifications_notification", shared_rows=True),
        migrations.RunSQL(UNREAD, UNDO_UNREAD),
    ]
