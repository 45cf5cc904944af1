"""Where embedded servers keep sockets, data and logs: private, yet reachable by the user they run as."""

import contextlib
import hashlib
import os
import re
import stat
from pathlib import Path

APP = "portal"
PLAIN = re.compile(r"[\w/.-]+", re.ASCII)
LONGEST_SOCKET_FOLDER = 60  # a socket's whole path may have 107 bytes
LARGEST_LOG = 10_000_000  # bytes
SHARED_TEMP = Path("/var/tmp")  # survives a reboot, unlike /tmp


def reachable_by_all(path: Path) -> bool:
    """True when any user may walk down to `path` (every folder above it has the x bit for others)."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def short_name(path: Path) -> str:
    """A name for `path` that is the same at every start and different for every other path."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:10]


def own_folder(path: Path, *, mode: int) -> Path:
    """`path`, made when missing; raises PermissionError when somebody else made it before us."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to another user")
    path.chmod(mode)
    return path


def socket_folder(home: Path) -> Path:
    """`home`/run, or a short folder of ours under /tmp where that path is too long for a socket or odd in a URL.

    As root also where that path is closed to others, because PostgreSQL runs as another user. Not as root the
    folder is private.
    """
    folder = home.resolve() / "run"
    as_root = os.geteuid() == 0
    fits = len(str(folder)) <= LONGEST_SOCKET_FOLDER and PLAIN.fullmatch(str(folder))
    if not fits or (as_root and not reachable_by_all(home.resolve())):
        folder = Path("/tmp") / f"{APP}-{os.geteuid()}-{short_name(home)}"
    return own_folder(folder, mode=0o711 if as_root else 0o700)


def leave_socket_folder(home: Path) -> None:
    """Remove the folders that socket_folder() made for `home`; one that still holds a socket stays."""
    folder = socket_folder(home)
    for empty in (folder / "postgres", folder):
        with contextlib.suppress(OSError):
            empty.rmdir()


def log_file(home: Path, name: str) -> Path:
    """`home`/logs/NAME.log; one that has grown past 10 MB becomes NAME.log.1 first."""
    folder = home.resolve() / "logs"
    folder.mkdir(mode=0o700, exist_ok=True)
    log = folder / f"{name}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    return log
