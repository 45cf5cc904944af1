"""The billing operators' list of fapiao: oldest first, issue with a number, reject with a reason."""

from __future__ import annotations

import pytest

from billing.fapiao import requests as fapiao
from billing.models import FapiaoRequest
from common import clock, tenancy
from tests import cast
from tests.billing.documents_on_record import ISSUED, credit, line, put

LIST = "/desk/billing/fapiao"


@pytest.fixture(autouse=True)
def at_noon(db):
    with clock.at(ISSUED):
        yield


@pytest.fixture
def asked(people) -> list[FapiaoRequest]:
    """Two open ones, acme's first."""
    rows = []
    for number, organization in enumerate((people.acme, people.orbit), start=1):
        invoice = put(organization, line("700.00"), number=f"INV-2026-00000{number}")
        with tenancy.everything():
            rows.append(
                fapiao.ask(
                    invoice=invoice,
                    title=f"{organization.name} Trading Ltd",
                    taxpayer_number="91110000ABCDEFG12X",
                    email="tax@acme.example",
                    at=ISSUED,
                    by=people.owner,
                )
            )
    return rows


def stored() -> list[tuple[str, str, str]]:
    with tenancy.everything():
        return list(FapiaoRequest.objects.order_by("pk").values_list("status", "fapiao_number", "answer"))


def test_open_ones_come_oldest_first_with_the_invoice_as_pdf(people, asked):
    browser = cast.browser_of(people.billing_operator)
    text = browser.get(LIST).content.decode()
    assert 0 < text.index("Acme Trading Ltd") < text.index("Orbit Trading Ltd")
    assert "Nothing issued yet" in text
    page = browser.get(f"{LIST}/{asked[0].pk}").content.decode()
    assert 'href="/o/acme/invoices/INV-2026-000001.pdf"' in page
    assert "91110000ABCDEFG12X" in page
    assert browser.get(f"{LIST}/{10**30}").status_code == 404


def test_issuing_needs_a_number_and_happens_once(people, asked):
    browser = cast.browser_of(people.billing_operator)
    page = f"{LIST}/{asked[0].pk}"
    assert browser.post(f"{page}/issue", {"fapiao_number": " "}).status_code == 400
    assert browser.post(f"{page}/issue", {"fapiao_number": "24110000001"}).headers["Location"] == LIST
    again = browser.post(f"{page}/issue", {"fapiao_number": "24110000002"})
    assert (again.status_code, "This request is closed" in again.content.decode()) == (409, True)
    assert stored() == [("issued", "24110000001", ""), ("requested", "", "")]
    assert "24110000001" in browser.get(LIST).content.decode()


def test_rejecting_needs_a_reason(people, asked):
    browser = cast.browser_of(people.billing_operator)
    page = f"{LIST}/{asked[0].pk}"
    assert browser.post(f"{page}/reject", {"answer": ""}).status_code == 400
    assert browser.post(f"{page}/reject", {"answer": "The number is unknown."}).status_code == 303
    assert stored() == [("rejected", "", "The number is unknown."), ("requested", "", "")]


def test_one_whose_invoice_was_credited_since_is_not_issued(people, asked):
    credit(asked[0].invoice, "100.00")
    browser = cast.browser_of(people.billing_operator)
    page = f"{LIST}/{asked[0].pk}"
    assert "¥600.00 is left" in browser.get(page).content.decode()
    refused = browser.post(f"{page}/issue", {"fapiao_number": "24110000001"})
    assert (refused.status_code, "The invoice was credited since" in refused.content.decode()) == (409, True)
    assert stored() == [("requested", "", ""), ("requested", "", "")]


def test_administrators_read_and_do_nothing(people, asked):
    browser = cast.browser_of(people.admin)
    page = f"{LIST}/{asked[0].pk}"
    assert "Write down the fapiao" not in browser.get(page).content.decode()
    assert browser.post(f"{page}/issue", {"fapiao_number": "1"}).status_code == 403
    assert browser.post(f"{page}/reject", {"answer": "No"}).status_code == 403
    assert stored() == [("requested", "", ""), ("requested", "", "")]


def test_an_empty_list_says_where_requests_come_from(people):
    assert "No open requests" in cast.browser_of(people.billing_operator).get(LIST).content.decode()
