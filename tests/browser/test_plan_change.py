"""A plan bought, made larger, made smaller: each seen before it is confirmed, by keyboard where that is quicker; its
invoice as a file; every page on the way without a barrier (in a real Chromium)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_accessible_and_fits
from tests.browser.people import sign_in
from tests.running_portal import Portal

pytestmark = pytest.mark.browser


def test_a_plan_grows_and_shrinks(page: Page, portal: Portal, complaints):
    sign_in(page, portal, "owner@orbit.example")
    subscribe(page, portal)
    upgrade_with_a_preview(page)
    downgrade_for_a_refund(page, portal)
    read_the_invoices(page, portal)
    see_the_spending(page, portal)
    assert complaints == []


def subscribe(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/o/orbit/checkout?action=subscribe&tier=business&cycle=monthly")
    page.get_by_label(re.compile("terms of service")).check()
    pay(page, "¥700.00")
    expect(page.get_by_role("heading", name="Your plan is active")).to_be_visible()
    page.goto(f"{portal.url}/o/orbit/plan")
    expect(page.get_by_text("Nothing follows yet")).to_be_visible()
    assert_accessible_and_fits(page)


def upgrade_with_a_preview(page: Page) -> None:
    """On the first day of 30: 29 are unused. The arrow keys choose, and the sum follows."""
    page.get_by_role("link", name="Another tier, now or at renewal").click()
    expect(page.get_by_role("radio", name=re.compile("Enterprise"))).to_be_checked()
    expect(page.locator(".bill tfoot")).to_contain_text("¥95,990.00")
    page.get_by_role("radio", name=re.compile("Enterprise")).focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".bill tfoot")).to_contain_text("¥483.34")
    expect(page.locator(".bill tfoot")).to_contain_text("Refunded to you")
    assert_accessible_and_fits(page)
    page.get_by_role("radio", name=re.compile("Enterprise")).check()
    expect(page.locator(".bill tfoot")).to_contain_text("¥95,990.00")
    page.get_by_role("link", name="Continue").press("Enter")
    expect(page.get_by_role("heading", name="Your choice")).to_be_visible()
    assert_accessible_and_fits(page)
    page.get_by_label(re.compile("terms of service")).press("Space")
    pay(page, "¥95,990.00")
    expect(page.get_by_role("heading", name="Your plan is changed")).to_be_visible()


def downgrade_for_a_refund(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/o/orbit/checkout?action=change_tier&tier=developer&step=confirm")
    expect(page.locator(".bill tfoot")).to_contain_text("¥96,473.34")
    page.get_by_label(re.compile("terms of service")).check()
    page.get_by_role("button", name="Change the tier").click()
    expect(page.get_by_text("¥96,473.34 goes back to the payments it came from")).to_be_visible()


def read_the_invoices(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/o/orbit/invoices")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("CN-2026-")
    assert_accessible_and_fits(page)
    page.get_by_role("link", name="INV-2026-000002", exact=True).click()
    expect(page.get_by_role("heading", name="Invoice INV-2026-000002")).to_be_visible()
    assert_accessible_and_fits(page)
    address = page.get_by_role("link", name="PDF").get_attribute("href")
    file = page.request.get(portal.url + address)
    assert file.status == 200
    assert file.headers["content-type"] == "application/pdf"
    assert file.body().startswith(b"%PDF")


def see_the_spending(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/o/orbit/spending")
    expect(page.locator("[data-chart-plot] canvas, [data-chart-plot] svg").first).to_be_visible()
    page.get_by_text("Set a budget").click()
    page.get_by_label(re.compile("Budget for incremental fees")).fill("5000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("0 % of ¥5,000.00 used")).to_be_visible()
    assert_accessible_and_fits(page)


def pay(page: Page, amount: str) -> None:
    """Confirm the order, and pay it at the demo's gateway."""
    page.get_by_role("button", name=f"Pay {amount}").click()
    expect(page).to_have_url(re.compile("/sandbox/payments/"))
    page.get_by_role("button", name="Pay", exact=False).first.click()
