"""One process that the portal starts itself and that must never outlive it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class StartError(RuntimeError):
    """A process or a step of the start failed; the text is meant for the person at the screen."""


def _end_with_parent() -> None:
    """In the child, before exec: ask Linux to interrupt it when its parent dies, even by kill -9.

    Linux ties this to the parent's *thread*, so children are started from the main thread only.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


class Child:
    """A command in its own process group, so that Ctrl-C on the terminal reaches only us."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        env: dict[str, str],
        cwd: Path | str = "/",
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 10,
        run_as: dict[str, Any] | None = None,
    ) -> None:
        """`log`: the file that its output is added to. `patience`: seconds between `stop_signal` and SIGKILL.

        `run_as`: `user`, `group`, `extra_groups` as Popen takes them.
        """
        self.name, self.command, self.env, self.cwd = name, command, env, cwd
        self.log, self.stop_signal, self.patience = log, stop_signal, patience
        self.run_as = run_as or {}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the command; raises StartError when the system will not run it."""
        try:
            with self.log.open("ab") as output:
                self.process = subprocess.Popen(
                    self.command,
                    env=self.env,
                    cwd=self.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                    preexec_fn=_end_with_parent,  # noqa: PLW1509 - one C call, no lock taken in it
                    **self.run_as,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise StartError(f"{self.name} cannot be started: {error}") from error

    @property
    def pid(self) -> int | None:
        """Process id while it was started, running or not."""
        return self.process.pid if self.process else None

    def exit_code(self) -> int | None:
        """None while it runs or was never started; negative is minus the signal that ended it."""
        return self.process.poll() if self.process else None

    def is_running(self) -> bool:
        """True from start() to the end of the process."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once, so that several can stop side by side."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self) -> None:
        """Wait `patience` seconds, then kill whatever is left of the process group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """Kill what is left of the group: also orphans of a main process that died by itself."""
        if self.process is not None:
            # Nothing is left (macOS says PermissionError for a group of zombies).
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop it now and wait until it is gone."""
        self.ask_to_stop()
        self.wait_until_stopped()

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for a message about its death."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def wait_until_ready(child: Child, is_ready: Callable[[], bool], *, timeout: float) -> None:
    """Poll every 20 ms; raises StartError when the child dies or `timeout` seconds pass."""
    deadline = time.monotonic() + timeout
    while not is_ready():
        if not child.is_running():
            ending = how_it_ended(child.exit_code())
            raise StartError(f"{child.name} {ending} while starting\n{child.last_words()}")
        if time.monotonic() > deadline:
            child.stop()
            raise StartError(f"{child.name} was not ready after {timeout:.0f} s\n{child.last_words()}")
        time.sleep(0.02)


def how_it_ended(exit_code: int | None) -> str:
    """An exit code of Popen in words."""
    if exit_code is not None and exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with code {exit_code}"
