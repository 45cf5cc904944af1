"""A manager's way in a real Chromium: assigned, follows an urgent ticket, has a line set up, keeps the log; the
organization sees its team; no barrier that Axe finds, light and dark."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_accessible
from tests.browser.people import ask, sign_in, subscribe
from tests.running_portal import Portal

pytestmark = pytest.mark.browser

URGENT = {
    "kind": "technical",
    "severity": "production_down",
    "region": "cn-north-4",
    "subject": "The vault does not open",
    "body": "Since 10:05.",
}


@pytest.fixture(scope="module")
def customer(portal: Portal) -> httpx.Client:
    """The owner of zenith, which has just bought a plan with a line, a group and a manager."""
    return subscribe(portal, "zenith", "enterprise")


def test_a_manager_is_assigned_and_does_what_the_week_asks(page: Page, portal: Portal, customer: httpx.Client):
    sign_in(page, portal, "tam@support.example")
    page.goto(f"{portal.url}/desk/my-organizations")
    expect(page.get_by_text("No organization is assigned yet")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Setting up").last.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert_accessible(page)
    page.locator("tbody tr", has_text="TAM").get_by_role("link").click()
    page.get_by_label("Technical service manager", exact=False).select_option("tam@support.example")
    page.get_by_label("Deputy").select_option("senior@support.example")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("It is kept, and the organization's owners are told.")).to_be_visible()
    assert_accessible(page)

    page.goto(f"{portal.url}/desk/my-organizations")
    expect(page.get_by_role("link", name=re.compile("Have it set up: Enterprise phone line"))).to_be_visible()
    ticket = ask(customer, "orgs/zenith/tickets", URGENT)
    urgent = page.get_by_role("link", name="Follow the urgent ticket: The vault does not open")
    expect(urgent).to_be_visible()
    assert_accessible(page)
    urgent.click()
    expect(page).to_have_url(re.compile(ticket["number"]))
    page.go_back()

    page.get_by_role("link", name=re.compile("Have it set up: Enterprise phone line")).click()
    page.get_by_label("Number and menu digit").fill("400-000-0001, digit 7")
    page.get_by_label("Numbers they call from").fill("ring me")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("ringme is no telephone number.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Numbers they call from").fill("+86 755 5550 0142")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("It is kept, and the organization's owners are told.")).to_be_visible()


def test_the_log_is_kept_and_followed_up(page: Page, portal: Portal, customer: httpx.Client):
    sign_in(page, portal, "senior@support.example")
    page.goto(f"{portal.url}/desk/my-organizations/zenith")
    expect(page.get_by_text("Nothing is noted yet")).to_be_visible()
    page.get_by_label("What do they need or plan?").fill("They move the vault in March.")
    page.get_by_label("Kind").select_option("plan")
    page.get_by_label("Follow up on").fill("2026-11-18")
    page.get_by_role("button", name="Add to the log").click()
    expect(page.get_by_role("link", name=re.compile("Follow up, due 18 Nov 2026"))).to_be_visible()
    page.locator("summary", has_text="Correct").click()
    assert_accessible(page)
    page.get_by_role("button", name="Followed up").click()
    expect(page.get_by_text(re.compile("Followed up by"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Follow up, due"))).to_have_count(0)


def test_the_organization_sees_its_team(page: Page, portal: Portal, customer: httpx.Client):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, portal, "owner@zenith.example")
    page.goto(f"{portal.url}/o/zenith/support-team")
    for words in ("tam@support.example", "senior@support.example", "400-000-0001, digit 7", "+8675555500142"):
        expect(page.get_by_text(words)).to_be_visible()
    assert_accessible(page)
