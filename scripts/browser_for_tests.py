"""See that the browser tests can run: Chromium and a font with Chinese characters.

Installs what is missing where it may (root on Debian or Ubuntu); otherwise says what to install and fails, so
that browser tests are never left out silently.
"""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser")


def has_browser() -> bool:
    """CHROMIUM_PATH, or a browser of a known name."""
    given = os.environ.get("CHROMIUM_PATH")
    return bool(given and os.access(given, os.X_OK)) or any(shutil.which(name) for name in BROWSERS)


def has_chinese_font() -> bool:
    """True when fontconfig knows a font for Chinese; without one screenshots show boxes."""
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def missing() -> list[str]:
    """Names of Debian packages that bring what is not there."""
    wanted = {
        "chromium": has_browser(),
        "fontconfig": shutil.which("fc-list"),
        "fonts-noto-cjk": has_chinese_font(),
    }
    return [package for package, there in wanted.items() if not there]


def install(packages: list[str]) -> None:
    """By apt-get, without questions."""
    print(f"installing for browser tests: {', '.join(packages)}", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", *command], env=env, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            sys.exit(f"apt-get {command[0]} failed; browser tests need: {', '.join(packages)}")


if __name__ == "__main__":
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing())
    if missing():
        sys.exit(
            f"Browser tests need what is not on this machine: {', '.join(missing())}.\n"
            "Install it (Debian, Ubuntu: sudo apt-get install chromium fonts-noto-cjk) or set CHROMIUM_PATH,"
            " then run the same again."
        )
