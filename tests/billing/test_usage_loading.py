"""Storing usage: duplicates, conflicts, changed months, and loads that meet."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import ChangedMonth, UsageRecord
from billing.usage.loading import COPIED_AT_ONCE, Outcome, TooManyRejects, store
from billing.usage.records import BadRecord, UsageRow
from common import tenancy
from tests.billing.conftest import NOON

FIRST = UsageRow(
    "r-1", "acme", "ecs", "cloud_service", "on_demand", "", Decimal("100.50"), date(2026, 11, 1), date(2026, 11, 2)
)


def load(*rows: UsageRow | BadRecord, at=NOON, most_rejects=None) -> Outcome:
    with tenancy.everything():
        return store(enumerate(rows), at=at, most_rejects=most_rejects)


def told(outcome: Outcome) -> tuple[int, int, list[tuple[int, str | None, str]]]:
    return outcome.accepted, outcome.duplicates, [(r.position, r.record_id, r.code) for r in outcome.rejected]


def stored() -> list[tuple]:
    with tenancy.everything():
        return list(
            UsageRecord.objects.order_by("record_id").values_list(
                "record_id", "organization__slug", "product", "category", "charge_mode", "payment_form",
                "list_amount", "starts_on", "ends_on",
            )
        )  # fmt: skip


def changed() -> list[tuple[str, str]]:
    with tenancy.everything():
        marks = ChangedMonth.objects.order_by("organization__slug", "month").select_related("organization")
        return [(mark.organization.slug, str(mark)) for mark in marks]


@pytest.mark.usefixtures("people")
class TestStoring:
    def test_what_is_stored_is_what_was_sent(self):
        rows = [FIRST, FIRST._replace(record_id="r-2", organization="orbit", product="C:\\new\\云", payment_form="\\N")]
        assert told(load(*rows)) == (2, 0, [])
        assert stored() == [tuple(row) for row in rows]

    def test_the_same_again_is_a_duplicate_and_other_content_a_conflict(self):
        load(FIRST)
        different = [
            FIRST._replace(**change)
            for change in (
                {"organization": "orbit"},
                {"product": "rds"},
                {"category": "marketplace"},
                {"charge_mode": "prepaid"},
                {"payment_form": "card"},
                {"list_amount": Decimal("100.51")},
                {"starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 3)},
            )
        ]
        assert told(load(FIRST, *different, FIRST)) == (
            0,
            2,
            [(position, "r-1", "record_conflict") for position in range(1, 8)],
        )
        assert stored() == [tuple(FIRST)]

    def test_within_one_batch_the_first_with_an_id_counts(self):
        other = FIRST._replace(list_amount=Decimal("5.00"))
        assert told(load(FIRST, FIRST, other, FIRST)) == (1, 2, [(2, "r-1", "record_conflict")])
        assert stored() == [tuple(FIRST)]

    def test_a_record_of_an_unknown_organization_takes_no_id(self):
        lost = FIRST._replace(organization="nobody")
        assert told(load(lost, FIRST, lost)) == (
            1,
            0,
            [(0, "r-1", "unknown_organization"), (2, "r-1", "unknown_organization")],
        )
        assert stored() == [tuple(FIRST)]

    def test_bad_records_keep_their_place_among_the_others(self):
        bad = BadRecord("no_days")
        bad.record_id = "r-7"
        assert told(load(bad, FIRST, FIRST._replace(record_id="r-2", organization="nobody"), bad)) == (
            1,
            0,
            [(0, "r-7", "no_days"), (2, "r-2", "unknown_organization"), (3, "r-7", "no_days")],
        )

    def test_nothing_sent_is_nothing_stored(self):
        assert told(load()) == (0, 0, [])
        assert told(load(BadRecord("no_days"))) == (0, 0, [(0, None, "no_days")])

    def test_more_than_one_copy_is_made_of_many(self):
        rows = [FIRST._replace(record_id=f"r-{number}") for number in range(COPIED_AT_ONCE * 2 + 1)]
        assert told(load(*rows)) == (len(rows), 0, [])
        assert told(load(*rows)) == (0, len(rows), [])

    def test_two_batches_fit_one_transaction(self):
        with tenancy.everything():
            assert told(store([(0, FIRST)], at=NOON)) == (1, 0, [])
            assert told(store([(0, FIRST), (1, FIRST._replace(record_id="r-2"))], at=NOON)) == (1, 1, [])

    def test_too_many_rejects_undo_everything(self):
        lost = [FIRST._replace(record_id=f"x-{number}", organization="nobody") for number in range(3)]
        assert told(load(FIRST, *lost, most_rejects=3))[0] == 1
        for rows in ([FIRST._replace(record_id="r-2"), *lost], [BadRecord("no_days")] * 3):
            with pytest.raises(TooManyRejects):
                load(*rows, most_rejects=2)
        assert [row[0] for row in stored()] == ["r-1"]


@pytest.mark.usefixtures("people")
class TestChangedMonths:
    def test_counted_usage_marks_its_month(self):
        last = {"starts_on": date(2026, 12, 31), "ends_on": date(2027, 1, 1)}
        load(FIRST, FIRST._replace(record_id="r-2", organization="orbit", **last))
        assert changed() == [("acme", "2026-11"), ("orbit", "2026-12")]

    def test_prepaid_usage_marks_every_month_it_touches(self):
        period = {"charge_mode": "prepaid", "starts_on": date(2026, 11, 30), "ends_on": date(2027, 2, 1)}
        load(FIRST._replace(**period))
        assert changed() == [("acme", "2026-11"), ("acme", "2026-12"), ("acme", "2027-01")]
        load(FIRST._replace(record_id="r-2", organization="orbit", **period | {"ends_on": date(2036, 11, 30)}))
        assert len(changed()) == 3 + 121

    def test_uncounted_usage_duplicates_and_rejects_mark_nothing(self):
        load(FIRST._replace(category="marketplace"))
        assert changed() == []
        load(FIRST._replace(record_id="r-2"))
        with tenancy.everything():
            ChangedMonth.objects.all().delete()
        load(FIRST._replace(record_id="r-2"), FIRST._replace(record_id="r-2", product="rds"))
        load(FIRST._replace(record_id="r-3", organization="nobody"))
        assert changed() == []

    def test_a_mark_carries_the_instant_of_the_latest_change(self):
        load(FIRST)
        later = NOON + timedelta(hours=1)
        load(FIRST._replace(record_id="r-2"), at=later)
        with tenancy.everything():
            assert ChangedMonth.objects.get().changed_at == later


ROWS = st.builds(
    UsageRow,
    record_id=st.sampled_from([f"r-{number}" for number in range(6)]),
    organization=st.sampled_from(["acme", "orbit"]),
    product=st.sampled_from(["ecs", "\\", "云"]),
    category=st.sampled_from(["cloud_service", "marketplace"]),
    charge_mode=st.just("on_demand"),
    payment_form=st.just(""),
    list_amount=st.decimals(min_value=-5, max_value=5, places=2).map(lambda amount: amount + 0),
    starts_on=st.dates(date(2026, 10, 30), date(2026, 11, 2)),
    ends_on=st.just(date(2026, 11, 3)),
).map(lambda row: row._replace(ends_on=row.starts_on + timedelta(days=1)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, unique_by=lambda row: row.record_id, max_size=6),
    repeats=st.lists(st.integers(0, 5), max_size=8),
    dice=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(0, 14), max_size=3),
)
def test_neither_order_nor_repeats_nor_batches_change_what_is_stored(people, rows, repeats, dice, cuts):
    sent = rows + [rows[number] for number in repeats if number < len(rows)]
    dice.shuffle(sent)
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    accepted = duplicates = 0
    with tenancy.everything():
        UsageRecord.objects.all().delete()
        ChangedMonth.objects.all().delete()
    for first, after in pairwise(edges):
        outcome = load(*sent[first:after])
        assert outcome.rejected == []
        accepted, duplicates = accepted + outcome.accepted, duplicates + outcome.duplicates
    assert (accepted, duplicates) == (len(rows), len(sent) - len(rows))
    assert stored() == sorted(tuple(row) for row in rows)
    assert changed() == sorted(
        {(row.organization, f"{row.starts_on:%Y-%m}") for row in rows if row.category == "cloud_service"}
    )


@pytest.mark.django_db(transaction=True)
def test_parallel_loads_of_the_same_records_store_each_once(people):
    """Every thread sends all records in an order of its own, half of the threads with other amounts for some."""
    rows = [
        FIRST._replace(record_id=f"r-{number:04}", organization="acme" if number % 2 else "orbit")
        for number in range(1_500)
    ]
    together = threading.Barrier(6)

    def send(number: int) -> Outcome:
        own = [
            row._replace(list_amount=Decimal(number)) if place % 100 == 0 and number % 2 else row
            for place, row in enumerate(rows)
        ]
        random.Random(number).shuffle(own)
        try:
            together.wait(timeout=240)
            return load(*own)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(send, range(6)))
    assert sum(outcome.accepted for outcome in outcomes) == 1_500
    assert all(outcome.accepted + outcome.duplicates + len(outcome.rejected) == 1_500 for outcome in outcomes)
    assert {reject.code for outcome in outcomes for reject in outcome.rejected} == {"record_conflict"}
    assert len(stored()) == 1_500
    assert changed() == [("acme", "2026-11"), ("orbit", "2026-11")]
    assert told(load(*[UsageRow(*row) for row in stored()])) == (0, 1_500, [])
