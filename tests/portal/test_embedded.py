"""The embedded servers: what the portal relies on, and what a killed predecessor leaves behind."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from portal.embedded import roles, running
from portal.embedded.child import Child, StartError, how_it_ended, wait_until_ready
from portal.embedded.places import LONGEST_SOCKET_FOLDER, leave_socket_folder, log_file, socket_folder
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

# Seconds: nothing here is timed.
PATIENCE = 60


@pytest.fixture
def home(open_home):
    return open_home


@pytest.fixture
def postgres(home):
    server = Postgres(home, fast=True)
    server.start()
    roles.make_roles_and_database(server)
    yield server
    server.stop()


def query(url: str, sql: str) -> list[tuple]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_neither_role_may_pass_row_level_security(postgres):
    rows = query(
        roles.owner_url(postgres),
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname LIKE 'portal%' ORDER BY 1",
    )
    assert rows == [("portal", False, False, False), ("portal_owner", False, False, True)]


def test_the_runtime_role_uses_but_does_not_own_tables_also_in_databases_made_later(postgres):
    query(roles.owner_url(postgres), "CREATE DATABASE later")
    query(postgres.url(user="portal_owner", database="later"), "CREATE TABLE note (id bigserial, body text)")
    runtime = postgres.url(user="portal", database="later")
    assert query(runtime, "INSERT INTO note (body) VALUES ('seen') RETURNING id, body") == [(1, "seen")]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query(runtime, "DROP TABLE note")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        query(runtime, "CREATE TABLE mine (id int)")


def test_chinese_text_has_trigrams_and_is_split_at_chinese_punctuation(postgres):
    url = roles.runtime_url(postgres)
    assert query(url, "SELECT similarity('打印机坏了', '打印机') > 0.4") == [(True,)]
    assert query(url, "SELECT length(to_tsvector('simple', '打印机，无法打印'))") == [(2,)]


def test_only_this_user_may_open_the_sockets(home, postgres):
    valkey = Valkey(home, persist=False)
    valkey.start()
    try:
        for socket in (postgres.sockets / ".s.PGSQL.5432", valkey.socket):
            assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert redis.Redis.from_url(valkey.url(63)).ping() is True
    finally:
        valkey.stop()


def test_making_the_roles_again_keeps_what_is_there(postgres):
    query(roles.owner_url(postgres), "CREATE TABLE kept AS SELECT 42 AS answer")
    roles.make_roles_and_database(postgres)
    assert query(roles.runtime_url(postgres), "SELECT answer FROM kept") == [(42,)]


def test_postgres_keeps_what_was_committed_before_it_was_killed(home):
    killed = Postgres(home)  # not fast: that one may lose its last second
    killed.start()
    roles.make_roles_and_database(killed)
    query(roles.owner_url(killed), "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(killed.child.pid, signal.SIGKILL)
    killed.child.process.wait()
    again = Postgres(home)
    again.start()
    try:
        assert query(roles.runtime_url(again), "SELECT answer FROM kept") == [(42,)]
    finally:
        again.stop()


def test_postgres_ends_a_server_that_still_holds_its_data(home, postgres):
    again = Postgres(home, fast=True)
    again.start()
    try:
        assert postgres.child.process.wait(PATIENCE) == 0
        assert query(roles.runtime_url(again), "SELECT 1") == [(1,)]
    finally:
        again.stop()


def test_postgres_ignores_a_reused_process_id_in_the_mark_of_a_dead_one(home):
    first = Postgres(home, fast=True)
    first.start()
    first.stop()
    (first.data / "postmaster.pid").write_text(f"{os.getpid()}\n{first.data}\n")
    again = Postgres(home, fast=True)
    again.start()
    again.stop()
    assert psutil.pid_exists(os.getpid())


def test_a_half_made_cluster_is_made_anew(home):
    server = Postgres(home, fast=True)
    server.data.mkdir(exist_ok=True)
    (server.data / "PG_VERSION").write_text("18\n")
    (server.data / "base").mkdir()
    assert server.is_new()
    server.start()
    server.stop()
    assert not server.is_new()


def test_valkey_keeps_what_was_written_over_a_restart(home):
    valkey = Valkey(home)
    valkey.start()
    redis.Redis.from_url(valkey.url()).set("kept", "42")
    valkey.stop()
    again = Valkey(home)
    again.start()
    try:
        assert redis.Redis.from_url(again.url()).get("kept") == b"42"
    finally:
        again.stop()


@pytest.mark.parametrize("name", ["x" * 80, "my portal", "门户", "a+b"])
def test_a_home_that_fits_no_socket_or_url_has_a_short_folder_of_its_own(home, name):
    odd = home / name
    odd.mkdir()
    short = socket_folder(odd)
    assert len(str(short)) <= LONGEST_SOCKET_FOLDER
    assert re.fullmatch(r"/tmp/portal-\d+-[0-9a-f]{10}", str(short))
    assert short == socket_folder(odd) != socket_folder(home)
    leave_socket_folder(odd)
    assert not short.exists()


def test_a_child_that_dies_while_starting_tells_why(tmp_path):
    command = [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"]
    child = Child("thing", command, env=dict(os.environ), log=tmp_path / "thing.log")
    child.start()
    with pytest.raises(StartError, match=r"thing ended with code 3 while starting\nthe reason"):
        wait_until_ready(child, lambda: False, timeout=PATIENCE)


def test_a_child_that_never_gets_ready_is_stopped(tmp_path):
    child = Child("thing", ["sleep", "600"], env=dict(os.environ), log=tmp_path / "thing.log")
    child.start()
    with pytest.raises(StartError, match="thing was not ready after 0 s"):
        wait_until_ready(child, lambda: False, timeout=0.1)
    assert not child.is_running()


def has_died(process: psutil.Process, *, within: float) -> bool:
    """Whether a process that is not ours ends (or is a zombie of whoever adopted it) in `within` seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_child_that_does_not_listen_is_killed_with_its_own_children(tmp_path):
    deaf = "trap '' TERM; sleep 600 & echo $!; wait; sleep 600"
    child = Child("deaf", ["sh", "-c", deaf], env=dict(os.environ), log=tmp_path / "deaf.log", patience=0.3)
    child.start()
    wait_until_ready(child, lambda: child.last_words() != "", timeout=PATIENCE)
    grandchild = psutil.Process(int(child.last_words()))
    child.stop()
    assert how_it_ended(child.exit_code()) == "was ended by SIGKILL"
    # The signal is sent to the whole group at once; each member dies in its own time.
    assert has_died(grandchild, within=PATIENCE)


