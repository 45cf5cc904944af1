"""Response compliance by figures of one day's tickets (spec page 4, section 4.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import EndCustomer
from common import clock, tenancy
from tests.cast import browser_of
from tests.tickets.conftest import NOON, act, at, file, message, own, reply
from tickets import closing, regrading, sweep
from tickets.compliance.figures import Figures, compliance

TUESDAY = date(2026, 11, 24)


def figures(by="severity", *, since=TUESDAY, until=TUESDAY, when=None, organization=None):
    with tenancy.everything():
        when = when or NOON + timedelta(hours=6)
        return compliance(since=since, until=until, by=by, at=when, organization=organization)


def answered_after(plans, minutes: int, **fields):
    ticket = file(plans.orbit, plans.outsider, severity="production_down", **fields)
    reply(ticket, plans.engineer, NOON + timedelta(minutes=minutes))
    return ticket


def test_the_worked_example(plans):
    for minutes in (5, 10, 15, 50):
        answered_after(plans, minutes)
    (row,) = figures()
    assert row == Figures("production_down", "first", 3, 1, Decimal("12.5"), Decimal("39.5"))
    assert (row.due, row.rate) == (4, Decimal("0.7500"))


def test_an_answer_that_is_still_owed_counts_from_its_due_time_on(plans):
    file(plans.orbit, plans.outsider, severity="production_down")
    due = NOON + timedelta(minutes=30)
    assert figures(when=due - timedelta(microseconds=1)) == []
    assert figures(when=due) == [Figures("production_down", "first", 0, 1, None, None)]
    with clock.at(due):
        sweep.sweep(at=due)
    assert figures(when=due) == [Figures("production_down", "first", 0, 1, None, None)]


def test_what_the_customer_ended_counts_only_after_its_due_time(plans):
    early = file(plans.orbit, plans.outsider, severity="production_down")
    late = file(plans.orbit, plans.outsider, severity="production_down")
    own(closing.close, early, plans.outsider, NOON + timedelta(minutes=10))
    own(closing.close, late, plans.outsider, NOON + timedelta(minutes=40))
    assert figures() == [Figures("production_down", "first", 0, 1, None, None)]


def test_a_misjudged_timer_is_left_out(plans):
    ticket = file(plans.orbit, plans.outsider, severity="production_impaired")
    act(regrading.regrade, ticket, plans.engineer, NOON, severity="production_down", reason=regrading.MISJUDGED)
    reply(ticket, plans.engineer, NOON + timedelta(minutes=50))
    assert figures() == []


def test_first_and_next_answers_are_told_apart(plans):
    ticket = answered_after(plans, 5)
    message(ticket, plans.outsider, NOON + timedelta(minutes=60))
    reply(ticket, plans.engineer, NOON + timedelta(minutes=62))
    assert [(row.timer, row.met, row.median_minutes) for row in figures()] == [
        ("first", 1, Decimal("5.0")),
        ("next", 1, Decimal("2.0")),
    ]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("tier", ["business", "standard"]),
        ("month", ["2026-11"]),
        ("product", ["ecs", "none"]),
        ("organization", ["orbit", "pine"]),
        ("end_customer", ["Blue Fir", "none"]),
    ],
)
def test_each_breakdown_has_its_keys(plans, by, keys):
    answered_after(plans, 5, product="ecs")
    with tenancy.organization(plans.pine.pk):
        client = EndCustomer.objects.create(organization=plans.pine, name="Blue Fir", created_at=NOON)
    ticket = file(plans.pine, plans.partner_owner, severity="guidance", end_customer=str(client.pk))
    reply(ticket, plans.engineer, NOON + timedelta(minutes=1))
    assert sorted(row.key for row in figures(by)) == keys


def test_the_period_is_beijing_days_with_both_ends(plans):
    for when in ("2026-11-24 00:00", "2026-11-24 23:59", "2026-11-25 00:00"):
        ticket = file(plans.orbit, plans.outsider, at(when), severity="production_down")
        reply(ticket, plans.engineer, at(when) + timedelta(minutes=1))
    assert [row.met for row in figures(when=at("2026-11-26 00:00"))] == [2]
    assert figures(since=date(2026, 11, 26), until=date(2026, 11, 30)) == []


def test_an_organization_sees_its_own_alone(plans):
    answered_after(plans, 5)
    ticket = file(plans.pine, plans.partner_owner, severity="guidance")
    reply(ticket, plans.engineer, NOON + timedelta(minutes=1))
    with clock.at(NOON):
        answer = browser_of(plans.partner_owner).get("/api/v1/orgs/pine/compliance?by=organization")
    assert answer.json() == {
        "results": [
            {
                "key": "pine",
                "timer": "first",
                "due": 1,
                "met": 1,
                "breached": 0,
                "rate": "1.0000",
                "median_minutes": 1.0,
                "p90_minutes": 1.0,
            }
        ],
        "next": None,
        "previous": None,
    }


def test_the_desk_sees_everybodys_or_one_organizations(plans):
    answered_after(plans, 5)
    with clock.at(NOON):
        lead = browser_of(plans.lead)
        every = lead.get("/api/v1/desk/compliance?by=organization&from=2026-11-24&to=2026-11-24").json()
        one = lead.get("/api/v1/desk/compliance?by=organization&organization=pine").json()
    assert [row["key"] for row in every["results"]] == ["orbit"]
    assert one["results"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("to=20261124", "to"),
        ("from=2026-11-25&to=2026-11-24", "from"),
        ("from=2020-01-01&to=2026-11-24", "from"),
        ("by=mood", "by"),
    ],
)
def test_a_period_that_cannot_be_is_a_field_error(plans, query, field):
    answer = browser_of(plans.lead).get(f"/api/v1/desk/compliance?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.parametrize("query", ["from=9999-12-31&to=9999-12-31", "from=0001-01-01&to=0001-01-02"])
def test_the_ends_of_the_calendar_are_days(plans, query):
    assert browser_of(plans.lead).get(f"/api/v1/desk/compliance?{query}").json()["results"] == []
