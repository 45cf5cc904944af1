"""docker-compose.yml, Dockerfile and deploy/ name only what exists, and set up the database as the demo does."""

import os
import re
import subprocess
from pathlib import Path

import psycopg2
import pytest
import yaml

from portal.embedded import roles
from portal.embedded.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
OURS = {"migrate", "web", "events", "worker", "beat"}


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]


def test_every_part_of_the_portal_is_a_service(services):
    assert set(services) == OURS | {"postgres", "valkey", "proxy"}


def test_services_wait_for_services_that_exist_and_can_become_healthy(services):
    for name, service in services.items():
        for other, rule in service.get("depends_on", {}).items():
            assert other in services, name
            if rule["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other}"
            else:
                assert (other, rule["condition"]) == ("migrate", "service_completed_successfully")


def test_only_migrations_connect_as_the_owner_of_the_tables(services):
    users = {name: re.match(r"postgresql://(\w+):", services[name]["environment"]["DATABASE_URL"])[1] for name in OURS}
    assert users == dict.fromkeys(OURS, "portal") | {"migrate": "portal_owner"}


def test_migrations_run_once_and_everything_else_comes_back(services):
    assert services["migrate"]["restart"] == "no"
    assert {service["restart"] for name, service in services.items() if name != "migrate"} == {"unless-stopped"}


def test_the_commands_are_those_of_the_demo(services):
    assert services["worker"]["command"][:4] == ["celery", "-A", "portal", "worker"]
    assert services["beat"]["command"][:4] == ["celery", "-A", "portal", "beat"]
    assert '"uvicorn", "portal.asgi:application"' in (ROOT / "Dockerfile").read_text("utf-8")


def test_every_variable_of_the_compose_file_stands_in_the_example():
    wanted = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text("utf-8")))
    example = (ROOT / "deploy/env.example").read_text("utf-8")
    assert wanted <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_mounted_files_exist(services):
    mounts = [volume for service in services.values() for volume in service.get("volumes", [])]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert sorted(files) == ["./deploy/Caddyfile", "./deploy/postgres-roles.sh"]
    assert all((ROOT / file).is_file() for file in files)


def test_the_proxy_sends_events_and_pages_to_their_own_servers(services):
    caddyfile = (ROOT / "deploy/Caddyfile").read_text("utf-8")
    assert set(re.findall(r"dynamic a \{\$\w+:(\w+)\}", caddyfile)) == {"events", "web"} <= set(services)
    assert "@events path /events" in caddyfile


def test_what_the_image_copies_and_runs_is_there():
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert all((ROOT / source).exists() for source in copied), copied
    ignored = set((ROOT / ".dockerignore").read_text("utf-8").split())
    assert {".git", ".env", ".portal", "tests"} <= ignored
    assert not ignored & {"scripts", "locale", "package-lock.json", "requirements.txt", "static", "deploy"}
    for script in re.findall(r"python (scripts/\S+)", dockerfile):
        assert (ROOT / script).is_file()


def test_every_setting_that_is_read_stands_in_the_table():
    sources = "".join(
        (ROOT / "portal" / name).read_text("utf-8") for name in ("settings.py", "environment.py", "asgi.py")
    )
    read = set(re.findall(r"""(?:\(env, |env\.\w+\(|environ\.get\()["']([A-Z_]+)["']""", sources))
    assert {"SECRET_KEY", "DATABASE_URL", "WEB_THREADS", "PORTAL_HOME"} <= read
    table = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/operations.md").read_text("utf-8")))
    assert read - table == set()


def state_of(postgres: Postgres) -> dict[str, list[tuple]]:
    queries = {
        "roles": "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles"
        " WHERE rolname LIKE 'portal%' ORDER BY 1",
        "owner": "SELECT datname, datdba::regrole::text FROM pg_database WHERE datname = 'portal'",
        "privileges": "SELECT defaclrole::regrole::text, defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 2",
        "extensions": "SELECT extname FROM pg_extension ORDER BY 1",
    }
    connection = psycopg2.connect(postgres.url(user="postgres", database="portal"))
    try:
        with connection.cursor() as cursor:
            state = {}
            for name, sql in queries.items():
                cursor.execute(sql)
                state[name] = cursor.fetchall()
            return state
    finally:
        connection.close()


def test_the_server_s_database_is_set_up_as_the_demo_s(open_home):
    states = []
    for way in (roles.make_roles_and_database, run_roles_script):
        home = open_home / way.__name__
        home.mkdir(mode=0o711)
        postgres = Postgres(home, fast=True)
        postgres.start()
        try:
            way(postgres)
            states.append(state_of(postgres))
        finally:
            postgres.stop()
    assert states[0] == states[1]
    assert states[0]["owner"] == [("portal", "portal_owner")]


def run_roles_script(postgres: Postgres) -> None:
    env = os.environ | {
        "PATH": f"{postgres.binaries}:{os.environ['PATH']}",
        "PGHOST": str(postgres.sockets),
        "PORTAL_OWNER_DB_PASSWORD": "o'wner",
        "PORTAL_DB_PASSWORD": "runtime",
    }
    subprocess.run([ROOT / "deploy/postgres-roles.sh"], env=env, check=True, capture_output=True)
