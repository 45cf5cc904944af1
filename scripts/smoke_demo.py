"""Smoke run of `make demo` from a fresh clone: cold and warm start, a page, the API, a sign-in, Ctrl-C.

Exits non-zero with the demo's own output when anything is not as the README promises.
"""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
COLD, WARM = 120, 20  # seconds; with nothing else to do a machine takes a quarter of that


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """One `make demo` in its own process group, as a terminal would give it."""

    def __init__(self, clone: Path, port: int) -> None:
        self.url, self.clone = f"http://127.0.0.1:{port}", clone
        self.screen = clone.parent / f"screen-{time.monotonic_ns()}"
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        started = time.monotonic()
        with self.screen.open("w") as screen:
            self.process = subprocess.Popen(
                ["make", "demo", f"PORT={port}"],
                cwd=clone,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()
        self.seconds = time.monotonic() - started

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 3 * COLD
        while "The portal is ready" not in self.screen.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"make demo did not get ready:\n{self.screen.read_text()}")
            time.sleep(0.1)
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
            assert answer.status == 200

    def interrupt(self) -> float:
        """Ctrl-C; returns the seconds until the prompt is back. Nothing of the clone may run afterwards."""
        started = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        seconds = time.monotonic() - started
        left = [process.cmdline() for process in processes_of(self.clone)]
        if left:
            sys.exit(f"still running after Ctrl-C: {left}\n{self.screen.read_text()}")
        return seconds


def processes_of(clone: Path) -> list[psutil.Process]:
    """Every process that was started from, or works in, the clone."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(clone) in " ".join([process.cwd(), *process.cmdline()]):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def look_around(url: str) -> None:
    """The first page, the catalogue by API, and the home of a person who signs in on the page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    assert browser.open(f"{url}/").status == 200
    families = json.load(browser.open(f"{url}/api/v1/catalogue"))["families"]
    assert len(families) == 2, families
    form = browser.open(f"{url}/accounts/login/").read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
    fields = {"login": "owner@pine.example", "password": "demo", "csrfmiddlewaretoken": token}
    home = browser.open(f"{url}/accounts/login/", urllib.parse.urlencode(fields).encode())
    assert home.status == 200
    assert "/login" not in home.url, home.url


def main() -> None:
    """Cold, look around, Ctrl-C, warm, Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="portal-smoke-") as folder:
        os.chmod(folder, 0o755)
        clone = Path(folder) / "portal"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        port = free_port()
        cold = Run(clone, port)
        print(cold.screen.read_text(), flush=True)
        look_around(cold.url)
        stopped = cold.interrupt()
        warm = Run(clone, port)
        look_around(warm.url)
        warm.interrupt()
        print(f"cold start {cold.seconds:.1f} s, Ctrl-C {stopped:.1f} s, warm start {warm.seconds:.1f} s")
        if cold.seconds > COLD or warm.seconds > WARM:
            sys.exit(f"slower than {COLD} s cold and {WARM} s warm")


if __name__ == "__main__":
    main()
