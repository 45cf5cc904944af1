"""Fapiao: asked for by the customer, issued or rejected by a billing operator, one of each invoice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing.fapiao import requests as fapiao
from billing.models import FapiaoRequest, Invoice
from common import clock, tenancy
from common.problems import FieldErrors, Refusal
from notifications.models import Notification
from tests import cast
from tests.billing.documents_on_record import ISSUED, credit, line, put

PATH = "/api/v1/orgs/acme/fapiao-requests"
FIELDS = {"title": "Acme Ltd", "taxpayer_number": "91110000ABCDEFG12X", "email": "tax@acme.example"}
LATER = ISSUED + timedelta(hours=3)


@pytest.fixture(autouse=True)
def at_noon(db):
    with clock.at(ISSUED):
        yield


@pytest.fixture
def invoice(people) -> Invoice:
    return put(people.acme, line("700.00"))


def ask(invoice: Invoice, people, **fields) -> FapiaoRequest:
    with tenancy.organization(invoice.organization_id):
        return fapiao.ask(invoice=invoice, at=ISSUED, by=people.owner, **FIELDS | fields)


def requests() -> list[tuple[str, str]]:
    with tenancy.everything():
        return list(FapiaoRequest.objects.order_by("pk").values_list("status", "amount"))


def told(kind: str) -> list[str]:
    with tenancy.everything():
        return sorted(Notification.objects.filter(kind=kind).values_list("person__email", flat=True))


def test_asking_keeps_what_is_left_of_the_invoice_and_tells_the_billing_desk(people, invoice):
    credit(invoice, "233.33")
    asked = ask(invoice, people, title="  Acme   Ltd ")
    assert (asked.title, asked.status, str(asked.amount)) == ("Acme Ltd", "requested", "466.67")
    assert told("fapiao.requested") == ["billing@support.example"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("taxpayer_number", "9111000000000A"),
        ("taxpayer_number", "911100000000000000000"),
        ("taxpayer_number", "91110000abcdefg12x"),
        ("taxpayer_number", "91110000 ABCDEFG12"),
        ("taxpayer_number", "９1110000ABCDEFG12X"),
        ("email", "tax"),
        ("email", ""),
    ],
)
def test_what_the_tax_office_cannot_take_is_turned_away(people, invoice, field, wrong):
    with pytest.raises(FieldErrors) as refused:
        ask(invoice, people, **{field: wrong})
    assert list(refused.value.errors) == [field]
    assert requests() == []


@pytest.mark.parametrize("number", ["9" * 15, "A" * 20])
def test_a_taxpayer_number_has_15_to_20_characters(people, invoice, number):
    assert ask(invoice, people, taxpayer_number=number).taxpayer_number == number


def test_only_a_paid_invoice_with_something_left_has_a_fapiao(people):
    open_one = put(people.acme, line("700.00"), number="INV-2026-000002", status="open")
    spent = put(people.acme, line("500.00"), number="INV-2026-000003")
    note = credit(spent, "500.00")
    codes = []
    for wrong in (open_one, spent, note):
        with pytest.raises(Refusal) as refused:
            ask(wrong, people)
        codes.append(refused.value.code)
    assert codes == ["invoice_not_paid", "nothing_to_issue", "nothing_to_issue"]
    assert requests() == []


def test_one_request_of_an_invoice_is_alive(people, invoice):
    first = ask(invoice, people)
    with pytest.raises(fapiao.FapiaoAlreadyRequested):
        ask(invoice, people)
    with tenancy.everything():
        fapiao.take_back(request=first, at=LATER, by=people.owner)
    second = ask(invoice, people)
    with tenancy.everything():
        fapiao.issue(request=second, fapiao_number="24110000001", at=LATER, by=people.billing_operator)
    with pytest.raises(fapiao.FapiaoAlreadyRequested):
        ask(invoice, people)
    assert [status for status, _amount in requests()] == ["cancelled", "issued"]


def test_an_issued_one_names_its_number_and_the_customer_is_told(people, invoice):
    asked = ask(invoice, people)
    with tenancy.everything():
        done = fapiao.issue(request=asked, fapiao_number=" 24110000001 ", at=LATER, by=people.billing_operator)
        assert (done.status, done.fapiao_number, done.handled_by) == ("issued", "24110000001", people.billing_operator)
        for again in (
            lambda: fapiao.issue(request=asked, fapiao_number="2", at=LATER, by=people.billing_operator),
            lambda: fapiao.reject(request=asked, answer="No", at=LATER, by=people.billing_operator),
            lambda: fapiao.take_back(request=asked, at=LATER, by=people.owner),
        ):
            with pytest.raises(fapiao.FapiaoHandled):
                again()
    assert told("fapiao.issued") == ["billing@acme.example", "owner@acme.example"]


def test_a_rejected_one_says_why_and_can_be_asked_again(people, invoice):
    asked = ask(invoice, people)
    with tenancy.everything():
        with pytest.raises(FieldErrors):
            fapiao.reject(request=asked, answer=" ", at=LATER, by=people.billing_operator)
        fapiao.reject(request=asked, answer="The number is unknown.", at=LATER, by=people.billing_operator)
    assert told("fapiao.rejected") == ["billing@acme.example", "owner@acme.example"]
    assert ask(invoice, people).status == "requested"


def test_it_is_not_issued_over_more_than_is_left(people, invoice):
    asked = ask(invoice, people)
    credit(invoice, "100.00")
    with tenancy.everything(), pytest.raises(fapiao.FapiaoAmountChanged):
        fapiao.issue(request=asked, fapiao_number="24110000001", at=LATER, by=people.billing_operator)
    assert [status for status, _amount in requests()] == ["requested"]


def test_a_disabled_organization_asks_for_nothing(people, invoice):
    people.acme.disabled_at = ISSUED
    people.acme.save(update_fields=["disabled_at"])
    with pytest.raises(Refusal) as refused:
        ask(invoice, people)
    assert refused.value.code == "organization_disabled"
    assert requests() == []


def test_the_api_asks_lists_and_takes_back(people, invoice, api):
    client = api(people.billing)
    made = client.post(PATH, FIELDS | {"invoice": invoice.number}, format="json")
    assert made.status_code == 201, made.json()
    number = made.json()["id"]
    assert made.json() == FIELDS | {
        "id": number,
        "invoice": "INV-2026-000001",
        "amount": "700.00",
        "currency": "CNY",
        "status": "requested",
        "fapiao_number": None,
        "answer": None,
        "requested_at": "2026-11-22T12:00:00+08:00",
        "handled_at": None,
    }
    assert client.get(PATH).json()["results"] == [made.json()]
    again = client.post(PATH, FIELDS | {"invoice": invoice.number}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "fapiao_already_requested")
    assert client.delete(f"{PATH}/{number}").status_code == 204
    assert client.get(f"{PATH}/{number}").json()["status"] == "cancelled"
    gone = client.delete(f"{PATH}/{number}")
    assert (gone.status_code, gone.json()["code"]) == (409, "fapiao_handled")
    assert client.get(f"{PATH}/{10**30}").status_code == 404


def test_another_organizations_invoice_is_not_there(people, api):
    theirs = put(people.orbit, line("700.00"))
    answer = api(people.owner).post(PATH, FIELDS | {"invoice": theirs.number}, format="json")
    assert answer.status_code == 404
    assert requests() == []


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("member", 403), ("outsider", 404), ("engineer", 404)])
def test_others_neither_read_nor_ask(people, invoice, api, who, status):
    client = api(getattr(people, who))
    assert client.get(PATH).status_code == status
    assert client.post(PATH, FIELDS | {"invoice": invoice.number}, format="json").status_code == status
    assert requests() == []


def test_the_form_starts_with_what_was_given_last_time_and_keeps_what_is_wrong(people, invoice):
    browser = cast.browser_of(people.owner)
    page = f"/o/acme/invoices/{invoice.number}/fapiao"
    assert 'value="Acme"' in browser.get(page).content.decode()
    wrong = browser.post(page, FIELDS | {"taxpayer_number": "12"})
    assert wrong.status_code == 400
    text = wrong.content.decode()
    assert "Use 15 to 20 digits and capital letters" in text
    assert 'value="Acme Ltd"' in text
    assert requests() == []
    assert browser.post(page, FIELDS).status_code == 303
    listed = browser.get("/o/acme/fapiao").content.decode()
    assert "Acme Ltd" in listed
    assert "91110000ABCDEFG12X" in listed
    assert "There is a request for this invoice" in browser.get(page).content.decode()
    with tenancy.everything():
        number = FapiaoRequest.objects.get().pk
    assert browser.post(f"/o/acme/fapiao/{number}/take-back").status_code == 303
    assert 'value="91110000ABCDEFG12X"' in browser.get(page).content.decode()
    assert [status for status, _amount in requests()] == ["cancelled"]


def test_an_organization_without_requests_is_told_how_to_ask(people):
    assert "No fapiao requested yet" in cast.browser_of(people.owner).get("/o/acme/fapiao").content.decode()
