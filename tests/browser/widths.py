"""Whether a page fits the window."""

from __future__ import annotations

import time

from playwright.sync_api import Page

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PATIENCE = 20  # seconds; pictures follow a window that was made narrower a moment later


def assert_fits(page: Page) -> None:
    """Nothing on it is wider than the window, once it is at rest."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(FITS):
        assert time.monotonic() < deadline, f"wider than the window: {page.url}"
        page.wait_for_timeout(100)
