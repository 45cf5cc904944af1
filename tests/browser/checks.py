"""What every page must pass: no barrier that Axe finds, light and dark, and nothing wider than its window.

A page moves for a moment after it was opened or after its theme was changed: pictures are drawn, colours fade, answers
arrive. Each check therefore looks again until it holds; what does not pass stays wrong and is told at the end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PATIENCE = 45  # seconds
PAUSE = 500  # milliseconds
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHONE = {"width": 360, "height": 740}


def settle(page: Page) -> None:
    """Wait until the page is loaded, scripts and all, and what it asked for has arrived and is drawn: keys are heard."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def assert_accessible(page: Page, themes: Iterable[str] = ("light", "dark")) -> None:
    """No violation of WCAG 2.1 AA that Axe can see in each of the themes; the page is left in the last of them."""
    settle(page)
    for theme in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        assert_no_barriers(page)


def assert_no_barriers(page: Page) -> None:
    """The same in the theme that is on."""
    deadline = time.monotonic() + PATIENCE
    while (results := Axe().run(page, options=RULES)).violations_count:
        assert time.monotonic() < deadline, (page.url, results.generate_report())
        page.wait_for_timeout(PAUSE)


def wait_until(page: Page, holds: str, otherwise: str) -> None:
    """Wait until this expression is true in the page (its policy forbids the library's own way to wait for one)."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, f"{otherwise}: {page.url}"
        page.wait_for_timeout(PAUSE)


def wait_until_kept(page: Page, words: str) -> None:
    """Wait until a draft with these words is kept in the browser, a moment after the last key."""
    kept = f"Object.values(localStorage).some((kept) => kept.includes({json.dumps(words)}))"
    wait_until(page, kept, f"no draft with {words!r} is kept")


def assert_fits(page: Page) -> None:
    """Nothing on it is wider than the window."""
    wait_until(page, FITS, "wider than the window")


def assert_accessible_and_fits(page: Page) -> None:
    """No barrier, light and dark, and nothing wider than a phone; the window has its own size again afterwards."""
    assert_accessible(page)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(PHONE)
    assert_fits(page)
    page.set_viewport_size(size)
