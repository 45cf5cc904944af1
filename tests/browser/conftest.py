"""A real Chromium in front of a whole running portal."""

from __future__ import annotations

import os
import shutil
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import running_portal
from tests.running_portal import START, Portal

# Nothing here is timed: a busy machine gets this long for what takes a moment on a quiet one.
PATIENCE = 90_000  # milliseconds
expect.set_options(timeout=PATIENCE)


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
def browser(browser: Browser) -> Browser:
    """Whatever page it opens is waited for as long as what is expected of it."""
    open_context = browser.new_context

    def patient(**asked: Any) -> BrowserContext:
        context = open_context(**asked)
        context.set_default_timeout(PATIENCE)
        return context

    browser.new_context = patient
    return browser


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {
        "locale": "en-US",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 900},
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="module")
def portal():
    """A portal of its own for each file of tests: people and organizations, nothing else."""
    with running_portal.running(
        running_portal.open_folder("portal"), PORTAL_TEST_CLOCK=START, RATE_LIMITS="off"
    ) as started:
        yield started


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console holds against a page: refused scripts and styles, faults, missing files."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture(scope="module")
def customer(portal: Portal) -> httpx.Client:
    """A member of acme, which holds no paid plan."""
    return portal.client("member@acme.example")
