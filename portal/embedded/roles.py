"""The two roles of the portal and its database, made or mended at every start.

`portal_owner` owns the database and its tables and runs migrations; `portal` is whom web and workers connect
as. Neither is a superuser, so row-level security binds both (tenant tables force it on their owner).
"""

from portal.embedded.postgres import Postgres

OWNER, RUNTIME, DATABASE = "portal_owner", "portal", "portal"

ROLES = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER}; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{RUNTIME}') THEN CREATE ROLE {RUNTIME}; END IF;
END $$;
ALTER ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE;
ALTER ROLE {RUNTIME} LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE;
"""

# Run in template1 as well, so that databases made from it (the tests') have the same.
PRIVILEGES = f"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {RUNTIME};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO {RUNTIME};
"""

CREATE_DATABASE = f"""
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""


def make_roles_and_database(postgres: Postgres) -> None:
    """Bring the running server to the state described above; running it again changes nothing."""
    postgres.run_sql(ROLES)
    postgres.run_sql(PRIVILEGES, database="template1")
    postgres.run_sql(CREATE_DATABASE)
    postgres.run_sql(PRIVILEGES, database=DATABASE)


def owner_url(postgres: Postgres) -> str:
    """For migrations and for the tests, which create databases."""
    return postgres.url(user=OWNER, database=DATABASE)


def runtime_url(postgres: Postgres) -> str:
    """For web, worker, beat and `manage.py`."""
    return postgres.url(user=RUNTIME, database=DATABASE)
