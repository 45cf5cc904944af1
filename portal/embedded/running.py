"""Which portal runs on a home: the lock that its supervisor holds, and how `manage.py` joins it.

`PORTAL_HOME`/lock is held (flock) as long as the supervisor lives, however it ends; its text tells who holds
it. `PORTAL_HOME`/env holds its addresses and settings as KEY=VALUE lines, for this user only.
"""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO

LOCK, ENVIRONMENT = "lock", "env"


class AlreadyRunningError(RuntimeError):
    """Another supervisor holds the home; the text is meant for the person at the screen."""


def running_environment(portal_home: Path) -> dict[str, str]:
    """Settings of the portal that runs on `portal_home`; empty when none runs there.

    Empty as well where DATABASE_URL is set: whoever names a database wants nothing of a demo's settings.
    """
    if "DATABASE_URL" in os.environ or not is_running(portal_home):
        return {}
    try:
        lines = (portal_home / ENVIRONMENT).read_text("utf-8").splitlines()
    except FileNotFoundError:  # it has just started, or is about to end
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def is_running(portal_home: Path) -> bool:
    """True while a supervisor holds the lock of `portal_home`."""
    try:
        with (portal_home / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def claim(portal_home: Path, *, url: str, patience: float = 3) -> IO[str]:
    """Hold the lock until the returned file is closed or this process ends.

    Waits `patience` seconds for a predecessor that is just ending; then raises AlreadyRunningError.
    """
    lock = (portal_home / LOCK).open("a+")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise AlreadyRunningError(_who_holds(portal_home)) from None
            time.sleep(0.1)
    lock.truncate(0)
    lock.write(json.dumps({"pid": os.getpid(), "url": url}))
    lock.flush()
    return lock


def _who_holds(portal_home: Path) -> str:
    try:
        holder = json.loads((portal_home / LOCK).read_text("utf-8"))
        where = f" (process {holder['pid']}, {holder['url']})"
    except (OSError, ValueError, KeyError):
        where = ""
    return (
        f"A portal already runs on {portal_home}{where}.\n"
        "Stop it with Ctrl-C where it was started, or choose another folder: make demo PORTAL_HOME=… PORT=…"
    )


def write_environment(portal_home: Path, settings: dict[str, str]) -> None:
    """Tell `manage.py` how to join; readable by this user only, replaced in one go."""
    making = portal_home / f"{ENVIRONMENT}.new"
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())
    making.replace(portal_home / ENVIRONMENT)


def forget_environment(portal_home: Path) -> None:
    """The portal is about to end: nobody may join it any more."""
    (portal_home / ENVIRONMENT).unlink(missing_ok=True)
