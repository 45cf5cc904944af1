"""Bookings at the desk in a real Chromium: confirmed, prepared, patrolled on its day, completed; open to everyone."""

from __future__ import annotations

import re
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.people import ask, sign_in, subscribe
from tests.running_portal import Portal

pytestmark = pytest.mark.browser

# The portal's clock starts on Tuesday 2026-11-17; ten working days later it is 1 December.
FIRST_DAY = "2026-12-08"


@pytest.fixture(scope="module")
def admin(portal: Portal) -> httpx.Client:
    return portal.client("admin@support.example")


@pytest.fixture(scope="module")
def customer(portal: Portal) -> httpx.Client:
    return subscribe(portal, "zenith", "enterprise")


@pytest.fixture(scope="module")
def number(customer: httpx.Client) -> int:
    wish = {
        "service": "escort_basic",
        "starts_on": FIRST_DAY,
        "days": 1,
        "contact": "Ann, +86 138 0000 0000",
        "description": "The sale",
        "details": {"regions": ["cn-north-4"]},
        "acknowledge_binding": True,
    }
    return ask(customer, "orgs/zenith/bookings", wish)["id"]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_lead_confirms_what_was_booked_and_prepares_it(page: Page, portal: Portal, number: int):
    sign_in(page, portal, "lead@support.example")
    page.goto(f"{portal.url}/desk/bookings?week={FIRST_DAY}")
    expect(page.get_by_role("heading", name="1 booking waits for your decision")).to_be_visible()
    page.locator(".bk-bar").click()
    assert_accessible(page)
    page.get_by_label("Elastic Cloud Server (ECS)").check()
    page.get_by_label("Kind of event").select_option("promotion")
    page.get_by_label("Expected load").fill("12,000 a second")
    page.get_by_label("Peak times").fill("20:00")
    press(page, "Confirm")
    expect(page.get_by_text("It begins by itself on")).to_be_visible()
    page.get_by_label("Service manager", exact=True).select_option("expert@support.example")
    page.get_by_label("IM group", exact=True).fill("Zenith's sale")
    press(page, "Save")
    expect(page.get_by_text("Service manager and IM group are kept.")).to_be_visible()
    press(page, "Duty roster round the clock: ready")
    expect(page.locator(".problem")).to_contain_text("Nobody is on the roster.")
    for person in ("engineer", "senior", "expert"):
        page.get_by_label("Person", exact=True).select_option(f"{person}@support.example")
        press(page, "Put on duty")
        expect(page.get_by_text("The duty is on the roster")).to_be_visible()
    for item in ("Service manager named", "Load analysis", "Duty roster round the clock"):
        press(page, f"{item}: ready")
        expect(page.get_by_role("button", name=f"{item}: open again")).to_be_visible()
    expect(page.get_by_text("3 of 6 ready")).to_be_visible()
    assert_accessible(page)


def test_the_day_begins_by_the_clock_and_the_log_is_written(
    page: Page, portal: Portal, number: int, customer: httpx.Client, admin: httpx.Client
):
    portal.travel(admin, datetime.fromisoformat(f"{FIRST_DAY}T02:00:00+08:00"))
    question = {
        "kind": "technical",
        "severity": "production_down",
        "subject": "The checkout is slow",
        "body": "Since 01:50.",
        "region": "cn-north-4",
        "booking": number,
    }
    ask(customer, "orgs/zenith/tickets", question)
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/bookings/{number}")
    expect(page.get_by_text("on duty now")).to_be_visible()
    expect(page.get_by_role("link", name="The checkout is slow")).to_be_visible()
    page.get_by_label("What did you see, and do?").fill("Two nodes added.")
    page.get_by_label("Something is not as it should be").check()
    press(page, "Write into the log")
    expect(page.locator("#patrol ol")).to_contain_text("Two nodes added.")
    expect(page.locator("#patrol ol")).to_contain_text("not as it should be")
    assert_accessible(page)
    page.goto(f"{portal.url}/notifications")
    expect(page.get_by_text("The checkout is slow")).to_be_visible()


def test_the_event_is_completed_with_its_report(page: Page, portal: Portal, number: int, customer: httpx.Client):
    sign_in(page, portal, "tam@support.example")
    page.goto(f"{portal.url}/desk/bookings/{number}")
    page.get_by_text("Complete with the report").click()
    page.get_by_label("Summary").fill("The sale went well: 12,400 a second at its peak.")
    report = {"name": "sale.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 all is well"}
    page.get_by_label("Report (PDF)").set_input_files(report)
    press(page, "Complete the booking")
    expect(page.get_by_role("link", name=re.compile("sale.pdf"))).to_be_visible()
    assert_accessible(page)
    seen = customer.get(f"orgs/zenith/bookings/{number}").json()
    assert (seen["status"], seen["report"]["name"]) == ("completed", "sale.pdf")


def test_capacity_is_set_and_the_calendar_marks_what_is_too_much(page: Page, portal: Portal, number: int):
    sign_in(page, portal, "lead@support.example")
    page.goto(f"{portal.url}/desk/bookings/capacity")
    assert_accessible(page)
    page.get_by_label("Escort service (basic)").fill("0")
    page.locator("form", has_text="Every day").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The capacity is kept.")).to_be_visible()
    page.goto(f"{portal.url}/desk/bookings?week={FIRST_DAY}")
    expect(page.locator(".bk-load.bk-over")).to_have_text(re.compile("1 / 0\\s*over"))
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".bk-calendar")).to_be_hidden()
    expect(page.get_by_role("heading", name="Bookings of these weeks")).to_be_visible()
    assert_fits(page)
