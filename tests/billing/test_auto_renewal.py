"""Plans that renew by themselves: page 3.1."""

from datetime import date, datetime, timedelta

import pytest

from billing.buying.auto_renewal import renew_plans
from billing.models import Order, Payment, Refund
from billing.paying import methods as payment_methods
from common import clock, outbox, tenancy
from common.beijing import BEIJING, midnight
from common.models import JobRun
from notifications.models import Notification
from supportplans.models import Term
from supportplans.standing import standing
from supportplans.subscriptions import set_auto_renew
from tests.billing.conftest import notify, now, order, payment_of, snapshot

MARCH = datetime(2026, 3, 1, 10, tzinfo=BEIJING)
END = date(2026, 4, 1)


def morning(day: int) -> datetime:
    """When the job runs on a day of March."""
    return datetime(2026, 3, day, 0, 10, tzinfo=BEIJING)


@pytest.fixture
def renewing(people, buy):
    """acme holds business, monthly from 1 March to 1 April 2026, and renews by itself."""
    buy(people.acme, people.owner, "subscribe", when=MARCH, tier="business", cycle="monthly")
    switch(people, on=True, at=MARCH)
    return people.acme


def switch(people, *, on: bool, at: datetime) -> None:
    with tenancy.organization(people.acme.pk), clock.at(at):
        set_auto_renew(organization=people.acme, on=on, at=at, by=people.owner)


def store(people, behaviour="succeed", at=MARCH):
    with tenancy.organization(people.acme.pk), clock.at(at):
        return payment_methods.add(
            organization=people.acme, gateway="sandbox", at=at, by=people.owner, fields={"behaviour": behaviour}
        )


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """`run(24)`: the job of 24 March; the charges that it began are carried out."""

    def on(day: int, at: datetime | None = None) -> dict[str, int]:
        at = at or morning(day)
        with clock.at(at), django_capture_on_commit_callbacks(execute=True):
            return renew_plans(at=at)

    return on


def tries() -> list[tuple[str, str]]:
    with tenancy.everything():
        return list(Order.objects.filter(action="renew").order_by("pk").values_list("status", "cancel_reason"))


def told(person, kind: str) -> list[dict]:
    with tenancy.everything():
        return list(
            Notification.objects.filter(person=person, kind=kind).order_by("pk").values_list("params", flat=True)
        )


def queued(organization) -> Term | None:
    with tenancy.everything():
        return Term.objects.filter(organization=organization, left_at=None, began_at=midnight(END)).first()


def test_seven_days_before_the_end_the_plan_is_renewed_and_charged(people, renewing, run):
    store(people)
    assert run(24) == {}
    assert run(25) == {"ordered": 1}
    with tenancy.everything():
        placed = Order.objects.get(action="renew")
        payment = Payment.objects.get(order=placed)
    assert (placed.status, placed.placed_by, str(placed.total)) == ("fulfilled", None, "700.00")
    assert (payment.status, payment.method_id is not None) == ("succeeded", True)
    assert (queued(renewing).tier, queued(renewing).ends_on) == ("business", date(2026, 5, 1))
    for person in (people.owner, people.billing):
        facts = told(person, "renewal.done")[0]
        assert (facts["total"], facts["tier"]["en"], facts["starts_on"]) == ("700.00", "Business", "2026-04-01")
    assert told(people.member, "renewal.done") == []
    # Of the subscription; the renewal is told in words of its own.
    assert len(told(people.owner, "order.fulfilled")) == 1
    with tenancy.organization(renewing.pk):
        assert standing(renewing, midnight(END)).auto_renew is True


def test_run_again_it_renews_nothing_more(people, renewing, run):
    store(people)
    run(25)
    before = snapshot()
    assert run(25) == {}
    assert run(26) == {}
    assert snapshot() == before


def test_a_declined_method_is_tried_again_every_day_with_a_new_order(people, renewing, run):
    store(people, "decline")
    assert [run(day) for day in (25, 26, 27)] == [{"ordered": 1}] * 3
    assert tries() == [("cancelled", "expired"), ("cancelled", "expired"), ("awaiting_payment", "")]
    assert [facts["ends_on"] for facts in told(people.billing, "renewal.declined")] == ["2026-04-01"] * 3
    assert told(people.owner, "payment.declined") == []
    store(people, "succeed")
    with tenancy.organization(renewing.pk):
        good = payment_methods.access.payment_methods_of(renewing).first()
        payment_methods.set_default(method=good, is_default=True, by=people.owner)
    assert run(28) == {"ordered": 1}
    assert tries()[-1] == ("fulfilled", "")
    assert queued(renewing) is not None


def test_on_one_day_it_is_tried_once(people, renewing, run):
    store(people, "decline")
    run(25)
    assert run(25) == {}
    assert run(25, morning(25) + timedelta(hours=23)) == {}
    assert len(tries()) == 1


def test_the_last_try_is_on_the_last_day(people, renewing, run):
    store(people, "decline")
    assert run(31) == {"ordered": 1}
    with tenancy.everything():
        assert Order.objects.get(action="renew").pay_until == midnight(END)
    assert run(1, midnight(END)) == {}


def test_without_a_stored_method_nothing_is_ordered_and_its_people_are_told(people, renewing, run):
    assert run(25) == {"no_method": 1}
    assert run(25) == {"no_method": 1}
    assert run(26) == {"no_method": 1}
    assert tries() == []
    assert [facts["ends_on"] for facts in told(people.owner, "renewal.no_method")] == ["2026-04-01"] * 2


def test_who_does_not_renew_by_itself_or_has_renewed_is_left_alone(people, renewing, buy, run):
    store(people)
    switch(people, on=False, at=MARCH)
    assert run(25) == {}
    switch(people, on=True, at=morning(25))
    buy(renewing, people.owner, "renew", when=morning(25))
    assert run(26) == {}
    assert len(tries()) == 1


def test_a_disabled_organization_is_not_renewed(people, renewing, run):
    store(people)
    renewing.disabled_at = MARCH
    renewing.save(update_fields=["disabled_at"])
    assert run(25) == {}


def test_the_wish_for_the_next_term_is_bought(people, renewing, buy, run):
    store(people)
    buy(renewing, people.owner, "change_tier", when=MARCH, tier="developer", at="renewal")
    run(25)
    assert (queued(renewing).tier, str(queued(renewing).price)) == ("developer", "200.00")


def test_a_tier_that_cannot_be_renewed_is_told_and_the_others_go_on(people, renewing, run):
    store(people)
    people.acme.kind, people.acme.partner_type = "customer", ""
    from supportplans.publishing import publish
    from tests.supportplans.catalogue_versions import without_tier

    with tenancy.everything(), clock.at(MARCH):
        publish(document=without_tier("2026-04-01", "business"), by=people.admin)
    assert run(25) == {"not_possible": 1}
    assert tries() == []
    assert len(told(people.owner, "renewal.not_possible")) == 1


def test_switched_off_it_leaves_no_order_behind_and_late_money_goes_back(people, renewing, run):
    store(people, "decline")
    run(25)
    by_hand = morning(25) + timedelta(hours=1)
    switch(people, on=False, at=by_hand)
    with clock.at(by_hand):
        outbox.relay(limit=50)
    assert tries() == [("cancelled", "asked")]
    with tenancy.everything():
        placed = Order.objects.get(action="renew")
    notify(payment_of(placed), at=by_hand + timedelta(hours=1))
    assert queued(renewing) is None
    with tenancy.everything():
        assert str(Refund.objects.get().amount) == "700.00"


def test_switched_off_it_keeps_an_order_that_a_person_placed(people, renewing):
    placed = order(renewing, people.owner, "renew", when=morning(25))
    switch(people, on=False, at=morning(25))
    with clock.at(morning(25)):
        outbox.relay(limit=50)
    assert now(placed).status == "awaiting_payment"


def test_after_downtime_it_goes_on_with_the_day_it_is(people, renewing, django_capture_on_commit_callbacks):
    from common.jobs import run_if_due
    from portal.celery import job_named

    store(people)
    JobRun.objects.create(name="billing.auto_renewal", last_due_at=morning(20))
    late = morning(29) + timedelta(hours=15)
    with clock.at(late), django_capture_on_commit_callbacks(execute=True):
        assert run_if_due(job_named("billing.auto_renewal"))
    with tenancy.everything():
        assert Order.objects.get(action="renew").placed_at == late
    assert queued(renewing) is not None
