"""What a settled month says, what it invoices, and what late usage does to it (spec page 3, sections 3.6 and 3.7)."""

from datetime import date
from decimal import Decimal

import pytest

from common import tenancy
from common.beijing import Month
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors
from supportplans.models import Subscription
from tests.billing.conftest import catalogue  # noqa: F401
from tests.billing.months import (
    DECEMBER,
    NOVEMBER,
    balances,
    beijing,
    documents,
    figures,
    hold,
    lines,
    load,
    marks,
    settle,
    settlements,
    upgrade,
    used,
)


@pytest.fixture
def acme(catalogue, people):
    return people.acme


def worked_example(acme) -> None:
    """Developer until and with 10 November, business from the 11th on; 100 a day, then 5,000 a day."""
    upgrade(acme, "developer", "business", "2026-11-01T00:00", "2026-11-10T12:00")
    load(used(acme, "100.00", date(2026, 11, 1), 10), used(acme, "5000.00", date(2026, 11, 11), 20))


def test_the_worked_example_is_settled_for_8612_54(acme):
    worked_example(acme)
    assert settle() == (1, 0)
    (settled,) = settlements(acme)
    assert settled.segments == [
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
    ]
    assert (settled.incremental, settled.total) == (Decimal("8612.54"), Decimal("8612.54"))
    assert settled.settled_at == beijing("2026-12-01T02:00")


def test_its_invoice_is_payable_within_ten_days(acme):
    worked_example(acme)
    settle()
    (invoice,) = documents(acme)
    assert (invoice.number, invoice.status, invoice.total) == ("INV-2026-000001", "open", Decimal("8612.54"))
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 12, 1), date(2026, 12, 11))
    assert invoice.tax_included == Decimal("487.50")
    (line,) = invoice.lines.all()
    assert (line.code, line.amount, line.days, line.of_days) == ("incremental_fee", Decimal("8612.54"), 20, 30)
    assert (line.starts_on, line.ends_on) == (date(2026, 11, 1), date(2026, 12, 1))
    assert line.params == {
        "tier": {"en": "Business", "zh": line.params["tier"]["zh"]},
        "month": "2026-11",
        "days": 20,
        "usage": "100000.00",
        "gross": "9079.21",
        "included": "466.67",
    }
    assert balances(acme) == {"receivable": "8612.54", "tax_payable": "-487.50", "usage_revenue": "-8125.04"}


def test_it_is_recorded_and_told(acme):
    worked_example(acme)
    settle()
    event = OutboxEvent.objects.get(topic="invoice.issued")
    assert (event.key, event.organization_id, event.payload["total"]) == ("INV-2026-000001", acme.pk, "8612.54")
    with tenancy.everything():
        assert AuditEntry.objects.filter(action="invoice.issued", object="INV-2026-000001").count() == 1
        assert AuditEntry.objects.get(action="settlement.run").after == {"settled": 1}


def test_the_plan_will_be_suspended_15_days_after_the_due_date(acme):
    worked_example(acme)
    settle()
    with tenancy.everything():
        assert Subscription.objects.get(organization=acme).suspended_at == beijing("2026-12-26T00:00")


def test_a_second_run_adds_nothing(acme):
    worked_example(acme)
    settle()
    assert settle() == (0, 1)
    assert (len(settlements(acme)), len(documents(acme))) == (1, 1)


def test_a_month_that_is_not_over_is_refused(acme):
    worked_example(acme)
    with pytest.raises(FieldErrors) as refused:
        settle(NOVEMBER, at=beijing("2026-11-30T23:59"))
    assert "2026-11 is not over yet." in refused.value.errors["month"][0]
    assert settlements(acme) == []


def test_a_month_without_a_fee_is_settled_without_an_invoice(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "6999.99", date(2026, 11, 15)))
    assert settle() == (1, 0)
    (settled,) = settlements(acme)
    assert (settled.total, settled.segments[0]["gross"], settled.segments[0]["included"]) == (0, "700.00", "700.00")
    assert documents(acme) == []


def test_who_was_on_basic_all_month_is_not_settled(acme):
    load(used(acme, "5000.00", date(2026, 11, 15)))
    hold(acme, "business", "2026-12-01T00:00")
    assert settle() == (0, 0)
    assert marks(acme) == []


def test_partners_have_no_settlement(catalogue, people):
    hold(people.pine, "standard", "2026-11-01T00:00", family="partner")
    load(used(people.pine, "5000000.00", date(2026, 11, 15)))
    assert settle() == (0, 0)
    assert (settlements(people.pine), documents(people.pine)) == ([], [])


def test_who_left_inside_the_month_is_settled_for_its_days(acme):
    """10 days, the day of leaving included: 7,000.00 less 700.00 × 10 / 30."""
    hold(acme, "business", "2026-11-01T00:00", left="2026-11-10T15:00")
    load(used(acme, "7000.00", date(2026, 11, 1), 30))
    settle()
    (settled,) = settlements(acme)
    assert [(one["days"], one["usage"], one["included"]) for one in settled.segments] == [(10, "70000.00", "233.33")]
    assert settled.total == Decimal("6766.67")


def test_a_term_that_ran_out_is_settled_until_its_last_day(acme):
    hold(acme, "business", "2026-10-11T09:00", cycle="monthly")
    load(used(acme, "7000.00", date(2026, 11, 1), 30))
    settle()
    assert [one.segments[0]["days"] for one in settlements(acme)] == [21, 10]


def test_a_queued_term_that_was_cancelled_was_never_held(acme):
    hold(acme, "business", "2026-11-20T00:00", left="2026-11-20T00:00", because="not_begun")
    load(used(acme, "70000.00", date(2026, 11, 20)))
    assert settle() == (0, 0)


