"""The queue in a real Chromium: by keyboard alone in both languages, many tickets at once, for every eye."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import assert_accessible, assert_fits, settle
from tests.browser.people import conversation, file, sign_in
from tests.running_portal import Portal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_an_engineer_answers_the_most_urgent_ticket_by_keyboard_alone(
    browser: Browser, browser_context_args, portal: Portal, customer, locale
):
    number = file(customer, f"Most urgent in {locale}")["number"]
    context = browser.new_context(**browser_context_args | {"locale": locale})
    page = context.new_page()
    page.goto(f"{portal.url}/accounts/login/")
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type("engineer@support.example")
    page.keyboard.press("Tab")
    page.locator("#id_password").press_sequentially("demo")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("login"))
    page.goto(f"{portal.url}/desk/")
    press = page.keyboard.press
    press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()
    press("/")
    page.keyboard.type(number)
    # The answer to the last letter has come.
    expect(page).to_have_url(re.compile(f"q={number}"))
    expect(page.locator("#queue-rows tr")).to_have_count(1)
    settle(page)
    press("Escape")
    press("j")
    row = page.locator("#queue-rows tr").first
    expect(row).to_be_focused()
    press("c")
    expect(row.locator(".queue-claim")).to_have_count(0)
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Most urgent in {locale}")
    settle(page)
    press("r")
    page.keyboard.type(f"Answered in {locale}.")
    press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text(f"Answered in {locale}.")
    press("u")
    expect(page).to_have_url(re.compile("/desk/"))
    assert f"Answered in {locale}." in conversation(customer, number)
    context.close()


def test_selected_tickets_are_tagged_by_keyboard(page: Page, portal: Portal, customer):
    numbers = [file(customer, "For the tag")["number"] for _ in range(3)]
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/?q=For+the+tag")
    press = page.keyboard.press
    press("j")
    press("x")
    press("j")
    press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("2 tickets selected")
    page.locator("[data-select]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-selected-count]")).to_have_text("3 tickets selected")
    page.get_by_role("button", name="Tag…").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("3 tickets at once")
    page.get_by_label("Add tags").fill("outage")
    page.get_by_role("button", name="Apply to 3 tickets").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Finished")).to_be_visible()
    expect(page.locator("#bulk-progress")).to_contain_text("Tagged: 3")
    page.goto(f"{portal.url}/desk/?tag=outage")
    for number in numbers:
        expect(page.locator("#queue-rows")).to_contain_text(number)
    page.get_by_role("link", name="Remove the filter Tag: outage").click()
    expect(page).to_have_url(re.compile("/desk/$"))


def test_the_queue_and_its_pages_have_no_accessibility_violation(page: Page, portal: Portal, customer):
    number = file(customer, "For every eye")["number"]
    sign_in(page, portal, "engineer@support.example")
    paths = (
        "/desk/?tier=basic&q=eye",
        f"/desk/bulk/new?n={number}&action=reply",
        "/desk/views",
        "/desk/tickets/new?q=acme",
        "/desk/tickets/new?organization=acme",
        f"/desk/tickets/{number}/tags",
    )
    for path in paths:
        page.goto(portal.url + path)
        if path.startswith("/desk/?"):
            page.locator("[data-select]").first.check()
            page.keyboard.press("m")
            expect(page.locator("#queue-level")).to_be_focused()
        assert_accessible(page)


def test_subjects_have_the_most_room_and_phones_need_no_scrolling_aside(page: Page, portal: Portal, customer):
    number = file(customer, "A subject that a person wants to read to its end before opening it")["number"]
    sign_in(page, portal, "engineer@support.example")
    for width in (1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{portal.url}/desk/?q={number}")
        widths = page.locator(".queue-table thead th").evaluate_all("all => all.map((one) => one.offsetWidth)")
        assert max(widths) == widths[3]
        assert widths[3] > 1.5 * sorted(widths)[-2]
    page.set_viewport_size({"width": 390, "height": 800})
    assert_fits(page)
    expect(page.locator(".queue-subject")).to_be_in_viewport()
