"""A monthly report in a real Chromium: its manager edits and releases it by keyboard and mouse, the organization reads
the page and opens the PDF; no barrier that Axe finds, light and dark."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from common.beijing import BEIJING
from tests.browser.widths import assert_fits
from tests.running_portal import Portal, pay

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PATIENCE = 30_000  # ms, for what a busy machine does in its own time
MADE = datetime(2026, 12, 1, 4, tzinfo=BEIJING)
RESOURCES = [
    {"id": f"i-{number}", "name": f"web-{number}", "type": "ecs", "state": "stopped" if number == 3 else "running"}
    for number in range(1, 4)
]


def ask(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def month_is_over(portal: Portal) -> None:
    """Orbit holds the plan in November, one feed has arrived, and December has begun."""
    owner = portal.client("owner@orbit.example")
    quote = ask(owner, "orgs/orbit/quotes", {"action": "subscribe", "tier": "enterprise", "cycle": "yearly"})
    pay(portal, ask(owner, "orgs/orbit/orders", {"quote": quote["id"]}))
    admin = portal.client("admin@support.example")
    ask(admin, "operator/feeds/resources", {"organization": "orbit", "month": "2026-11", "items": RESOURCES})
    portal.travel(admin, MADE)


def sign_in(page: Page, portal: Portal, email: str) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(f"{portal.url}/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("login"), timeout=PATIENCE)


def check(page: Page) -> None:
    """No violation, light and dark, and nothing wider than the screen."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme, timeout=PATIENCE)
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, (page.url, theme, results.generate_report())
    page.emulate_media(color_scheme="light")
    assert_fits(page)


def test_a_report_is_edited_released_and_read(page: Page, portal: Portal, month_is_over: None):
    sign_in(page, portal, "tam@support.example")
    page.goto(f"{portal.url}/desk/reports?month=2026-11&whose=all")
    row = page.locator("tbody tr", has_text="Orbit")
    expect(row).to_contain_text("Security")
    check(page)
    row.get_by_role("link").first.click()
    make = page.get_by_role("button", name=re.compile("Make it (now|again)"))
    make.click()
    expect(page.get_by_text("The report is made anew")).to_be_visible(timeout=PATIENCE)

    page.get_by_label("What you say to them first").fill("November was calm.")
    page.get_by_role("button", name="Save the foreword").click()
    expect(page.locator("#section-overview")).to_contain_text("November was calm.", timeout=PATIENCE)
    page.get_by_label("A recommendation of your own").fill("Move the web servers to a second zone.")
    page.get_by_role("button", name="Add it").click()
    places = page.locator(".rep-rec")
    expect(places.last.get_by_role("textbox")).to_have_value("Move the web servers to a second zone.")
    up = places.last.get_by_role("button", name=re.compile("Move recommendation .* up"))
    up.focus()
    up.press("Enter")
    expect(page).to_have_url(re.compile("moved="))
    moved = page.locator("button:focus")
    expect(moved).to_have_attribute("value", "up")
    expect(places.last.get_by_role("textbox")).not_to_have_value("Move the web servers to a second zone.")
    check(page)

    page.get_by_label("I have looked through it").check()
    page.get_by_role("button", name="Send to 1 address").click()
    expect(page.get_by_text("The report is on its way.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Send to"))).to_have_count(0)

    page.context.clear_cookies()
    sign_in(page, portal, "owner@orbit.example")
    page.goto(f"{portal.url}/o/orbit/reports")
    check(page)
    page.get_by_role("link", name="November 2026", exact=True).click()
    expect(page.locator("#section-overview")).to_contain_text("November was calm.")
    expect(page.locator("#section-recommendations")).to_contain_text("Move the web servers to a second zone.")
    expect(page.locator("#section-security")).to_contain_text("Data were not collected")
    check(page)
    # The library that draws is fetched when a chart comes into view.
    page.locator("[data-chart-plot]").first.scroll_into_view_if_needed()
    expect(page.locator("[data-chart-plot] canvas, [data-chart-plot] svg").first).to_be_visible(timeout=PATIENCE)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert_fits(page)
    address = page.get_by_role("link", name="Open the PDF").get_attribute("href")
    pdf = page.context.request.get(f"{portal.url}{address}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
