"""Keeps processes running: one that dies by itself is started again, later each time, and the reason told."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from portal.embedded.child import Child, StartError, how_it_ended

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a process is started again
STEADY = 60.0  # seconds of running after which earlier deaths are forgotten
ROSTER = "children.json"


def pause_before_restart(deaths: int) -> float:
    """Seconds: 0.5 after the first death in a row, then twice as long each time: 1, 2, … at most 30."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(deaths - 1, 10))


@dataclass
class Member:
    """One process under supervision; `start` starts it and waits until it is of use."""

    child: Child
    start: Callable[[], None]
    deaths: int = 0
    running_since: float = 0.0
    start_at: float | None = None


@dataclass
class Supervisor:
    """Starts members in order, tends them, stops them. All of it in one thread: see child.py."""

    home: Path
    tell: Callable[[str], None]
    members: list[Member] = field(default_factory=list)

    def add(self, child: Child, start: Callable[[], None] | None = None) -> None:
        """Start a member now; raises StartError. It is tended and stopped from here on."""
        member = Member(child, start or child.start)
        self.members.append(member)
        self._start(member)

    def tend(self) -> None:
        """One look at every member: forget, notice or mend its death."""
        for member in self.members:
            if member.child.is_running():
                if member.deaths and time.monotonic() - member.running_since > STEADY:
                    member.deaths = 0
            elif member.start_at is None:
                self._notice_death(member)
            elif time.monotonic() >= member.start_at:
                self._start_again(member)

    def the_dead(self) -> list[Child]:
        """Children that do not run at this moment."""
        return [member.child for member in self.members if not member.child.is_running()]

    def stop(self, *names: str) -> None:
        """Stop the named members side by side, or all, and wait until they are gone."""
        chosen = [member.child for member in self.members if not names or member.child.name in names]
        for child in chosen:
            child.ask_to_stop()
        for child in chosen:
            child.wait_until_stopped()
        self.members = [member for member in self.members if member.child not in chosen]
        self._write_roster()

    def keep(self, stopping: threading.Event) -> None:
        """Tend the members until `stopping` is set."""
        while not stopping.wait(0.2):
            self.tend()

    def _notice_death(self, member: Member) -> None:
        member.deaths += 1
        pause = pause_before_restart(member.deaths)
        member.start_at = time.monotonic() + pause
        ending = how_it_ended(member.child.exit_code())
        member.child.kill_group()
        self.tell(f"{member.child.name} {ending}; starting it again in {pause:g} s (log: {member.child.log})")

    def _start_again(self, member: Member) -> None:
        try:
            self._start(member)
            self.tell(f"{member.child.name} runs again")
        except StartError as error:
            member.deaths += 1
            pause = pause_before_restart(member.deaths)
            member.start_at = time.monotonic() + pause
            self.tell(f"{error}\n{member.child.name} did not start; next try in {pause:g} s")

    def _start(self, member: Member) -> None:
        member.start()
        member.running_since, member.start_at = time.monotonic(), None
        self._write_roster()

    def _write_roster(self) -> None:
        """Note who runs, for a successor of a killed supervisor (see end_leftovers)."""
        roster = {}
        for member in self.members:
            try:
                process = psutil.Process(member.child.pid)
                noted = {"pid": process.pid, "started": process.create_time()}
                roster[member.child.name] = noted | {"signal": member.child.stop_signal}
            except psutil.NoSuchProcess:
                continue
        making = self.home / f"{ROSTER}.new"
        making.write_text(json.dumps(roster), "utf-8")
        making.replace(self.home / ROSTER)


def end_leftovers(home: Path, *, patience: float = 10) -> list[str]:
    """End what a killed supervisor left running on `home`; returns the names. The caller holds the lock.

    On Linux its children are interrupted when it dies, and this waits for them; elsewhere it ends them.
    """
    try:
        roster = json.loads((home / ROSTER).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    left = {}
    for name, noted in roster.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(noted["pid"])
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and abs(process.create_time() - noted["started"]) < 1:  # else the number was reused
                left[process] = name
                process.send_signal(noted["signal"])
    _, stubborn = psutil.wait_procs(list(left), timeout=patience)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    (home / ROSTER).unlink(missing_ok=True)
    return sorted(left.values())
