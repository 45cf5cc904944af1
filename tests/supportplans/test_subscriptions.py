from datetime import UTC, date, datetime, timedelta

import pytest

from common import clock, outbox, tenancy
from common.beijing import midnight
from common.models import AuditEntry, OutboxEvent
from common.problems import FieldErrors, OrganizationDisabled
from notifications.kinds import text_of
from notifications.models import Notification
from supportplans.eligibility import AlreadySubscribed, NotEligible, NotSubscribed, TooFrequentChanges
from supportplans.models import ProvisioningTask, Subscription, Term
from supportplans.standing import standing
from supportplans.subscriptions import current_term, lapse_ended_terms, set_auto_renew
from tests.supportplans.conftest import START, queue_business

APRIL = midnight(date(2026, 4, 1))


def nothing_happened(organization) -> None:
    with tenancy.everything():
        assert not Term.objects.filter(organization=organization).exists()
        assert not Subscription.objects.filter(organization=organization).exists()
        assert not ProvisioningTask.objects.filter(organization=organization).exists()
        assert not AuditEntry.objects.filter(organization_id=organization.pk).exists()
        assert not OutboxEvent.objects.filter(topic="subscription.changed").exists()


def provisioning(organization) -> dict[str, str]:
    with tenancy.everything():
        return dict(
            ProvisioningTask.objects.filter(organization=organization).order_by("pk").values_list("kind", "state")
        )


def test_a_plan_begins_with_its_first_term(people, subscribe):
    term = subscribe(people.acme, "enterprise", "yearly", by=people.owner, order_number="O-2026-000007")
    assert (term.tier, term.cycle, term.order_number) == ("enterprise", "yearly", "O-2026-000007")
    assert (term.starts_on, term.ends_on) == (date(2026, 3, 1), date(2027, 3, 1))
    assert term.catalogue_version.number == "2022-01-06"
    with tenancy.organization(people.acme.pk):
        assert current_term(people.acme, START) == term
        chain = Subscription.objects.get()
        assert (chain.anchor_day, chain.paid_since, chain.auto_renew) == (1, date(2026, 3, 1), False)


def test_who_began_it_is_on_record_and_others_are_told_once(people, subscribe):
    subscribe(people.acme, "developer", by=people.owner)
    with tenancy.everything():
        entry = AuditEntry.objects.get(action="subscription.started")
        assert (entry.by, entry.object, entry.before["tier"], entry.after["tier"]) == (
            people.owner.name,
            "acme",
            "basic",
            "developer",
        )
        event = OutboxEvent.objects.get(topic="subscription.changed")
        assert event.organization_id == people.acme.pk
        assert (event.payload["change"], event.payload["tier"], event.payload["ends_on"]) == (
            "started",
            "developer",
            "2026-04-01",
        )


def test_a_plan_begun_on_the_31st_ends_on_the_last_day_of_february(people, subscribe):
    term = subscribe(people.acme, "developer", at=datetime(2026, 1, 31, 2, tzinfo=UTC))
    assert (term.starts_on, term.ends_on) == (date(2026, 1, 31), date(2026, 2, 28))


def test_just_before_midnight_in_beijing_the_old_day_is_the_first_day(people, subscribe):
    term = subscribe(people.acme, "developer", at=APRIL - timedelta(seconds=1))
    assert (term.starts_on, term.ends_on) == (date(2026, 3, 31), date(2026, 4, 30))


def test_lines_groups_and_people_of_the_tier_become_tasks(people, subscribe):
    subscribe(people.acme, "enterprise")
    subscribe(people.orbit, "developer")
    subscribe(people.pine, "premium")
    assert provisioning(people.acme) == {"enterprise_line": "open", "im_group": "open", "tam": "open"}
    assert provisioning(people.orbit) == {}
    assert provisioning(people.pine) == {"im_group": "open", "tam": "open"}


