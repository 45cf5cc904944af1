"""`make demo` as a person meets it: real processes, killed one by one and all at once."""

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.running_portal import PATIENCE, ROOT, Portal, environment, free_port

pytestmark = pytest.mark.faults


@pytest.fixture
def place(open_home):
    """A home to be made, and a free port."""
    return open_home / "home", free_port()


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_the_demo_survives_kill_9_of_any_process_and_ctrl_c_leaves_nothing(place):
    home, port = place
    portal = Portal(home, port)
    try:
        portal.wait_for("The portal is ready")
        second = subprocess.run(
            [sys.executable, "-m", "portal.embedded"],
            cwd=ROOT,
            env=environment(home, port + 1),
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert f"A portal already runs on {home} (process {portal.process.pid}, {portal.url})" in second.stderr
        manage_py_joins(home)

        first = portal.children()
        assert set(first) == {"postgres", "valkey", "web", "worker", "beat"}
        for process in first.values():
            process.kill()
        portal.wait_for("runs again", times=5)
        portal.wait_until_ready()

        orphans = list(portal.children().values())
        portal.kill()
        portal = Portal(home, port)
        portal.wait_for("The portal is ready")
        assert_gone(orphans)

        family = psutil.Process(portal.process.pid).children(recursive=True)
        portal.process.send_signal(signal.SIGINT)
        assert portal.process.wait(PATIENCE) == 0
        assert_gone(family)
        assert not (home / "env").exists()
        assert not (home / "run").exists()
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(portal.url, timeout=20)
    finally:
        portal.kill()


def manage_py_joins(home: Path) -> None:
    environ = environment(home, 1)
    del environ["PORT"]
    command = [sys.executable, "manage.py", "create_token", "owner@acme.example", "--scope", "write"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) == 1


def test_a_port_that_is_taken_is_named(place):
    home, _port = place
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        portal = Portal(home, taken)
        assert portal.process.wait(PATIENCE) == 1
    assert f"Port {taken} is in use by another program" in portal.screen.read_text()


def test_a_port_that_is_no_port_is_named(place):
    home, _port = place
    environ = environment(home, 1) | {"PORT": "eighty"}
    command = [sys.executable, "-m", "portal.embedded"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "\nPORT=eighty: expected a number from 1 to 65535\n")
