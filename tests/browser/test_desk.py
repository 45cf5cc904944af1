"""The support desk in a real Chromium: answered by keyboard alone, nothing typed is lost, open to everyone."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import assert_accessible, settle, wait_until_kept
from tests.browser.people import conversation, file, sign_in
from tests.running_portal import Portal

pytestmark = pytest.mark.browser


@pytest.fixture
def colleague(browser: Browser, browser_context_args) -> Any:
    """A browser of somebody else."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


def write(customer: httpx.Client, number: str, body: str) -> None:
    answer = customer.post(f"orgs/acme/tickets/{number}/messages", json={"body": body})
    assert answer.status_code == 201, answer.text


def test_an_engineer_answers_the_most_urgent_ticket_by_keyboard_alone(page: Page, portal: Portal, customer):
    number = file(customer, "The invoice is wrong")["number"]
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/")
    row = page.locator("#queue-rows tr").filter(has_text=number)
    press = page.keyboard.press
    press("j")
    expect(page.locator("#queue-rows tr").first).to_be_focused()
    # Others may come while one goes down: as often as there are rows, and a few.
    for _row in range(page.locator("#queue-rows tr").count() + 5):
        if row.evaluate("row => row === document.activeElement"):
            break
        press("j")
    expect(row).to_be_focused()
    press("c")
    expect(row).to_contain_text("Ivy Chen")
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The invoice is wrong")
    settle(page)
    press("r")
    page.keyboard.type("You are right, here is a new one.")
    press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("You are right, here is a new one.")
    expect(page.locator("#reply-body")).to_have_value("")
    press("e")
    expect(page.locator("#ticket-head")).to_contain_text("Resolved")
    press("u")
    expect(page).to_have_url(re.compile("/desk/$"))
    assert "You are right, here is a new one." in conversation(customer, number)


def test_a_new_ticket_appears_without_taking_the_focus(page: Page, portal: Portal, customer):
    file(customer, "Here already")
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/")
    page.keyboard.press("/")
    page.keyboard.type("word")
    expect(page).to_have_url(re.compile("q=word"))
    expect(page.locator("#queue-rows")).not_to_contain_text("Here already")
    page.locator("#queue-text").fill("")
    expect(page).not_to_have_url(re.compile("q=word"))
    expect(page.locator("#queue-rows")).to_contain_text("Here already")
    settle(page)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    held = page.evaluate("document.activeElement.id")
    number = file(customer, "Comes later")["number"]
    expect(page.locator("#queue-rows")).to_contain_text(number)
    assert page.evaluate("document.activeElement.id") == held != ""


def test_what_is_typed_stays_while_others_write(page: Page, portal: Portal, customer, colleague: Page):
    number = file(customer, "Two at once")["number"]
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/tickets/{number}")
    page.keyboard.press("r")
    page.keyboard.type("I am about to say")
    write(customer, number, "One more thing")
    expect(page.locator("#thread")).to_contain_text("One more thing")
    expect(page.locator("#reply-body")).to_have_value("I am about to say")
    expect(page.locator("#reply-body")).to_be_focused()

    sign_in(colleague, portal, "lead@support.example")
    colleague.goto(f"{portal.url}/desk/tickets/{number}")
    colleague.get_by_role("button", name="Claim", exact=True).click()
    expect(colleague.get_by_text("Yours")).to_be_visible()
    expect(page.locator("#ticket-head")).to_contain_text("Kate Brennan")
    expect(page.locator("#reply-body")).to_have_value("I am about to say")


def test_a_note_is_never_sent_to_the_customer(page: Page, portal: Portal, customer):
    number = file(customer, "Between us")["number"]
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/tickets/{number}")
    page.keyboard.press("r")
    page.keyboard.type("Not finished")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.type("Careful with this one")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-note")).to_contain_text("Careful with this one")
    # A key that would send the unfinished reply shows it first.
    page.keyboard.press("e")
    expect(page.locator("#reply-body")).to_be_focused()
    expect(page.locator("#ticket-head")).not_to_contain_text("Resolved")
    told = conversation(customer, number)
    assert "Careful" not in told
    assert "Not finished" not in told
    # The draft is there again tomorrow.
    wait_until_kept(page, "Not finished")
    page.reload()
    expect(page.locator("#reply-body")).to_have_value("Not finished")


def test_a_refused_action_says_why_in_place(page: Page, portal: Portal, customer):
    number = file(customer, "Too early")["number"]
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/tickets/{number}")
    page.keyboard.press("e")
    expect(page.get_by_role("alert")).to_contain_text("The customer is still waiting for an answer")
    expect(page.locator("#ticket-head")).to_contain_text("Open")


def test_the_desk_has_no_accessibility_violation(page: Page, portal: Portal, customer):
    number = file(customer, "For every eye")["number"]
    sign_in(page, portal, "engineer@support.example")
    for path in ("/desk/", "/desk/?view=breached", "/desk/?q=nothing-like-it", f"/desk/tickets/{number}"):
        page.goto(portal.url + path)
        if number in path:
            page.locator("#ticket-history summary").click()
            expect(page.locator("#ticket-history")).to_contain_text("filed")
            page.keyboard.press("s")
            expect(page.locator("#assign-to")).to_be_focused()
        assert_accessible(page)
