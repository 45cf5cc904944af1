"""A service booked with the last day seen before; a refusal that keeps what was typed; a booking moved and withdrawn:
in a real Chromium, by keyboard where that is quicker, on a phone, in light and dark, without a barrier."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_accessible_and_fits, settle
from tests.browser.people import sign_in, subscribe
from tests.running_portal import Portal

pytestmark = pytest.mark.browser


def test_the_days_are_seen_before_they_are_booked(page: Page, portal: Portal, complaints):
    """A holiday on Thursday the 26th, and Saturday the 28th is worked for it."""
    admin = portal.client("admin@support.example")
    for day, is_working in (("2026-11-26", False), ("2026-11-28", True)):
        entered = admin.put(f"operator/calendar/{day}", json={"is_working": is_working, "note": "Moved"})
        assert entered.status_code == 200, entered.text
    subscribe(portal, "pine", "standard")
    sign_in(page, portal, "owner@pine.example")
    page.goto(f"{portal.url}/o/pine/")
    page.get_by_role("link", name="Bookings").click()
    expect(page.get_by_text("Nothing is booked in these months")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Book a service").first.click()
    choose_days(page)
    tell_what_it_is_about(page)
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("Waiting for our staff")).to_be_visible()
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Bookings").click()
    see_the_year(page)
    assert complaints == []


def choose_days(page: Page) -> None:
    page.get_by_role("radio", name=re.compile("Architecture consulting")).check()
    expect(page.locator("#earliest-day")).to_have_text("20 Nov 2026")
    page.get_by_role("button", name="Choose it").click()
    expect(page.locator("#last-day")).to_have_text("20 Nov 2026")
    page.get_by_label("Days", exact=True).fill("3")
    # The Saturday and the Sunday between do not count.
    expect(page.locator("#last-day")).to_have_text("24 Nov 2026")
    chosen = page.get_by_role("button", name="20 Nov 2026, first day")
    # Leaving the field asks for the days once more, and the calendar is drawn again under the hand.
    with page.expect_response(re.compile("/bookings/new/days")):
        chosen.focus()
    settle(page)
    expect(chosen).to_be_focused()
    for _press in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#last-day")).to_have_text("28 Nov 2026")
    expect(page.locator("#left-after")).to_have_text("1 of 4")
    expect(
        page.get_by_role("button", name=re.compile("26 Nov 2026, public holiday, inside, not counted"))
    ).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("28 Nov 2026, make-up day, worked, booked"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("19 Nov 2026, too early"))).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(page.get_by_role("button", name=re.compile("25 Nov 2026, first day"))).to_be_focused()
    assert_accessible_and_fits(page)


def tell_what_it_is_about(page: Page) -> None:
    page.get_by_label("Description").fill("Two shops become one.")
    expect(page.get_by_label("Expected load")).to_be_hidden()
    page.get_by_role("checkbox", name="CN North-Beijing4").check()
    page.get_by_role("checkbox", name=re.compile("ECS")).check()


def see_the_year(page: Page) -> None:
    wall, pocket = page.locator(".year-on-wall"), page.locator(".year-on-pocket")
    expect(wall.locator(".year-bar-requested.lane-1")).to_have_count(1)
    expect(pocket).to_be_hidden()
    row = page.get_by_role("row", name=re.compile("Architecture consulting"))
    expect(row).to_contain_text("25 Nov 2026 – 28 Nov 2026")
    expect(page.locator(".left-lines > li").filter(has_text="Architecture consulting")).to_contain_text("1 of 4")
    assert_accessible_and_fits(page)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(wall).to_be_hidden()
    expect(pocket.locator(".year-bar-requested.lane-1")).to_have_count(1)
    expect(pocket.locator(".year-number").first).to_be_visible()


def test_a_refusal_keeps_what_was_typed_and_shows_the_way_out(page: Page, portal: Portal):
    subscribe(portal, "orbit", "enterprise")
    sign_in(page, portal, "owner@orbit.example")
    page.emulate_media(color_scheme="dark")
    fill_the_escort(page, portal)
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("Confirm that you know it")).to_be_visible()
    expect(page.get_by_label("Description")).to_have_value("The winter sale")
    assert_accessible_and_fits(page)
    page.get_by_label("I know that this booking binds our plan").check()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_text("Waiting for our staff")).to_be_visible()
    expect(page.get_by_role("heading", name="Tickets of this event")).to_be_visible()
    first = page.url
    assert_accessible_and_fits(page)

    fill_the_escort(page, portal)
    expect(page.locator('[data-refusal="overlapping_booking"]')).to_be_visible()
    page.get_by_label("I know that this booking binds our plan").check()
    page.get_by_role("button", name="Book it").click()
    expect(page.locator('[data-problem="overlapping_booking"]')).to_be_visible()
    expect(page.get_by_label("Description")).to_have_value("The winter sale")
    page.get_by_role("link", name="See that booking").click()
    expect(page).to_have_url(first)
    move_and_withdraw(page)


def fill_the_escort(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/o/orbit/bookings/new?service=escort_basic")
    page.get_by_label("First day").fill("2026-12-10")
    page.get_by_label("Days", exact=True).fill("2")
    page.get_by_label("Description").fill("The winter sale")
    page.get_by_label("Kind of event").select_option("promotion")
    page.get_by_label("Expected load").fill("Three times as many orders")
    page.get_by_label("Peak times").fill("20:00 to 22:00")
    page.get_by_role("checkbox", name="CN North-Beijing4").check()
    page.get_by_role("checkbox", name=re.compile("RDS")).check()


def move_and_withdraw(page: Page) -> None:
    """On a phone."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name="Move it").click()
    page.get_by_label("Days", exact=True).fill("3")
    expect(page.locator("#takes")).to_have_text("1 more")
    expect(page.locator("#left-after")).to_have_text("0 of 3")
    assert_accessible_and_fits(page)
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Our staff confirm the new days")).to_be_visible()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Then 3 of 3 are left.")
    page.get_by_role("button", name="Withdraw booking").click()
    expect(page.locator(".booking-state .status")).to_have_text("Withdrawn")
