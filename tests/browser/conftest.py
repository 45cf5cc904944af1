"""A real Chromium in front of a whole running portal."""

from __future__ import annotations

import os
import shutil

import pytest

from tests import running_portal

# Tuesday morning, in the middle of a month: far from every edge until a test travels to one.
START = "2026-11-17T10:00:00+08:00"


def chromium() -> str | None:
    return os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium()
    assert path, "no Chromium: `make test` installs it, or set CHROMIUM_PATH"
    return browser_type_launch_args | {
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {
        "locale": "en-US",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A portal of its own for each file of tests: people and organizations, nothing else."""
    folder = tmp_path_factory.mktemp("portal")
    with running_portal.running(folder, PORTAL_TEST_CLOCK=START, RATE_LIMITS="off") as started:
        yield started
