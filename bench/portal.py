"""A portal of the rig's own: demo data in a temporary home, without rate limits."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 180  # seconds


class RigPortal:
    """Use as a context manager: started on entering, stopped and forgotten on leaving."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="portal-bench-"))
        self.home.chmod(0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {"PORTAL_HOME": str(self.home / "home"), "RATE_LIMITS": "off"}

    def __enter__(self) -> "RigPortal":
        command = [sys.executable, "-m", "portal.embedded"]
        screen = self.home / "screen"
        with screen.open("w") as output:
            env = self.env | {"PORT": str(self.port)}
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
        deadline = time.monotonic() + READY_WITHIN
        while "The portal is ready" not in screen.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                sys.exit(screen.read_text())
            time.sleep(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def token(self, email: str) -> str:
        """A write token of that person."""
        command = [sys.executable, "manage.py", "create_token", email, "--scope", "write"]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def session(self, email: str) -> str:
        """The Cookie header of that person, signed in on the page."""
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        form = browser.open(f"{self.url}/accounts/login/").read().decode()
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
        fields = {"login": email, "password": "demo", "csrfmiddlewaretoken": token}
        browser.open(f"{self.url}/accounts/login/", urllib.parse.urlencode(fields).encode())
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
