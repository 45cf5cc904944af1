"""How content customers are: averages by period and month (spec page 4, section 4.5)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from common import tenancy
from tests.tickets.conftest import NOON, at, file
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


def test_ratings_of_some_days_are_read_along_their_index(plans, django_assert_num_queries):
    """Among many tickets few are rated: no plan reads over the table, in the scope of all tenants either."""
    ticket = file(plans.orbit, plans.outsider)
    with tenancy.everything(), connection.cursor() as cursor:
        copies = [
            Ticket(**(model_to_row(ticket) | {"number": f"T-2026-9{number:06}", "rated_at": NOON, "satisfaction": 5}))
            for number in range(20)
        ] + [Ticket(**(model_to_row(ticket) | {"number": f"T-2026-8{number:06}"})) for number in range(2_000)]
        Ticket.objects.bulk_create(copies)
        cursor.execute("ANALYZE tickets_ticket")
        with django_assert_num_queries(1) as asked:
            days = {"earliest": NOON.date(), "since": NOON.date(), "until": NOON.date()}
            assert ratings(**days).period.total == 20
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "tickets_rated" in plan
    assert "Seq Scan on tickets_ticket" not in plan


def model_to_row(ticket: Ticket) -> dict[str, Any]:
    """Its columns without its key."""
    return {
        each.attname: getattr(ticket, each.attname) for each in Ticket._meta.concrete_fields if not each.primary_key
    }
