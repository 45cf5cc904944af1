"""Reminders that a plan ends: page 3.1."""

from datetime import date, datetime, timedelta

import pytest

from billing.buying.renewal_reminders import remind_of_ends
from common import clock, tenancy
from common.beijing import BEIJING
from notifications.kinds import subject_of, text_of
from notifications.models import Notification
from supportplans.models import Term
from supportplans.subscriptions import set_auto_renew

MARCH = datetime(2026, 3, 1, 10, tzinfo=BEIJING)


@pytest.fixture
def plan(people, buy):
    """`plan("yearly")`: acme holds business from 1 March 2026."""

    def begin(cycle: str):
        buy(people.acme, people.owner, "subscribe", when=MARCH, tier="business", cycle=cycle)
        return people.acme

    return begin


def run(day: date) -> int:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING)
    with clock.at(at):
        return remind_of_ends(at=at)["told"]


def told(person) -> list[str]:
    with tenancy.everything():
        rows = Notification.objects.filter(person=person, kind="renewal.reminder").order_by("pk")
        return [row.key.rsplit(":", 1)[1] for row in rows]


def reminded(end: date, *days_before: int) -> list[int]:
    """On which of these days before the end somebody was reminded."""
    return [days for days in days_before if run(end - timedelta(days=days))]


def test_a_yearly_term_is_reminded_of_30_7_and_1_days_before(people, plan):
    plan("yearly")
    assert reminded(date(2027, 3, 1), 31, 30, 29, 8, 7, 6, 2, 1, 0, -1) == [30, 7, 1]
    for person in (people.owner, people.billing):
        assert told(person) == ["30", "7", "1"]
    assert told(people.member) == []


def test_a_monthly_term_7_and_1(people, plan):
    plan("monthly")
    assert reminded(date(2026, 4, 1), 31, 30, 8, 7, 6, 2, 1, 0, -1) == [7, 1]


def test_it_says_when_and_leads_to_the_renewal(people, plan):
    plan("monthly")
    run(date(2026, 3, 25))
    with tenancy.everything():
        notice = Notification.objects.get(person=people.owner, kind="renewal.reminder")
    assert notice.url == "/o/acme/checkout?action=renew"
    assert text_of(notice.kind, notice.params) == (
        "The plan Business of Acme ends on 1 Apr 2026 at 00:00. Renew it before, or basic support goes on."
    )
    assert subject_of(notice.kind, notice.params) == "Your plan Business ends on 1 Apr 2026"


def test_after_downtime_only_the_latest_one_is_sent_and_only_once(people, plan):
    plan("yearly")
    assert run(date(2027, 2, 26)) == 1
    assert run(date(2027, 2, 26)) == 0
    assert run(date(2027, 2, 27)) == 0
    assert told(people.owner) == ["7"]
    assert run(date(2027, 3, 1)) == 0


def test_who_renews_by_itself_or_has_renewed_is_not_reminded(people, plan, buy):
    plan("monthly")
    with tenancy.organization(people.acme.pk), clock.at(MARCH):
        set_auto_renew(organization=people.acme, on=True, at=MARCH, by=people.owner)
    assert run(date(2026, 3, 25)) == 0
    with tenancy.organization(people.acme.pk), clock.at(MARCH):
        set_auto_renew(organization=people.acme, on=False, at=MARCH, by=people.owner)
    buy(people.acme, people.owner, "renew", when=MARCH)
    assert run(date(2026, 3, 25)) == 0
    # The next term is reminded of in its own time.
    assert run(date(2026, 4, 24)) == 1


def test_who_left_or_is_disabled_is_not_reminded(people, plan, buy):
    plan("monthly")
    people.acme.disabled_at = MARCH
    people.acme.save(update_fields=["disabled_at"])
    assert run(date(2026, 3, 25)) == 0
    people.acme.disabled_at = None
    people.acme.save(update_fields=["disabled_at"])
    buy(people.acme, people.owner, "unsubscribe", when=MARCH)
    assert run(date(2026, 3, 25)) == 0
    assert told(people.owner) == []


def test_a_change_of_tier_reminds_nobody_again(people, plan, buy):
    plan("monthly")
    run(date(2026, 3, 25))
    buy(people.acme, people.owner, "change_tier", when=datetime(2026, 3, 26, tzinfo=BEIJING), tier="enterprise")
    assert run(date(2026, 3, 26)) == 0
    with tenancy.everything():
        assert Term.objects.get(tier="enterprise").reminded_days == 7
