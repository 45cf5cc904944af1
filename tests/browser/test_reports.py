"""A monthly report in a real Chromium: its manager edits and releases it by keyboard and mouse, the organization reads
the page and opens the PDF; no barrier that Axe finds, light and dark."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from common.beijing import BEIJING
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.people import ask, sign_in, subscribe
from tests.running_portal import Portal

pytestmark = pytest.mark.browser

MADE = datetime(2026, 12, 1, 4, tzinfo=BEIJING)
RESOURCES = [
    {"id": f"i-{number}", "name": f"web-{number}", "type": "ecs", "state": "stopped" if number == 3 else "running"}
    for number in range(1, 4)
]


@pytest.fixture(scope="module")
def month_is_over(portal: Portal) -> None:
    """Orbit holds the plan in November, one feed has arrived, and December has begun."""
    subscribe(portal, "orbit", "enterprise")
    admin = portal.client("admin@support.example")
    ask(admin, "operator/feeds/resources", {"organization": "orbit", "month": "2026-11", "items": RESOURCES})
    portal.travel(admin, MADE)


def test_a_report_is_edited_released_and_read(page: Page, portal: Portal, month_is_over: None):
    sign_in(page, portal, "tam@support.example")
    page.goto(f"{portal.url}/desk/reports?month=2026-11&whose=all")
    row = page.locator("tbody tr", has_text="Orbit")
    expect(row).to_contain_text("Security")
    assert_accessible(page)
    row.get_by_role("link").first.click()
    make = page.get_by_role("button", name=re.compile("Make it (now|again)"))
    make.click()
    expect(page.get_by_text("The report is made anew")).to_be_visible()

    page.get_by_label("What you say to them first").fill("November was calm.")
    page.get_by_role("button", name="Save the foreword").click()
    expect(page.locator("#section-overview")).to_contain_text("November was calm.")
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
    assert_accessible(page)

    page.get_by_label("I have looked through it").check()
    page.get_by_role("button", name="Send to 1 address").click()
    expect(page.get_by_text("The report is on its way.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Send to"))).to_have_count(0)

    sign_in(page, portal, "owner@orbit.example")
    page.goto(f"{portal.url}/o/orbit/reports")
    assert_accessible(page)
    page.get_by_role("link", name="November 2026", exact=True).click()
    expect(page.locator("#section-overview")).to_contain_text("November was calm.")
    expect(page.locator("#section-recommendations")).to_contain_text("Move the web servers to a second zone.")
    expect(page.locator("#section-security")).to_contain_text("Data were not collected")
    assert_accessible(page)
    # The library that draws is fetched when a chart comes into view.
    page.locator("[data-chart-plot]").first.scroll_into_view_if_needed()
    expect(page.locator("[data-chart-plot] canvas, [data-chart-plot] svg").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert_fits(page)
    address = page.get_by_role("link", name="Open the PDF").get_attribute("href")
    pdf = page.context.request.get(f"{portal.url}{address}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