def test_a_second_plan_is_refused(people, subscribe):
    first = subscribe(people.acme, "developer")
    with pytest.raises(AlreadySubscribed) as refused:
        subscribe(people.acme, "business", at=START + timedelta(days=1))
    assert refused.value.document()["code"] == "already_subscribed"
    assert refused.value.action_url == "/o/acme/plan"
    with tenancy.everything():
        assert list(Term.objects.all()) == [first]


@pytest.mark.parametrize(("who", "tier"), [("acme", "standard"), ("pine", "business"), ("isvsoft", "standard")])
def test_a_tier_of_the_other_family_or_of_consulting_partners_is_refused(people, subscribe, who, tier):
    organization = getattr(people, who)
    with pytest.raises(NotEligible) as refused:
        subscribe(organization, tier)
    assert refused.value.document()["code"] == "not_eligible"
    nothing_happened(organization)


@pytest.mark.parametrize(
    ("tier", "cycle", "field"),
    [("gold", "monthly", "tier"), ("basic", "monthly", "tier"), ("developer", "weekly", "cycle"), ("", "", "tier")],
)
def test_unknown_codes_and_the_free_tier_are_field_errors(people, subscribe, tier, cycle, field):
    with pytest.raises(FieldErrors) as refused:
        subscribe(people.acme, tier, cycle)
    assert field in refused.value.errors
    nothing_happened(people.acme)


def first_of(month: int) -> datetime:
    """A second into it: who subscribes then has let the term before run out."""
    return midnight(date(2026, month, 1)) + timedelta(seconds=1)


def test_the_fourth_tier_within_ninety_days_is_refused(people, subscribe):
    for month, tier in ((1, "developer"), (2, "business"), (3, "developer"), (4, "business")):
        subscribe(people.acme, tier, at=first_of(month))
    with pytest.raises(TooFrequentChanges) as refused:
        subscribe(people.acme, "developer", at=first_of(5))
    assert refused.value.document()["code"] == "too_frequent_changes"
    with tenancy.everything():
        assert Term.objects.count() == 4
    subscribe(people.acme, "business", at=first_of(5))


def test_ninety_days_after_the_first_change_another_is_allowed(people, subscribe):
    for month, tier in ((1, "developer"), (2, "business"), (3, "developer"), (4, "business")):
        subscribe(people.acme, tier, at=first_of(month))
    assert subscribe(people.acme, "developer", at=first_of(5) + timedelta(days=1)).tier == "developer"


def test_who_returns_within_a_year_keeps_the_service_year_and_gets_a_new_anchor(people, subscribe):
    subscribe(people.pine, "standard", at=midnight(date(2026, 3, 15)))
    subscribe(people.pine, "standard", at=midnight(date(2027, 4, 14)))
    with tenancy.organization(people.pine.pk):
        chain = Subscription.objects.get()
        assert (chain.anchor_day, chain.paid_since) == (14, date(2026, 3, 15))
    subscribe(people.pine, "standard", at=midnight(date(2028, 5, 14)))
    with tenancy.organization(people.pine.pk):
        assert Subscription.objects.get().paid_since == date(2028, 5, 14)


def test_the_daily_job_closes_an_ended_term_and_retires_what_came_with_it(people, subscribe):
    subscribe(people.acme, "business")
    with tenancy.organization(people.acme.pk):
        set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner)
    with clock.at(APRIL):
        assert lapse_ended_terms(at=APRIL) == {"closed": 1}
    with tenancy.everything():
        term = Term.objects.get()
        assert (term.left_at, term.left_because) == (APRIL, "lapsed")
        assert Subscription.objects.get().auto_renew is False
        entry = AuditEntry.objects.get(action="subscription.lapsed")
        assert (entry.by, entry.before["tier"], entry.after["tier"]) == ("portal", "business", "basic")
        told = OutboxEvent.objects.filter(topic="subscription.changed", payload__change="lapsed").get()
        assert told.payload["at"] == "2026-03-31T16:00:00+00:00"
    assert provisioning(people.acme) == {"enterprise_line": "retired", "im_group": "retired"}


