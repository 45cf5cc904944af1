"""Open pages stay true by themselves: an answer arrives, the network is lost, the server killed; the lead's page draws."""

from __future__ import annotations

import re
import signal
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import assert_accessible_and_fits, assert_no_barriers, wait_until
from tests.browser.people import file, sign_in
from tests.running_portal import Portal

pytestmark = pytest.mark.browser

LEAD = "lead@support.example"
# Notices go after some seconds: what they said stays in `told`.
NOTE_WHAT_IS_TOLD = """() => {
    window.told = [];
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) window.told.push(...[...addedNodes].map((node) => node.textContent));
    }).observe(document.getElementById("notices"), { childList: true });
}"""


@pytest.mark.parametrize(("locale", "theme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_the_leads_page_draws_in_both_languages_and_themes(
    browser: Browser, browser_context_args, portal: Portal, customer, locale, theme
):
    file(customer, "Counted")
    context = browser.new_context(**browser_context_args | {"locale": locale, "color_scheme": theme})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, portal, LEAD)
    page.goto(f"{portal.url}/desk/lead")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    expect(page.locator("#figures-satisfaction section")).to_be_visible()
    expect(page.locator(".figures-coming")).to_have_count(0)
    expect(page.locator("#lead-now canvas").first).to_be_visible()
    expect(page.locator("#lead-now [data-chart]")).to_have_count(3)
    assert_no_barriers(page)
    assert faults == []
    context.close()


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_customer_follows_an_answer_live(browser: Browser, browser_context_args, portal: Portal, customer, locale):
    number = file(customer, f"Followed in {locale}")["number"]
    page = browser.new_context(**browser_context_args | {"locale": locale}).new_page()
    sign_in(page, portal, "member@acme.example")
    page.goto(f"{portal.url}/o/acme/tickets/{number}")
    expect(page.locator(".ticket-due-title .countdown")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-live-state", "open")
    answer = {"body": f"Answered in {locale}."}
    assert portal.client("engineer@support.example").post(f"desk/tickets/{number}/reply", json=answer).is_success
    expect(page.locator("#conversation")).to_contain_text(f"Answered in {locale}.")
    expect(page.locator(".ticket-due-title .countdown")).to_have_count(0)
    assert_accessible_and_fits(page)
    page.context.close()


def test_the_leads_page_counts_a_new_ticket_and_keeps_what_was_unfolded(page: Page, portal: Portal, customer):
    sign_in(page, portal, LEAD)
    page.goto(f"{portal.url}/desk/lead")
    opened = page.locator("#lead-now .figures-tile b").first
    before = int(opened.inner_text())
    page.locator("#lead-now details summary").first.click()
    file(customer, "One more")
    expect(opened).to_have_text(str(before + 1))
    expect(page.locator("#lead-now details").first).to_have_attribute("open", "")


def test_a_lost_network_is_told_and_what_was_missed_is_fetched(page: Page, portal: Portal, customer):
    filed = file(customer, "Nearly due")
    admin = portal.client("admin@support.example")
    portal.travel(admin, datetime.fromisoformat(filed["response_due_at"]) - timedelta(minutes=9))
    sign_in(page, portal, LEAD)
    page.goto(f"{portal.url}/desk/")
    left = page.locator("#queue-rows tr", has_text=filed["number"]).locator(".countdown")
    expect(left).to_have_text(re.compile(r"in \d min \d+ s"))
    expect(page.locator("body")).to_have_attribute("data-live-state", "open")
    page.evaluate("window.neverLoadedAgain = true")
    page.evaluate(NOTE_WHAT_IS_TOLD)

    page.context.set_offline(True)
    expect(page.locator("#notices")).to_contain_text("Connection lost")
    expect(page.locator("body")).to_have_attribute("data-live-state", "lost")
    then = left.inner_text()
    expect(left).not_to_have_text(then)
    missed = file(customer, "Filed while away")["number"]
    page.context.set_offline(False)
    expect(page.locator("#queue-rows")).to_contain_text(missed)
    wait_until(page, "window.told.some((text) => text.includes('Connected again'))", "it was not told")
    assert page.evaluate("window.neverLoadedAgain")


def test_an_open_page_outlives_a_killed_server(page: Page, portal: Portal, customer):
    sign_in(page, portal, LEAD)
    page.goto(f"{portal.url}/desk/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "open")
    page.evaluate("window.neverLoadedAgain = true")
    killed = portal.children()["web"]
    # Nobody starts it again before the page has noticed.
    portal.process.send_signal(signal.SIGSTOP)
    try:
        killed.kill()
        expect(page.locator("body")).to_have_attribute("data-live-state", "lost")
    finally:
        portal.process.send_signal(signal.SIGCONT)
    portal.wait_until_ready()
    assert portal.children()["web"].pid != killed.pid
    number = file(customer, "Filed meanwhile")["number"]
    expect(page.locator("#queue-rows")).to_contain_text(number)
    expect(page.locator("body")).to_have_attribute("data-live-state", "open")
    assert page.evaluate("window.neverLoadedAgain")
