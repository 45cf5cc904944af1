"""Row-level security for a tenant table, as one migration operation."""

from django.db import migrations

# In a sub-select the setting is read once per statement, not once per row.
_SCOPE = "(SELECT current_setting('portal.organization', true))"
_ONE = "(SELECT NULLIF(NULLIF(current_setting('portal.organization', true), ''), '*')::bigint)"


def tenant_policy(table: str, column: str = "organization_id", *, shared_rows: bool = False) -> migrations.RunSQL:
    """Rows of `table` are seen and written only inside the scope of their organization (common/tenancy.py).

    `shared_rows`: rows whose column is NULL belong to nobody; anybody may insert them, only `*` sees them.
    """
    visible = f"{_SCOPE} = '*' OR {column} = {_ONE}"
    writable = f"{visible} OR {column} IS NULL" if shared_rows else visible
    policy = f"{table}_tenant"
    return migrations.RunSQL(
        sql=f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {policy} ON {table} USING ({visible}) WITH CHECK ({writable});
        """,
        reverse_sql=f"""
        DROP POLICY {policy} ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )
