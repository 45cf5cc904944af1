"""`orgs/{slug}/settlements` and `operator/settlements` (spec page 7)."""

from datetime import date

import pytest

from billing.settlement import batches as settlement_batches
from billing.settlement import documents as settlement_documents
from common import clock, tenancy
from common.models import AuditEntry
from tests.billing.conftest import catalogue  # noqa: F401
from tests.billing.months import DECEMBER, beijing, documents, hold, load, settle, settlements, upgrade, used

TEN_O_CLOCK = beijing("2026-12-01T10:00")


@pytest.fixture
def acme(catalogue, people):
    """The worked example of page 3.6."""
    upgrade(people.acme, "developer", "business", "2026-11-01T00:00", "2026-11-10T12:00")
    load(used(people.acme, "100.00", date(2026, 11, 1), 10), used(people.acme, "5000.00", date(2026, 11, 11), 20))
    return people.acme


@pytest.fixture
def at_ten():
    with clock.at(TEN_O_CLOCK):
        yield


def test_a_billing_operator_settles_a_month(acme, people, api, at_ten):
    operator = api(people.billing_operator)
    answer = operator.post("/api/v1/operator/settlements", {"month": "2026-11"}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"month": "2026-11", "settled": 1, "already_settled": 0})
    again = operator.post("/api/v1/operator/settlements", {"month": "2026-11"}, format="json")
    assert again.json() == {"month": "2026-11", "settled": 0, "already_settled": 1}
    with tenancy.everything():
        assert [entry.by for entry in AuditEntry.objects.filter(action="settlement.run")] == ["Billing", "Billing"]


def test_a_repeat_with_the_same_key_gets_the_first_answer(acme, people, api, at_ten):
    operator = api(people.billing_operator)
    asked = ("/api/v1/operator/settlements", {"month": "2026-11"})
    first = operator.post(*asked, format="json", headers={"Idempotency-Key": "november"})
    again = operator.post(*asked, format="json", headers={"Idempotency-Key": "november"})
    assert first.json() == again.json() == {"month": "2026-11", "settled": 1, "already_settled": 0}
    assert again["Idempotent-Replay"] == "true"


def test_another_month_under_the_same_key_is_refused(acme, people, api, at_ten):
    operator, key = api(people.billing_operator), {"Idempotency-Key": "november"}
    operator.post("/api/v1/operator/settlements", {"month": "2026-11"}, format="json", headers=key)
    other = operator.post("/api/v1/operator/settlements", {"month": "2026-10"}, format="json", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_run_under_a_key_that_is_cut_off_keeps_its_batches(acme, people, api, at_ten, monkeypatch):
    hold(people.orbit, "business", "2026-11-01T00:00")
    monkeypatch.setattr(settlement_batches, "BATCH", 1)
    issue, calls = settlement_documents.issue, []

    def die_in_the_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError
        issue(*args, **kwargs)

    asked = ("/api/v1/operator/settlements", {"month": "2026-11"})
    operator, key = api(people.billing_operator), {"Idempotency-Key": "november"}
    with monkeypatch.context() as broken:
        broken.setattr(settlement_documents, "issue", die_in_the_second)
        assert operator.post(*asked, format="json", headers=key).status_code == 500
    assert (len(settlements(acme)), len(settlements(people.orbit))) == (1, 0)
    again = operator.post(*asked, format="json", headers=key)
    assert again.json() == {"month": "2026-11", "settled": 1, "already_settled": 1}


def test_a_month_that_is_not_over_or_no_month_is_refused(acme, people, api, at_ten):
    operator = api(people.billing_operator)
    for month in ("2026-12", "2027-01", "2026-13", "November", "", None, 202611):
        answer = operator.post("/api/v1/operator/settlements", {"month": month}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), month
        assert list(answer.json()["errors"]) == ["month"]
    assert settlements(acme) == []


def test_nobody_else_may_settle(acme, people, api, at_ten):
    for person, status in ((people.admin, 403), (people.lead, 403), (people.owner, 404)):
        answer = api(person).post("/api/v1/operator/settlements", {"month": "2026-11"}, format="json")
        assert answer.status_code == status
    assert settlements(acme) == []


def test_an_organization_sees_what_was_settled_and_why(acme, people, api):
    settle()
    load(used(acme, "-1000.00", date(2026, 11, 20)), used(acme, "10000.00", date(2026, 12, 5)))
    settle(DECEMBER)
    answer = api(people.billing).get("/api/v1/orgs/acme/settlements")
    invoices = [document.number for document in documents(acme)]
    december, november = answer.json()["results"]
    assert november == {
        "month": "2026-11",
        "segments": [
            {
                "tier": "developer",
                "catalogue_version": "2022-01-06",
                "days": 10,
                "usage": "1000.00",
                "gross": "30.00",
                "included": "66.67",
                "incremental": "0.00",
            },
            {
                "tier": "business",
                "catalogue_version": "2022-01-06",
                "days": 20,
                "usage": "100000.00",
                "gross": "9079.21",
                "included": "466.67",
                "incremental": "8612.54",
            },
        ],
        "adjustments": [],
        "total": "8612.54",
        "currency": "CNY",
        "invoice": invoices[0],
    }
    # 9,100.00 × 99,000 / 100,000 less 466.67 is 8,542.33.
    assert december["adjustments"] == [{"month": "2026-11", "amount": "-70.21"}]
    assert (december["total"], december["invoice"]) == ("229.79", invoices[1])


def test_a_month_that_comes_to_nothing_has_no_invoice_and_one_below_it_a_credit_note(acme, people, api):
    settle()
    load(used(acme, "-1000.00", date(2026, 11, 20)))
    settle(DECEMBER)
    settle(DECEMBER.next())
    january, december, _november = api(people.owner).get("/api/v1/orgs/acme/settlements").json()["results"]
    assert (december["total"], december["invoice"]) == ("-70.21", "CN-2027-000001")
    assert (january["total"], january["invoice"], len(january["segments"])) == ("0.00", None, 1)


def test_a_viewer_sees_no_settlements(acme, people, api):
    assert api(people.viewer).get("/api/v1/orgs/acme/settlements").status_code == 403
    assert api(people.outsider).get("/api/v1/orgs/acme/settlements").status_code == 404
