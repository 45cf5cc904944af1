"""How content customers are: averages by period and month (spec page 4, section 4.5)."""

from datetime import date
from decimal import Decimal

from common import tenancy
from tests.tickets.conftest import at, file
from tickets.compliance.ratings import Contentment, Ratings, ratings
from tickets.models import Ticket

NOVEMBER = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}


def rated(plans, when: str, score: int) -> None:
    ticket = file(plans.orbit, plans.outsider)
    with tenancy.everything():
        Ticket.objects.filter(pk=ticket.pk).update(satisfaction=score, rated_at=at(when))


def found(earliest=date(2025, 12, 1), **days):
    with tenancy.everything():
        return ratings(earliest=earliest, **(NOVEMBER | days))


def test_the_worked_example(plans):
    for score in (5, 4, 3):
        rated(plans, "2026-11-30 23:59", score)
    november = Ratings({5: 1, 4: 1, 3: 1})
    assert found() == Contentment(november, {"2026-11": november})
    assert (november.average, november.total) == (Decimal("4.00"), 3)


def test_trends_begin_before_the_period_and_end_with_it(plans):
    rated(plans, "2026-10-31 23:59", 2)
    rated(plans, "2026-11-01 00:00", 5)
    rated(plans, "2026-12-01 00:00", 1)
    rated(plans, "2025-11-30 23:59", 1)
    assert found() == Contentment(Ratings({2: 0, 5: 1}), {"2026-10": Ratings({2: 1}), "2026-11": Ratings({5: 1})})


def test_without_ratings_there_is_no_average(plans):
    assert found() == Contentment(Ratings({}), {})
    assert Ratings({}).average is None
