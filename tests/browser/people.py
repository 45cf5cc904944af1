"""People at their browsers: signed in, and what their consoles say."""

from __future__ import annotations

import re
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.running_portal import Portal, pay

PASSWORD = "demo"


def sign_in(page: Page, portal: Portal, email: str) -> None:
    """The page's browser belongs to this person from now on.

    By the form's own request, without drawing it: tests/browser/test_walkthrough.py and test_queue.py fill it in.
    """
    page.context.clear_cookies()
    address = f"{portal.url}/accounts/login/"
    form = page.request.get(address).text()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert found, form
    fields = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
    answer = page.request.post(address, form=fields, headers={"Referer": address})
    assert answer.ok, answer.text()
    assert "/accounts/login" not in answer.url, f"{email} was not let in"


def ask(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the API answers to a POST that makes something."""
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def subscribe(portal: Portal, organization: str, tier: str, cycle: str = "yearly") -> httpx.Client:
    """The organization holds the plan, bought and paid by its owner, whose client is returned."""
    owner = portal.client(f"owner@{organization}.example")
    wish = {"action": "subscribe", "tier": tier, "cycle": cycle}
    quote = ask(owner, f"orgs/{organization}/quotes", wish)
    pay(portal, ask(owner, f"orgs/{organization}/orders", {"quote": quote["id"]}))
    return owner


def file(customer: httpx.Client, subject: str) -> dict[str, Any]:
    """The business ticket of the highest severity that a member of acme has just filed."""
    fields = {"kind": "business", "severity": "critical_down", "subject": subject, "body": "Please *help*."}
    return ask(customer, "orgs/acme/tickets", fields)


def conversation(customer: httpx.Client, number: str) -> str:
    """All that the customer can read of a ticket of acme."""
    return customer.get(f"orgs/acme/tickets/{number}").text
