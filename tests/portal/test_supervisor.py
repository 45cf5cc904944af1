"""The supervisor mends what dies, and the whole portal starts, survives and stops as one."""

import os
import signal
import threading
import time

import psutil
import pytest

from portal.embedded.child import Child, StartError
from portal.embedded.supervisor import Supervisor, end_leftovers, pause_before_restart

PATIENCE = 60  # seconds


@pytest.fixture
def told():
    return []


@pytest.fixture
def supervisor(tmp_path, told):
    keeper = Supervisor(tmp_path, told.append)
    yield keeper
    keeper.stop()


def sleeper(tmp_path, name: str = "worker") -> Child:
    return Child(name, ["sleep", "600"], env=dict(os.environ), log=tmp_path / f"{name}.log")


def tend_until(supervisor: Supervisor, condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        supervisor.tend()
        time.sleep(0.02)


def test_the_pause_before_a_restart_doubles_up_to_half_a_minute():
    assert [pause_before_restart(deaths) for deaths in (1, 2, 3, 7, 8, 99)] == [0.5, 1, 2, 30, 30, 30]


def test_a_killed_process_is_started_again_and_the_reason_is_told(supervisor, told, tmp_path):
    child = sleeper(tmp_path)
    supervisor.add(child)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    tend_until(supervisor, lambda: len(told) == 2)
    assert child.pid != first
    assert child.is_running()
    assert told == [
        f"worker was ended by SIGKILL; starting it again in 0.5 s (log: {tmp_path}/worker.log)",
        "worker runs again",
    ]


def test_a_process_that_cannot_be_started_again_is_tried_later_each_time(supervisor, told, tmp_path):
    child = sleeper(tmp_path)
    failures = iter([None, StartError("no memory"), None])

    def start():
        failure = next(failures)
        if failure:
            raise failure
        child.start()

    supervisor.add(child, start)
    child.stop()
    tend_until(supervisor, lambda: len(told) == 3)
    assert told[1:] == ["no memory\nworker did not start; next try in 1 s", "worker runs again"]


def test_a_process_that_ran_steadily_starts_from_the_shortest_pause(supervisor, tmp_path):
    supervisor.add(sleeper(tmp_path))
    member = supervisor.members[0]
    member.deaths, member.running_since = 7, time.monotonic() - 61
    supervisor.tend()
    assert member.deaths == 0


def test_stopping_by_name_leaves_the_others_running(supervisor, tmp_path):
    web, database = sleeper(tmp_path, "web"), sleeper(tmp_path, "postgres")
    supervisor.add(web)
    supervisor.add(database)
    supervisor.stop("web")
    assert (web.is_running(), database.is_running()) == (False, True)


def test_keeping_ends_when_asked(supervisor):
    stopping = threading.Event()
    stopping.set()
    supervisor.keep(stopping)
    assert supervisor.members == []


def test_what_a_killed_supervisor_left_running_is_ended(supervisor, tmp_path):
    child = sleeper(tmp_path)
    supervisor.add(child)
    assert end_leftovers(tmp_path) == ["worker"]
    assert not child.is_running()
    assert end_leftovers(tmp_path) == []


def test_a_reused_process_id_is_left_alone(supervisor, tmp_path, monkeypatch):
    child = sleeper(tmp_path)
    supervisor.add(child)
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: 1.0)
    assert end_leftovers(tmp_path) == []
    assert child.is_running()
