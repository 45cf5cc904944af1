"""Make .venv/ with this Python and install one hash-locked file into it. Run by `make` with any Python 3.

Usage: bootstrap.py requirements.txt
"""

import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)


def say(text):
    """A line at once, also where output goes to a file."""
    print(text, flush=True)


def works(python):
    """True when `python` runs and is new enough; a moved checkout or a removed Python breaks a venv."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([python, "-c", check], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def make_venv():
    """A fresh virtual environment in .venv/, or a message that says what is missing."""
    say(f"virtual environment: .venv with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        say(made.stdout + made.stderr)
        sys.exit("Python could not make .venv (on Debian and Ubuntu: apt-get install python3-venv).")


def install(lock):
    """Exactly the locked packages; bytecode is made when a module is first used, which starts quicker."""
    say(f"Python packages: {lock}")
    pip = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-compile",
        "--require-hashes",
    ]
    if subprocess.run([*pip, "-r", os.path.join(ROOT, lock)], check=False).returncode:
        sys.exit(f"The packages of {lock} could not be installed: see pip's message above.")


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python 3.11 or newer is needed; {sys.executable} is {found}. Name another: make PY=/path")
    started = time.monotonic()
    if not works(PYTHON):
        make_venv()
    install(sys.argv[1])
    say(f"installed in {time.monotonic() - started:.1f} s")
