"""What every page must pass: no barrier that Axe finds, light and dark, and nothing wider than its window.

A page moves for a moment after it was opened or after its theme was changed: pictures are drawn, colours fade, answers
arrive. Each check therefore looks again until it holds; what does not pass stays wrong and is told at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PATIENCE = 20  # seconds
PAUSE = 500  # milliseconds
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHONE = {"width": 360, "height": 740}


def assert_accessible(page: Page, themes: Iterable[str] = ("light", "dark")) -> None:
    """No violation of WCAG 2.1 AA that Axe can see in each of the themes; the page is left in the last of them."""
    expect(page.locator(".htmx-request")).to_have_count(0)
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


def assert_fits(page: Page) -> None:
    """Nothing on it is wider than the window."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(FITS):
        assert time.monotonic() < deadline, f"wider than the window: {page.url}"
        page.wait_for_timeout(PAUSE)


def assert_accessible_and_fits(page: Page) -> None:
    """No barrier, light and dark, and nothing wider than a phone; the window has its own size again afterwards."""
    assert_accessible(page)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(PHONE)
    assert_fits(page)
    page.set_viewport_size(size)
