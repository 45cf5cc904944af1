"""Prepaid fees become revenue by the day, whoever books the day first: page 3.8."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.ledger import recognition
from billing.models import LedgerEntry, Recognition
from billing.pricing.deferral import PaidTerm, net_deferred, unused_value
from common import clock, tenancy
from common.beijing import BEIJING, midnight
from portal.celery import job_named
from supportplans.models import CatalogueVersion, Term
from supportplans.terms import Bounds
from tests.billing.conftest import NOON
from tests.billing.money_records import balances, entries, entry, misfits

DAY = timedelta(days=1)


def fen(text: str) -> Decimal:
    return Decimal(text)


def five_past_midnight(days: int) -> datetime:
    """When the job runs, so many days after the purchase."""
    return midnight(NOON.date() + days * DAY) + timedelta(minutes=5)


def recognize(at: datetime) -> dict[str, int]:
    with clock.at(at):
        return recognition.recognize(at=at)


def deferred(organization) -> Decimal:
    return -balances(organization).get("deferred_revenue", Decimal(0))


def through(organization) -> date:
    with tenancy.organization(organization.pk):
        return Recognition.objects.get(organization=organization).through


@pytest.fixture
def standard(people, buy):
    """pine holds standard for a month of 30 days, bought at noon."""
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="monthly")
    return people.pine


def test_a_day_becomes_revenue_when_it_begins(standard):
    assert deferred(standard) == fen("4559.75")
    assert recognize(five_past_midnight(1)) == {"entries": 1}
    assert entry(standard, "recognized", "2026-11-23") == {
        "deferred_revenue": fen("157.23"),
        "plan_revenue": fen("-157.23"),
    }
    assert (deferred(standard), through(standard)) == (fen("4402.52"), date(2026, 11, 23))
    with tenancy.everything():
        booked = LedgerEntry.objects.get(kind="recognized")
    assert (booked.at, booked.booked_on) == (midnight(date(2026, 11, 23)), date(2026, 11, 23))
    with clock.at(five_past_midnight(1)):
        assert misfits() == []


def test_a_second_run_adds_nothing(standard):
    recognize(five_past_midnight(1))
    before = entries(standard)
    assert recognize(five_past_midnight(1)) == {"entries": 0}
    assert recognize(NOON) == {"entries": 0}
    assert entries(standard) == before


def test_missed_days_are_caught_up_one_by_one(standard):
    assert recognize(five_past_midnight(10)) == {"entries": 10}
    booked = [source for kind, source, _lines in entries(standard) if kind == "recognized"]
    assert booked == [str(NOON.date() + number * DAY) for number in range(1, 11)]
    late = balances(standard)
    assert late["deferred_revenue"] == -net_deferred(
        unused_value([PaidTerm(fen("5000"), Bounds(NOON.date(), date(2026, 12, 22)))], date(2026, 12, 2))
    )


def test_after_its_last_day_nothing_of_a_term_is_left_and_nothing_more_happens(standard):
    assert recognize(five_past_midnight(400)) == {"entries": 29}
    assert balances(standard) == {
        "cash": fen("5000.00"),
        "tax_payable": fen("-283.02"),
        "plan_revenue": fen("-4716.98"),
    }
    assert recognize(five_past_midnight(401)) == {"entries": 0}
    with clock.at(five_past_midnight(402)):
        assert misfits() == []


def test_a_renewal_is_served_after_the_term_before_it(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    buy(people.acme, people.owner, "renew", when=NOON + DAY)
    assert deferred(people.acme) == net_deferred(fen("653.33") + fen("700.00"))
    assert recognize(five_past_midnight(31)) == {"entries": 30}
    with clock.at(five_past_midnight(31)):
        assert misfits() == []
        assert recognize(five_past_midnight(61)) == {"entries": 29}
    assert "deferred_revenue" not in balances(people.acme)
    assert -balances(people.acme)["plan_revenue"] == 2 * (fen("700.00") - fen("39.62"))


def test_a_change_of_plan_books_the_missed_days_first_at_the_old_price(people, buy):
    """The job was away for three days; the order does not wait for it."""
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    buy(people.acme, people.owner, "change_tier", tier="enterprise", when=NOON + 3 * DAY)
    kinds = [(kind, source) for kind, source, _lines in entries(people.acme) if kind != "payment_received"]
    assert kinds[2:5] == [("recognized", "2026-11-23"), ("recognized", "2026-11-24"), ("recognized", "2026-11-25")]
    assert kinds[5] == ("invoice_issued", "INV-2026-000002")
    assert entry(people.acme, "recognized", "2026-11-24")["plan_revenue"] == fen("-21.70")
    assert recognize(five_past_midnight(3)) == {"entries": 0}
    with clock.at(NOON + 3 * DAY):
        assert misfits() == []


def test_a_change_that_costs_nothing_is_booked_all_the_same(people, buy):
    """On the last day of a term both tiers are worth nothing; back on the same day nets to nothing."""
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    last_day = NOON + 29 * DAY
    buy(people.acme, people.owner, "change_tier", tier="developer", when=last_day)
    assert "deferred_revenue" not in balances(people.acme)
    with clock.at(last_day):
        assert misfits() == []
    assert recognize(five_past_midnight(31)) == {"entries": 0}


def test_who_comes_back_is_booked_from_the_new_first_day(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    back = NOON + 100 * DAY
    recognize(five_past_midnight(40))
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly", when=back)
    assert through(people.acme) == back.date()
    with clock.at(back):
        assert misfits() == []


def test_an_order_of_the_day_before_is_booked_on_the_day_that_is_booked_already(people, buy):
    """It began before midnight and got its lock after the job."""
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    recognize(five_past_midnight(1))
    buy(people.acme, people.owner, "change_tier", tier="enterprise", when=NOON)
    assert through(people.acme) == NOON.date() + DAY
    with clock.at(five_past_midnight(1)):
        assert misfits() == []


def test_the_days_of_a_disabled_organization_go_on(standard):
    standard.disabled_at = NOON
    standard.save(update_fields=["disabled_at"])
    assert recognize(five_past_midnight(2)) == {"entries": 2}


def test_the_job_is_in_the_table(standard):
    job = job_named("billing.recognition")
    assert list(job.rule.due_in(NOON, NOON + DAY)) == [datetime(2026, 11, 23, 0, 5, tzinfo=BEIJING)]
    assert job.function is recognition.recognize


def test_many_organizations_are_booked_in_few_statements(people, buy, django_assert_max_num_queries):
    for organization, person in ((people.acme, people.owner), (people.orbit, people.outsider)):
        buy(organization, person, "subscribe", tier="business", cycle="yearly")
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    with django_assert_max_num_queries(30):  # scopes and savepoints included
        assert recognize(five_past_midnight(30)) == {"entries": 90}
    with clock.at(five_past_midnight(30)):
        assert misfits() == []


def test_a_small_batch_changes_nothing(people, buy, monkeypatch):
    for organization, person in ((people.acme, people.owner), (people.orbit, people.outsider)):
        buy(organization, person, "subscribe", tier="business", cycle="yearly")
    monkeypatch.setattr(recognition, "BATCH", 4)
    assert recognize(five_past_midnight(5)) == {"entries": 10}
    assert recognize(five_past_midnight(6)) == {"entries": 2}
    assert (through(people.acme), through(people.orbit)) == (NOON.date() + 6 * DAY, NOON.date() + 6 * DAY)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.integers(1, 10**9).map(lambda number: Decimal(number) / 100),
    days=st.integers(1, 40),
    missed=st.integers(1, 60),
)
def test_the_set_based_sum_is_the_one_of_the_rule(people, at_noon, price, days, missed):
    """The job computes in SQL what billing/pricing/deferral.py says in words."""
    first, last = NOON.date(), NOON.date() + missed * DAY
    term = PaidTerm(price, Bounds(first, first + days * DAY))
    with tenancy.organization(people.acme.pk), transaction.atomic():
        row = Term.objects.create(
            organization=people.acme,
            family="customer",
            tier="business",
            cycle="yearly",
            starts_on=first,
            ends_on=first + days * DAY,
            began_at=NOON,
            catalogue_version=CatalogueVersion.objects.get(),
            price=price,
        )
        recognition.catch_up(people.acme.pk, NOON)
        recognition.bring_in_step(organization_id=people.acme.pk, source=f"T-{row.pk}", at=NOON)
        assert recognition.deferred_at(people.acme.pk, first) == net_deferred(unused_value([term], first))
        recognition.catch_up(people.acme.pk, NOON + missed * DAY)
        assert deferred(people.acme) == net_deferred(unused_value([term], last))
        transaction.set_rollback(True)
