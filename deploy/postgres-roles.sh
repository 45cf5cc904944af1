#!/bin/sh
# The same two roles, database and privileges as portal/embedded/roles.py, with passwords.
# The image's entry point runs this once, when the data folder is new.
set -eu

psql -v ON_ERROR_STOP=1 -U postgres -d postgres \
	-v owner_password="$PORTAL_OWNER_DB_PASSWORD" -v portal_password="$PORTAL_DB_PASSWORD" <<'SQL'
CREATE ROLE portal_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE portal LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'portal_password';
CREATE DATABASE portal OWNER portal_owner;
SQL

psql -v ON_ERROR_STOP=1 -U postgres -d portal <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO portal;
SQL