def test_the_job_leaves_running_terms_alone_until_their_last_moment_is_over(people, subscribe):
    subscribe(people.acme, "business")
    almost = APRIL - timedelta(seconds=1)
    with clock.at(almost):
        assert lapse_ended_terms(at=almost) == {"closed": 0}
    with tenancy.everything():
        assert Term.objects.get().left_at is None


def test_the_job_run_late_and_twice_closes_each_term_once_at_its_true_time(people, subscribe):
    subscribe(people.acme, "business")
    subscribe(people.pine, "standard", at=START + timedelta(days=5))
    late = START + timedelta(days=100)
    with clock.at(late):
        assert lapse_ended_terms(at=late) == {"closed": 2}
        assert lapse_ended_terms(at=late) == {"closed": 0}
    with tenancy.everything():
        assert list(Term.objects.order_by("pk").values_list("left_at", flat=True)) == [
            APRIL,
            midnight(date(2026, 4, 6)),
        ]
        assert OutboxEvent.objects.filter(payload__change="lapsed").count() == 2
        assert AuditEntry.objects.filter(action="subscription.lapsed").count() == 2


def test_the_job_keeps_what_a_plan_bought_after_the_end_includes(people, subscribe):
    subscribe(people.acme, "enterprise")
    subscribe(people.acme, "business", at=APRIL + timedelta(minutes=5))
    with tenancy.organization(people.acme.pk):
        set_auto_renew(organization=people.acme, on=True, at=APRIL + timedelta(minutes=6), by=people.owner)
    with clock.at(APRIL + timedelta(hours=1)):
        lapse_ended_terms(at=APRIL + timedelta(hours=1))
    assert provisioning(people.acme) == {"enterprise_line": "open", "im_group": "open", "tam": "retired"}
    with tenancy.everything():
        assert Subscription.objects.get().auto_renew is True


def test_a_renewed_term_is_closed_as_renewed_and_the_next_tier_is_set_up(people, subscribe):
    running = subscribe(people.acme, "developer")
    queue_business(running)
    with clock.at(APRIL):
        lapse_ended_terms(at=APRIL)
    with tenancy.everything():
        running.refresh_from_db()
        assert running.left_because == "renewed"
        assert AuditEntry.objects.filter(action="subscription.renewed").count() == 1
    assert provisioning(people.acme) == {"enterprise_line": "open", "im_group": "open"}


def test_renewal_by_itself_is_switched_on_and_off_with_a_record(people, subscribe):
    subscribe(people.acme, "business")
    with tenancy.organization(people.acme.pk), clock.at(START):
        assert set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner).auto_renew is True
        assert set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner).auto_renew is True
        assert AuditEntry.objects.filter(action="subscription.auto_renew").count() == 1
        assert set_auto_renew(organization=people.acme, on=False, at=START, by=people.owner).auto_renew is False


def test_what_was_paid_begins_though_the_organization_is_disabled_but_renewal_cannot_be_switched(people, subscribe):
    people.acme.disabled_at = START
    people.acme.save(update_fields=["disabled_at"])
    subscribe(people.acme, "developer")
    with tenancy.organization(people.acme.pk):
        with pytest.raises(OrganizationDisabled):
            set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner)
        assert standing(people.acme, START).auto_renew is False


def test_the_free_tier_has_nothing_to_renew(people, catalogue):
    with tenancy.organization(people.acme.pk):
        with pytest.raises(NotSubscribed) as refused:
            set_auto_renew(organization=people.acme, on=True, at=START, by=people.owner)
        assert refused.value.document()["code"] == "not_subscribed"
        assert standing(people.acme, START).auto_renew is False
    nothing_happened(people.acme)


def test_owner_and_billing_hear_that_a_plan_ended(people, subscribe):
    subscribe(people.acme, "business")
    with clock.at(APRIL):
        lapse_ended_terms(at=APRIL)
        outbox.relay(limit=50)
        outbox.relay(limit=50)
    with tenancy.everything():
        told = Notification.objects.filter(kind="subscription.lapsed").order_by("person_id")
        assert {notice.person for notice in told} == {people.owner, people.billing}
        assert text_of(told[0].kind, told[0].params) == "The plan Business of Acme has ended; basic support goes on."