def test_only_cloud_services_count_and_prepaid_is_spread(acme):
    """Of 9,000.00 over 90 days from 16 October 3,000.00 fall into November."""
    hold(acme, "business", "2026-11-01T00:00")
    load(
        used(acme, "9000.00", date(2026, 10, 16), 90, prepaid=True),
        used(acme, "7000.00", date(2026, 11, 3)),
        used(acme, "999999.00", date(2026, 11, 3), category="marketplace"),
    )
    settle()
    assert settlements(acme)[0].segments[0]["usage"] == "10000.00"
    assert settlements(acme)[0].total == Decimal("300.00")


# ---- late usage --------------------------------------------------------------------------------------------------


def test_late_usage_is_an_adjustment_in_the_next_run(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "20000.00", date(2026, 11, 3)))
    settle()
    load(used(acme, "1000.00", date(2026, 11, 30)), at=beijing("2026-12-02T10:00"))
    assert marks(acme) == ["2026-11"]
    settle(DECEMBER)
    assert figures(acme) == [("2026-11", "1300.00"), ("2026-12", "100.00")]
    (adjustment,) = settlements(acme)[1].adjustments.all()
    assert (adjustment.month, adjustment.amount) == (date(2026, 11, 1), Decimal("100.00"))
    assert adjustment.segments[0]["incremental"] == "1400.00"
    assert lines(documents(acme)[1]) == [("adjustment", "100.00")]
    assert documents(acme)[1].lines.all()[0].params == {"month": "2026-11", "billed": "1300.00", "now": "1400.00"}
    assert marks(acme) == []


def test_fee_and_adjustment_stand_on_one_invoice(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "20000.00", date(2026, 11, 3)), used(acme, "50000.00", date(2026, 12, 3)))
    settle()
    load(used(acme, "-5000.00", date(2026, 11, 3)))
    settle(DECEMBER)
    assert lines(documents(acme)[1]) == [("incremental_fee", "4300.00"), ("adjustment", "-500.00")]
    assert (documents(acme)[1].total, settlements(acme)[1].incremental) == (Decimal("3800.00"), Decimal("4300.00"))


def test_a_correction_down_becomes_a_credit_note_of_the_unpaid_invoice(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "20000.00", date(2026, 11, 3)))
    settle()
    load(used(acme, "-5000.00", date(2026, 11, 3)))
    settle(DECEMBER)
    invoice, note = documents(acme)
    assert (note.total, note.credits, note.settlement.month) == (Decimal("-500.00"), invoice, date(2026, 12, 1))
    assert lines(note) == [("adjustment", "-500.00")]
    assert (invoice.status, invoice.outstanding) == ("open", Decimal("800.00"))
    assert figures(acme) == [("2026-11", "1300.00"), ("2026-12", "-500.00")]
    assert balances(acme)["receivable"] == "800.00"


def test_an_invoice_that_is_credited_whole_suspends_nothing(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "20000.00", date(2026, 11, 3)))
    settle()
    load(used(acme, "-20000.00", date(2026, 11, 3)))
    settle(DECEMBER)
    assert [document.status for document in documents(acme)] == ["void", "paid"]
    with tenancy.everything():
        assert Subscription.objects.get(organization=acme).suspended_at is None
    assert balances(acme) == {}


def test_an_adjustment_is_measured_by_all_that_was_billed_before(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "20000.00", date(2026, 11, 3)))
    settle()
    for month, late, amount in (
        (Month(2026, 12), "1000.00", "100.00"),
        (Month(2027, 1), "-3000.00", "-300.00"),
        (Month(2027, 2), "2000.00", "200.00"),
    ):
        load(used(acme, late, date(2026, 11, 9)))
        settle(month)
        assert figures(acme)[-1] == (str(month), amount)
    assert sum(one.total for one in settlements(acme)) == Decimal("1300.00")


def test_changes_that_come_to_nothing_are_no_adjustment(acme):
    hold(acme, "business", "2026-11-01T00:00")
    load(used(acme, "20000.00", date(2026, 11, 3)))
    settle()
    load(used(acme, "500.00", date(2026, 11, 4)), used(acme, "-500.00", date(2026, 11, 5)))
    settle(DECEMBER)
    assert figures(acme) == [("2026-11", "1300.00"), ("2026-12", "0.00")]
    assert list(settlements(acme)[1].adjustments.all()) == []
    assert marks(acme) == []


def test_who_has_left_is_still_settled_for_late_usage_of_its_days(acme):
    hold(acme, "business", "2026-11-01T00:00", left="2026-11-30T15:00")
    load(used(acme, "20000.00", date(2026, 11, 3)))
    settle()
    load(used(acme, "1000.00", date(2026, 11, 4)))
    assert settle(DECEMBER) == (1, 0)
    assert figures(acme) == [("2026-11", "1300.00"), ("2026-12", "100.00")]
    assert settlements(acme)[1].segments == []
    assert settle(Month(2027, 1)) == (0, 0)


def test_late_usage_can_move_the_share_of_every_segment(acme):
    """The whole month picks the brackets: a record of a developer day changes what the business days cost."""
    worked_example(acme)
    settle()
    load(used(acme, "99000.00", date(2026, 11, 10)))
    settle(DECEMBER)
    (adjustment,) = settlements(acme)[1].adjustments.all()
    # U = 200,000: developer 6,000 × 1/2 − 66.67, business (7,000 + 9,100) × 1/2 − 466.67.
    assert [one["incremental"] for one in adjustment.segments] == ["2933.33", "7583.33"]
    assert adjustment.amount == Decimal("2933.33") + Decimal("7583.33") - Decimal("8612.54")
