"""An advisory in a real Chromium: written, previewed, published; acknowledged and asked about; worked through."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_accessible
from tests.browser.people import sign_in, subscribe
from tests.running_portal import Portal

pytestmark = pytest.mark.browser

TITLE = "Disks of one zone answer late"


@pytest.fixture(scope="module")
def customer(portal: Portal) -> httpx.Client:
    """Zenith with enterprise care."""
    return subscribe(portal, "zenith", "enterprise")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).click()


def test_an_advisory_from_its_draft_to_the_end_of_the_task(page: Page, portal: Portal, customer: httpx.Client):
    sign_in(page, portal, "tam@support.example")
    page.goto(f"{portal.url}/desk/advisories/new")
    page.get_by_label("Kind").select_option("industry_incident")
    for language, title, body in (
        ("English", TITLE, "Volumes are **slow**."),
        ("中文", "磁盘变慢", "云硬盘 **变慢**。"),
    ):
        part = page.get_by_role("group").filter(has_text=language).first
        part.get_by_label("Title", exact=True).fill(title)
        part.get_by_label("What happens", exact=True).fill(body)
    page.get_by_role("button", name="Preview: What happens (English)").click()
    expect(page.locator("#preview-body_en strong")).to_have_text("slow")
    page.get_by_label("Organizations", exact=True).fill("zenith")
    page.get_by_label("Organizations", exact=True).blur()
    expect(page.locator("#reach .adv-figures dd").first).to_have_text("1")
    assert_accessible(page)
    press(page, "Save and preview")
    expect(page.get_by_role("heading", name="Publish it")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("I have read it in both languages").check()
    press(page, "Publish to 1 organization")
    expect(page.get_by_text("1 organization has it.")).to_be_visible()
    assert_accessible(page)

    page.context.clear_cookies()
    page.goto(f"{portal.url}/status")
    expect(page.get_by_role("heading", name=TITLE).first).to_be_visible()
    assert_accessible(page)

    sign_in(page, portal, "member@zenith.example")
    page.goto(f"{portal.url}/o/zenith/advisories")
    page.locator(".adv-title").first.click()
    expect(page.locator(".adv-body strong").first).to_be_visible()
    page.locator("form[action$=acknowledge] button").click()
    expect(page.locator(".adv-ack")).to_be_visible()
    assert_accessible(page)
    page.locator("#ask summary").click()
    page.locator("#id_body").fill("Are our volumes among them?")
    page.locator("#ask form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/tickets/"))

    sign_in(page, portal, "tam@support.example")
    page.goto(f"{portal.url}/desk/advisory-tasks?whose=all")
    page.get_by_role("row", name=re.compile(TITLE)).first.get_by_role("link").click()
    press(page, "I have spoken to them")
    expect(page.get_by_text("It is noted that you spoke to them.")).to_be_visible()
    page.get_by_label("Assessment and plan").fill("Move the volumes.")
    press(page, "Save the plan")
    expect(page.get_by_text("The plan is kept; the organization can read it.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("What came of it").fill("Moved.")
    press(page, "Done")
    expect(page.get_by_text("The task is done.")).to_be_visible()
    found = customer.get("orgs/zenith/advisories").json()["results"][0]
    told = customer.get(f"orgs/zenith/advisories/{found['id']}").json()
    assert (told["task"]["state"], len(told["tickets"])) == ("done", 1)