def test_a_program_that_is_not_there_is_a_start_error(tmp_path):
    child = Child("thing", ["/nowhere/thing"], env={}, log=tmp_path / "thing.log")
    with pytest.raises(StartError, match="thing cannot be started"):
        child.start()


def test_a_log_that_has_grown_is_put_aside(tmp_path):
    log = log_file(tmp_path, "web")
    log.write_bytes(b"x" * 10_000_001)
    assert not log_file(tmp_path, "web").exists()
    assert (tmp_path / "logs" / "web.log.1").stat().st_size == 10_000_001


def test_manage_py_joins_only_a_portal_that_runs(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    running.write_environment(tmp_path, {"SECRET_KEY": "a=b", "PORT": "8000"})
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600
    assert running.running_environment(tmp_path) == {}
    lock = running.claim(tmp_path, url="http://127.0.0.1:8000")
    assert running.running_environment(tmp_path) == {"SECRET_KEY": "a=b", "PORT": "8000"}
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    assert running.running_environment(tmp_path) == {}
    lock.close()


def test_a_second_portal_on_the_same_home_is_told_who_holds_it(tmp_path):
    lock = running.claim(tmp_path, url="http://127.0.0.1:8123")
    words = rf"already runs on .* \(process {os.getpid()}, http://127\.0\.0\.1:8123\)"
    with pytest.raises(running.AlreadyRunningError, match=words):
        running.claim(tmp_path, url="http://127.0.0.1:8124", patience=0)
    lock.close()
    running.claim(tmp_path, url="http://127.0.0.1:8124", patience=0).close()


def test_embedded_servers_need_neither_django_nor_settings():
    modules = sorted(path.stem for path in Path("portal/embedded").glob("[a-z]*.py"))
    imports = "; ".join(f"import portal.embedded.{name}" for name in modules)
    check = f"import sys; {imports}; sys.exit('django' in sys.modules or 'portal.settings' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
