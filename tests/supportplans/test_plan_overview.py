from datetime import UTC, date, datetime
from decimal import Decimal

from common import tenancy
from supportplans.plan_overview import overview, timeline
from supportplans.standing import HeldTerm
from supportplans.terms import Bounds
from tests.supportplans.conftest import START, queue_business

YEAR = HeldTerm(1, "yearly", Bounds(date(2026, 3, 1), date(2027, 3, 1)), START, "", Decimal(8400), "")


def test_the_worked_example_has_259_of_365_days_left():
    line = timeline(YEAR, date(2026, 6, 15))
    assert (line.days, line.days_left) == (365, 259)
    assert (line.today_x, line.rest_width) == (290, 710)
    assert (line.first_day, line.last_day) == (date(2026, 3, 1), date(2027, 2, 28))
    assert [mark.month for mark in line.marks][:2] == [date(2026, 4, 1), date(2026, 5, 1)]
    assert len(line.marks) == 11


def test_a_term_is_whole_on_its_first_day_and_one_day_on_its_last():
    assert timeline(YEAR, date(2026, 3, 1)).days_left == 365
    assert timeline(YEAR, date(2027, 2, 28)).days_left == 1


def seen(organization, at=START, language="en"):
    with tenancy.organization(organization.pk):
        return overview(organization, at, language)


def test_the_free_plan_has_no_term_and_invites_to_choose(people, catalogue):
    plan = seen(people.acme)
    assert (plan.tier_name, plan.timeline, plan.cycle_name, plan.ends_on_text) == ("Basic", None, "", "")
    assert plan.may_subscribe
    assert not seen(people.isvsoft).may_subscribe


def test_a_paid_plan_shows_its_term_and_what_is_being_set_up(people, subscribe):
    subscribe(people.acme, "enterprise", "yearly")
    plan = seen(people.acme, datetime(2026, 6, 15, 2, tzinfo=UTC))
    assert (plan.tier_name, plan.cycle_name, plan.ends_on_text) == ("Enterprise", "Yearly", "1 Mar 2027")
    assert plan.timeline.days_left == 259
    assert [(line.name, line.task.state) for line in plan.set_up] == [
        ("Enterprise phone line, 24×7", "open"),
        ("IM group, 24×7", "open"),
        ("Technical service manager (TAM), 5×8", "open"),
    ]


def test_only_what_the_tier_has_is_listed(people, subscribe):
    subscribe(people.pine, "standard")
    labels = [label for part in seen(people.pine).sections for label, _cell in part.lines]
    assert "Event assurance" in labels
    assert "On-site training session" not in labels
    assert "Core production system down" not in labels


def test_a_queued_term_is_named_by_its_own_version(people, subscribe):
    queue_business(subscribe(people.acme, "developer"))
    assert seen(people.acme, language="zh-hans").next.tier_name == "商业级"
