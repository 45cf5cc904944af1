"""This month's incremental fee so far and expected, and the budget that it is measured by (spec page 3.8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.usage import budgets
from billing.usage.forecast import forecast_of
from common import clock, tenancy
from common.models import AuditEntry
from notifications.kinds import text_of
from notifications.models import Notification
from tests.billing.conftest import catalogue  # noqa: F401
from tests.billing.months import DECEMBER, beijing, hold, load, settle, settlements, upgrade, used

ON_THE_11TH = beijing("2026-11-11T15:00")


@pytest.fixture
def acme(catalogue, people):
    """The worked example of billing/pricing/spending_forecast.py: 3,953.33 so far, 10,010.00 expected."""
    hold(people.acme, "business", "2026-11-01T00:00")
    load(
        used(people.acme, "4000.00", date(2026, 11, 1), 10),
        used(people.acme, "1000.00", date(2026, 11, 11)),
        used(people.acme, "3000.00", date(2026, 11, 1), 30, prepaid=True),
        at=ON_THE_11TH,
    )
    return people.acme


def found(organization, at=ON_THE_11TH):
    with tenancy.organization(organization.pk):
        return forecast_of(organization, at)


def budget(organization, amount: str | None, by) -> None:
    with tenancy.organization(organization.pk), clock.at(ON_THE_11TH):
        budgets.set_budget(organization=organization, amount=None if amount is None else Decimal(amount), by=by)


def tell(at=ON_THE_11TH) -> int:
    with clock.at(at):
        return budgets.tell_of_budgets(at=at)["told"]


def told() -> list[tuple[str, int]]:
    with tenancy.everything():
        notices = Notification.objects.filter(kind="budget.reached", person__email="owner@acme.example").order_by("pk")
        return [(notice.params["month"], notice.params["percent"]) for notice in notices]


def test_the_worked_example_through_the_database(acme):
    figures = found(acme).figures
    assert (str(figures.so_far), str(figures.usage_so_far)) == ("3953.33", "42100.00")
    assert (str(figures.expected), str(figures.expected_usage)) == ("10010.00", "123000.00")


def test_after_the_month_it_is_what_is_settled(catalogue, people):
    upgrade(people.acme, "developer", "business", "2026-11-01T00:00", "2026-11-10T12:00")
    load(used(people.acme, "100.00", date(2026, 11, 1), 10), used(people.acme, "5000.00", date(2026, 11, 11), 20))
    last = found(people.acme, beijing("2026-11-30T23:00")).figures
    settle()
    assert str(last.so_far) == str(last.expected) == str(settlements(people.acme)[0].total) == "8612.54"


def test_who_has_no_metered_plan_has_nothing_to_expect(catalogue, people):
    load(used(people.orbit, "4000.00", date(2026, 11, 1), 10))
    nothing = found(people.orbit)
    assert (nothing.figures.so_far, nothing.figures.expected, nothing.is_metered, nothing.percent) == (
        0,
        0,
        False,
        None,
    )


def test_the_days_after_a_queued_term_begins_are_expected_at_its_tier(catalogue, people):
    """Developer runs out on the 20th; business follows on the 21st."""
    hold(people.acme, "developer", "2026-10-21T09:00", cycle="monthly")
    hold(people.acme, "business", "2026-11-21T00:00", cycle="monthly")
    load(used(people.acme, "1000.00", date(2026, 11, 1), 10), at=ON_THE_11TH)
    figures = found(people.acme).figures
    # 30,000.00: developer 900.00 × 2/3 less 133.33, business 3,000.00 × 1/3 less 233.33.
    assert (str(figures.expected), figures.expected_usage) == ("1233.34", 30000)


def test_by_api_with_the_budget(acme, people, api):
    budget(acme, "4900.00", people.owner)
    with clock.at(ON_THE_11TH):
        answer = api(people.billing).get("/api/v1/orgs/acme/forecast")
    assert answer.json() == {
        "month": "2026-11",
        "so_far": "3953.33",
        "expected": "10010.00",
        "usage_so_far": "42100.00",
        "expected_usage": "123000.00",
        "currency": "CNY",
        "budget": "4900.00",
        "budget_percent": 80,
        "expected_percent": 204,
    }


def test_an_owner_sets_and_takes_away_the_budget(acme, people, api):
    owner = api(people.owner)
    assert owner.get("/api/v1/orgs/acme/budget").json() == {"amount": None, "currency": "CNY"}
    put = owner.put("/api/v1/orgs/acme/budget", {"amount": "4900.50"}, format="json")
    assert (put.status_code, put.json()) == (200, {"amount": "4900.50", "currency": "CNY"})
    assert owner.get("/api/v1/orgs/acme/budget").json()["amount"] == "4900.50"
    assert owner.put("/api/v1/orgs/acme/budget", {"amount": None}, format="json").json()["amount"] is None
    assert found(acme).budget is None
    with tenancy.everything():
        trail = AuditEntry.objects.filter(action="budget.set").order_by("pk").values_list("before", "after")
        assert list(trail) == [
            ({"amount": None}, {"amount": "4900.50"}),
            ({"amount": "4900.50"}, {"amount": None}),
        ]


def test_an_amount_that_is_no_budget_is_refused(acme, people, api):
    owner = api(people.owner)
    for amount in ("0.00", "-1.00", "much", "1.005", "1000000000000.00"):
        answer = owner.put("/api/v1/orgs/acme/budget", {"amount": amount}, format="json")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["amount"]), amount
    assert found(acme).budget is None


def test_a_viewer_cannot_set_a_budget_nor_a_disabled_organization(acme, people, api):
    assert api(people.viewer).put("/api/v1/orgs/acme/budget", {"amount": "1.00"}, format="json").status_code == 403
    people.acme.disabled_at = clock.now()
    people.acme.save(update_fields=["disabled_at"])
    refused = api(people.owner).put("/api/v1/orgs/acme/budget", {"amount": "1.00"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "organization_disabled")
    assert found(acme).budget is None


# ---- alerts ------------------------------------------------------------------------------------------------------


def test_80_percent_are_told_once_and_then_100(acme, people):
    budget(acme, "4900.00", people.owner)
    assert (tell(), tell(), told()) == (1, 0, [("2026-11", 80)])
    load(used(acme, "10000.00", date(2026, 11, 12)))
    tomorrow = ON_THE_11TH + timedelta(days=1)
    assert (tell(tomorrow), tell(tomorrow), told()) == (1, 0, [("2026-11", 80), ("2026-11", 100)])


def test_the_alert_says_what_is_spent(acme, people):
    budget(acme, "4900.00", people.owner)
    tell()
    with tenancy.everything():
        notices = Notification.objects.filter(kind="budget.reached").select_related("person").order_by("person_id")
        assert [notice.person for notice in notices] == [people.owner, people.billing]
        sentence = text_of("budget.reached", notices[0].params)
    assert sentence == (
        "Acme has used 80 % of its budget of ¥4,900.00 for November 2026: the incremental support fee is ¥3,953.33 so far."
    )


def test_below_80_percent_nobody_is_told(acme, people):
    budget(acme, "4941.67", people.owner)
    assert tell() == 0


def test_both_at_once_are_told_as_one(acme, people):
    budget(acme, "1000.00", people.owner)
    assert (tell(), tell(), told()) == (1, 0, [("2026-11", 100)])


def test_usage_of_days_to_come_alerts_nobody_yet(acme, people):
    budget(acme, "4950.00", people.owner)
    load(used(acme, "90000.00", date(2026, 11, 25)))
    assert tell() == 0


def test_a_new_month_and_a_changed_budget_are_told_anew(acme, people):
    budget(acme, "1000.00", people.owner)
    tell()
    budget(acme, "3000.00", people.owner)
    assert (tell(), told()) == (1, [("2026-11", 100), ("2026-11", 100)])
    load(used(acme, "50000.00", date(2026, 12, 1)))
    assert (tell(DECEMBER.starts_at + timedelta(hours=9)), told()[-1]) == (1, ("2026-12", 100))


def test_an_organization_without_a_budget_is_told_nothing(acme):
    assert tell() == 0
