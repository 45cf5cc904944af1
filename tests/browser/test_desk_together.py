"""Two at the desk on one ticket in a real Chromium: they see each other, and what is prepared helps both."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.checks import PATIENCE, assert_accessible
from tests.browser.people import file, sign_in
from tests.running_portal import Portal

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def prepared(portal: Portal) -> None:
    """A shared canned reply in both languages and a macro that sends it."""
    lead = portal.client("lead@support.example")
    texts = {"body_en": "Hello {{ customer.name }}, we look into it.", "body_zh": "您好，我们正在处理。"}
    reply = lead.post("desk/canned-replies", json=texts | {"title": "First look", "shared": True})
    steps = [{"do": "claim"}, {"do": "reply", "canned_reply": reply.json()["id"]}, {"do": "wait"}]
    made = lead.post("desk/macros", json={"name": "Ask and wait", "steps": steps})
    assert made.status_code == 201, made.text


@pytest.fixture
def colleague(browser: Browser, browser_context_args) -> Any:
    """The lead's browser, in Chinese and in the dark."""
    context = browser.new_context(**browser_context_args | {"locale": "zh-CN", "color_scheme": "dark"})
    yield context.new_page()
    context.close()


def type_until_seen(page: Page, text: str, place: Locator, words: str) -> None:
    """Who pauses is no longer said to write: on a busy machine one goes on until the colleague has read it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        page.locator("#reply-body").press_sequentially(text)
        try:
            expect(place).to_contain_text(words, timeout=4_000)
            return
        except AssertionError:
            assert time.monotonic() < deadline, f"{words} was never read"
        text = "."


def test_two_engineers_see_each_other_write(page: Page, portal: Portal, customer, colleague: Page):
    number = file(customer, "Two of us")["number"]
    path = f"{portal.url}/desk/tickets/{number}"
    sign_in(page, portal, "engineer@support.example")
    page.goto(path)
    sign_in(colleague, portal, "lead@support.example")
    colleague.goto(path)
    expect(page.locator("#presence-people")).to_contain_text("Kate Brennan is looking")
    expect(colleague.locator("#presence-people")).to_contain_text("Ivy Chen")

    type_until_seen(colleague, "My answer", page.locator(".presence-collision"), "Kate Brennan is writing a reply")
    page.keyboard.press("r")
    type_until_seen(page, "Mine too", colleague.locator(".presence-collision"), "Ivy Chen")
    colleague.locator("#reply-body").press("Control+Enter")
    expect(page.locator("#presence-answered")).to_contain_text("Kate Brennan has just answered.")
    expect(page.locator("#reply-body")).to_have_value(re.compile("^Mine too"))
    colleague.goto(f"{portal.url}/desk/")
    expect(page.locator("#presence-people")).to_be_empty()


def test_what_is_prepared_is_sent_by_keyboard_alone(page: Page, portal: Portal, customer, prepared):
    number = file(customer, "Prepared")["number"]
    sign_in(page, portal, "engineer@support.example")
    page.goto(f"{portal.url}/desk/tickets/{number}")
    press = page.keyboard.press
    press("/")
    expect(page.locator("#canned-search")).to_be_focused()
    page.keyboard.type("first")
    expect(page.locator(".canned-item")).to_have_count(1)
    press("ArrowDown")
    expect(page.locator("#canned-preview")).to_contain_text("we look into it.")
    press("Enter")
    expect(page.locator("#reply-body")).to_have_value(re.compile("^Hello .+, we look into it.$"))
    page.locator("#reply-body").fill("")
    press("Escape")
    press("m")
    expect(page.get_by_role("link", name="Ask and wait")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("button", name="Run it")).to_be_focused()
    press("Enter")
    expect(page.locator("#ticket-head")).to_contain_text("Waits for the customer since")
    expect(page.locator("#ticket-dialog")).to_be_hidden()
    expect(page.locator("#thread")).to_contain_text("we look into it.")


def test_what_opens_on_a_ticket_has_no_accessibility_violation(page: Page, portal: Portal, customer, prepared):
    number = file(customer, "For every eye")["number"]
    sign_in(page, portal, "lead@support.example")
    for path in ("canned-replies", "canned-replies/new", "macros", "macros/new"):
        page.goto(f"{portal.url}/desk/{path}")
        assert_accessible(page)
    page.goto(f"{portal.url}/desk/tickets/{number}")
    expect(page.locator("#ticket-similar h2")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator(".canned-item").first).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.locator("#more-menu").click()
    # By its address: the lead may read Chinese by now.
    page.locator("a.dropdown-item[href*=out-of-scope]").click()
    expect(page.locator("#ticket-dialog")).to_be_visible()
    assert_accessible(page)
