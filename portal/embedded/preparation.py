"""What must be done once before the portal can serve: tables, translations, catalogue, demo data.

Every step may run again at any time. All are left out when nothing that they are made from has changed.
"""

import hashlib
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.embedded.child import Child, StartError, how_it_ended
from portal.embedded.places import log_file

ROOT = Path(__file__).resolve().parent.parent.parent
STAMP = "prepared"
SOURCES = {".py", ".yaml", ".yml", ".json", ".po"}
NOT_SOURCES = {"tests", "bench", "static", "templates", "docs", "scripts", "node_modules"}


class Interrupted(Exception):
    """The person at the screen asked to stop."""


def fingerprint() -> str:
    """Changes whenever a file changes that tables, translations, catalogue or demo data are made from."""
    digest = hashlib.sha256()
    for folder in sorted(ROOT.iterdir()):
        if not folder.is_dir() or folder.name in NOT_SOURCES or folder.name.startswith("."):
            continue
        for file in sorted(folder.rglob("*")):
            if file.suffix in SOURCES and file.is_file():
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    digest.update((ROOT / "requirements.txt").read_bytes())
    return digest.hexdigest()


def is_prepared(home: Path) -> bool:
    """True when everything was done for the files as they are now."""
    catalogues = (ROOT / "locale").rglob("*.po")
    if not all(catalogue.with_suffix(".mo").exists() for catalogue in catalogues):
        return False
    stamp = home / STAMP
    return stamp.exists() and stamp.read_text("utf-8") == fingerprint()


# What is done, by which command of manage.py, and its environment.
Step = tuple[str, list[str], dict[str, str]]


def forget_preparation(home: Path) -> None:
    """The database is another one now: do everything again."""
    (home / STAMP).unlink(missing_ok=True)


def prepare(
    home: Path,
    *,
    env: dict[str, str],
    owner_env: dict[str, str],
    empty: bool,
    tell: Callable[[str], None],
    stopping: threading.Event,
) -> None:
    """Run every step; raises StartError with the end of its output, or Interrupted.

    `owner_env` connects as the owner of the tables, `env` as the role that serves.
    """
    forget_preparation(home)
    # Those of a row need nothing of each other.
    rows: list[list[Step]] = [
        [("tables", ["migrate", "--noinput", "-v0"], owner_env), ("translations", ["compile_messages"], env)],
        [("catalogue", ["load_catalogue"], env)],
        [("demo data", ["load_demo", *(["--empty"] if empty else [])], env)],
    ]

    def run(step: Step) -> None:
        name, command, environment = step
        run_command(name, command, env=environment, home=home, stopping=stopping)
        tell(f"{name}: done")

    for row in rows:
        with ThreadPoolExecutor(len(row)) as pool:
            list(pool.map(run, row))
    (home / STAMP).write_text(fingerprint(), "utf-8")


def run_command(name: str, command: list[str], *, env: dict[str, str], home: Path, stopping: threading.Event) -> None:
    """`manage.py` with `command`; its output goes to logs/prepare.log."""
    child = Child(name, [sys.executable, "manage.py", *command], env=env, cwd=ROOT, log=log_file(home, "prepare"))
    child.start()
    while child.is_running():
        if stopping.wait(0.05):
            child.stop()
            raise Interrupted
    if child.exit_code():
        ending = how_it_ended(child.exit_code())
        raise StartError(f"{name}: manage.py {' '.join(command)} {ending}\n{child.last_words(15)}")
