"""The main road, whole: a partner joins, buys, asks until the quota is used up, buys more; the desk answers live;
a promise is broken and everyone sees it; on the 1st the quota is whole again (in a real Chromium)."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from common.beijing import BEIJING
from tests.running_portal import PATIENCE, Portal

pytestmark = pytest.mark.browser

PARTNER = "nina@birch.example"
PASSWORD = "walnut-tree-91"
NEXT_MONTH = "2026-12-01T00:00:30+08:00"


@pytest.fixture(scope="module")
def roads(browser: Browser, browser_context_args, portal: Portal):
    """Two people with a browser each, for the whole file."""
    contexts = [browser.new_context(**browser_context_args) for _person in range(2)]
    pages = [context.new_page() for context in contexts]
    yield pages
    for context in contexts:
        context.close()


def test_a_partner_from_sign_up_to_the_next_month(roads, portal: Portal):
    partner, engineer = roads
    sign_up(partner, portal)
    make_organization(partner)
    buy_the_standard_plan(partner, portal)

    api = portal.client(PARTNER)
    numbers = [file_by_api(api, "system_impaired") for _ticket in range(30)]
    assert len(set(numbers)) == 30

    sign_in(engineer, portal, "engineer@support.example")
    expect(engineer.locator("tbody tr").first).to_be_visible()

    be_refused_and_buy_a_pack(partner, portal)
    urgent = file_on_the_page(partner, portal)
    answer_live(partner, engineer, urgent)
    break_a_promise(partner, engineer, portal, numbers[0])
    start_a_new_month(partner, portal, api)


def sign_up(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/accounts/signup/")
    page.get_by_label("Your name").fill("Nina Park")
    page.get_by_label("E-mail").fill(PARTNER)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(re.compile("confirm-email"))
    page.get_by_role("textbox", name="Code").fill(code_from_mail(portal))
    page.get_by_role("button", name="Confirm").click()


def code_from_mail(portal: Portal) -> str:
    """The code of the newest mail, from the page that shows what the demo sent."""
    deadline = time.monotonic() + PATIENCE
    while not (
        found := re.search(r"(\d{6}) is your code", httpx.get(f"{portal.url}/sandbox/mail", trust_env=False).text)
    ):
        assert time.monotonic() < deadline, "no mail with a code arrived"
        time.sleep(0.2)
    return found[1]


def make_organization(page: Page) -> None:
    page.get_by_label("Name of the organization").fill("Birch Partners")
    page.get_by_text("A partner: we serve our own customers").click()
    page.get_by_label("Kind of partner").select_option(label="Consulting partner")
    page.get_by_role("button", name="Make the organization").click()
    expect(page.get_by_role("heading", name="Birch Partners")).to_be_visible()


def buy_the_standard_plan(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/plans?family=partner&cycle=monthly")
    page.get_by_role("link", name=re.compile("Choose.*Standard|Standard.*Choose")).first.click()
    pay_at_checkout(page, "¥5,000.00")
    expect(page.get_by_text("Standard").first).to_be_visible()


def pay_at_checkout(page: Page, amount: str) -> None:
    page.get_by_label(re.compile("terms of service", re.IGNORECASE)).check()
    page.get_by_role("button", name=f"Pay {amount}").click()
    expect(page).to_have_url(re.compile("/sandbox/payments/"))
    page.get_by_role("button", name="Pay", exact=False).first.click()
    expect(page.get_by_text(re.compile("Paid|fulfilled|Thank you", re.IGNORECASE)).first).to_be_visible()


def ticket_fields(severity: str) -> dict[str, str]:
    return {
        "kind": "technical",
        "severity": severity,
        "region": "cn-north-4",
        "product": "ecs",
        "category": "product_fault",
        "subject": "Something does not work",
        "body": "It did yesterday.",
    }


def file_by_api(api: httpx.Client, severity: str) -> str:
    answer = api.post("orgs/birch-partners/tickets", json=ticket_fields(severity))
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


def fill_the_form(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/o/birch-partners/tickets/new")
    page.get_by_text("Production system down").first.click()
    page.get_by_label("Region", exact=True).select_option("cn-north-4")
    page.get_by_label("Subject").fill("All servers of a customer are gone")
    page.locator("#id_body").fill("Since 10:05 none of the **twelve** servers answers.")


def be_refused_and_buy_a_pack(page: Page, portal: Portal) -> None:
    fill_the_form(page, portal)
    page.get_by_role("button", name="File the ticket").click()
    expect(page.locator("#filing-problems")).to_contain_text("pack")
    expect(page.get_by_label("Subject")).to_have_value("All servers of a customer are gone")
    page.locator("#filing-problems").get_by_role("link", name=re.compile("pack", re.IGNORECASE)).click()
    pay_at_checkout(page, "¥1,000.00")


def file_on_the_page(page: Page, portal: Portal) -> str:
    fill_the_form(page, portal)
    page.get_by_role("button", name="File the ticket").click()
    expect(page).to_have_url(re.compile(r"/tickets/T-2026-\d{7}$"))
    return page.url.rsplit("/", 1)[1]


def sign_in(page: Page, portal: Portal, email: str) -> None:
    page.goto(f"{portal.url}/accounts/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill("demo")
    page.get_by_role("button", name="Sign in", exact=True).click()


def answer_live(partner: Page, engineer: Page, number: str) -> None:
    """The engineer's open queue shows the ticket on top by itself; the partner's open page shows the answer."""
    first = engineer.locator("tbody tr").first
    expect(first).to_contain_text(number)
    first.get_by_role("link", name=re.compile("All servers")).click()
    engineer.get_by_role("button", name=re.compile("^Claim")).first.click()
    expect(engineer.get_by_text("Yours")).to_be_visible()
    engineer.get_by_role("textbox", name="Reply to the customer").fill("We see it: a rack lost power. Two minutes.")
    engineer.get_by_role("button", name="Send", exact=True).click()
    expect(partner.get_by_text("a rack lost power")).to_be_visible()


def break_a_promise(partner: Page, engineer: Page, portal: Portal, number: str) -> None:
    """Nobody answers the first ticket; nine hours later its eight have passed."""
    admin = portal.client("admin@support.example")
    now = admin.get("operator/clock").json()["now"]
    portal.travel(admin, datetime.fromisoformat(now) + timedelta(hours=9))
    partner.goto(f"{portal.url}/o/birch-partners/tickets/{number}")
    expect(partner.get_by_text(re.compile("overdue", re.IGNORECASE)).first).to_be_visible()
    engineer.goto(f"{portal.url}/desk/?view=breached")
    expect(engineer.locator("tbody tr").filter(has_text=number)).to_contain_text(re.compile("overdue", re.IGNORECASE))


def start_a_new_month(partner: Page, portal: Portal, api: httpx.Client) -> None:
    admin = portal.client("admin@support.example")
    portal.travel(admin, datetime.fromisoformat(NEXT_MONTH).astimezone(BEIJING))
    quota = api.get("orgs/birch-partners/quotas").json()["results"][0]
    assert (quota["allowance"], quota["used"], quota["remaining"]) == (30, 0, 30)
    partner.goto(f"{portal.url}/o/birch-partners/")
    expect(partner.get_by_text(re.compile(r"\b30\b")).first).to_be_visible()
