"""What people are told of their organizations, and what they no longer read once they have left."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts import membership
from common import outbox, tenancy
from notifications.models import Notification
from notifications.notices import notify
from tests import cast


def tell(person, organization, key="k"):
    with tenancy.everything():
        notify(people=[person], kind="quota.low", params={}, url="/", key=key, organization=organization)


def kinds(person) -> list[str]:
    with tenancy.everything():
        return list(Notification.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def remove(people, person, by):
    with tenancy.organization(people.acme.pk):
        membership.remove_member(organization=people.acme, email=person.email, by=by)


def test_who_is_removed_reads_no_notice_of_the_organization_any_more_but_is_told(people):
    tell(people.member, people.acme, "a")
    tell(people.member, people.orbit, "b")
    outbox.relay()
    mail.outbox.clear()
    remove(people, people.member, people.owner)
    outbox.relay()
    assert kinds(people.member) == ["quota.low", "member.removed"]
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["member@acme.example"], "You are no longer a member of Acme")
    ]


def test_who_leaves_is_told_nothing(people):
    tell(people.member, people.acme)
    outbox.relay()
    mail.outbox.clear()
    remove(people, people.member, people.member)
    outbox.relay()
    assert kinds(people.member) == []
    assert mail.outbox == []


def test_a_mail_that_still_waits_is_not_sent_to_who_has_left(people):
    tell(people.member, people.acme)
    remove(people, people.member, people.member)
    outbox.relay(slow=False)
    outbox.relay(slow=True)
    assert mail.outbox == []


def test_who_came_back_before_the_event_left_keeps_what_is_new(people):
    remove(people, people.member, people.owner)
    cast.Membership.objects.create(
        organization=people.acme, person=people.member, role="viewer", since=people.acme.created_at
    )
    tell(people.member, people.acme)
    outbox.relay()
    assert kinds(people.member) == ["quota.low", "member.removed"]


@pytest.mark.parametrize("times", [1, 3])
def test_hearing_of_it_several_times_changes_nothing(people, times):
    remove(people, people.member, people.owner)
    for _time in range(times):
        outbox.relay()
        outbox.retry_now(outbox.OutboxEvent.objects.all())
        outbox.OutboxEvent.objects.update(done_at=None)
    assert kinds(people.member) == ["member.removed"]
