"""What this app does when it hears of an outbox event: mail leaves, people are told.

A handler may run twice; a mail's Message-ID is the same then, and mail programs show it once.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from accounts import invitations
from accounts.access import people_with_role
from accounts.models import Invitation, Membership, Organization, Person
from common import outbox
from common.beijing import date_of
from common.models import OutboxEvent
from notifications import digest, mail, sms
from notifications.kinds import subject_of
from notifications.models import Notification
from notifications.notices import MAIL_TOPIC, SMS_TOPIC, notify


@outbox.handles(MAIL_TOPIC, slow=True)
def mail_notice(event: OutboxEvent) -> None:
    """One notice to one person; nobody is written to who has left meanwhile."""
    told = (
        Notification.objects.select_related("person", "organization")
        .filter(person_id=event.payload["person"], key=event.payload["key"], person__is_active=True)
        .first()
    )
    if told is None:
        return
    mail.send(
        mail.Letter(
            to=told.person.email,
            name=told.person.display_name(),
            language=mail.language_for(told.person, told.organization),
            kind=told.kind,
            params=told.params,
            url=told.url,
            number=f"notice.{told.pk}",
        )
    )


@outbox.handles(SMS_TOPIC, slow=True)
def text_notice(event: OutboxEvent) -> None:
    """One notice to one mobile phone; none to who has left or has no number any more."""
    told = (
        Notification.objects.select_related("person__notice_settings", "organization")
        .filter(person_id=event.payload["person"], key=event.payload["key"], person__is_active=True)
        .first()
    )
    settings = getattr(told.person, "notice_settings", None) if told else None
    if told is None or settings is None or not settings.phone:
        return
    with translation.override(mail.language_for(told.person, told.organization)):
        words = subject_of(told.kind, told.params)
    sms.send(phone=settings.phone, text=sms.fitted(words, mail.absolute(told.url)), number=f"notice.{told.pk}")


@outbox.handles(digest.TOPIC, slow=True)
def mail_digest(event: OutboxEvent) -> None:
    """A day's digest to its reader."""
    digest.mail_digest(event.payload["digest"])


@outbox.handles("invitation.sent", slow=True)
def mail_invitation(event: OutboxEvent) -> None:
    """The link to the invited mailbox; none for an invitation that was revoked, accepted or sent again meanwhile."""
    invitation = (
        Invitation.objects.select_related("organization", "invited_by")
        .filter(pk=event.payload["invitation"], accepted_at=None)
        .first()
    )
    if invitation is None or invitation.created_at.isoformat() != event.payload["sent_at"]:
        return
    person = Person.objects.filter(email=invitation.email).first()
    is_member = person is not None and invitation.organization.memberships.filter(person=person).exists()
    by = invitation.invited_by
    mail.send(
        mail.Letter(
            to=invitation.email,
            language=mail.language_for(person, invitation.organization),
            kind="account.made" if is_member else "invitation",
            params={
                "by": by.display_name() if by else invitation.organization.name,
                "organization": invitation.organization.name,
                "role": invitation.role,
                "expires_on": date_of(invitation.expires_at).isoformat(),
            },
            url=invitations.link(invitation),
            number=f"invitation.{invitation.pk}.{event.pk}",
        )
    )


@outbox.handles("member.joined")
def tell_owners(event: OutboxEvent) -> None:
    """The owners learn that an invitation was accepted."""
    membership = _membership(event)
    if membership is None:
        return
    organization = membership.organization
    notify(
        people=[owner for owner in people_with_role(organization.pk, "owner") if owner != membership.person],
        kind="member.joined",
        params={
            "person": membership.person.display_name(),
            "organization": organization.name,
            "role": membership.role,
        },
        url=reverse("accounts:members", args=[organization.slug]),
        key=f"member.joined:{membership.pk}",
        organization=organization,
    )


@outbox.handles("member.role_changed")
def tell_of_role(event: OutboxEvent) -> None:
    """A person learns of a role that somebody else gave them."""
    membership = _membership(event)
    if membership is None or membership.person_id == event.payload["by"]:
        return
    organization = membership.organization
    notify(
        people=[membership.person],
        kind="member.role",
        params={"by": _name(event), "organization": organization.name, "role": event.payload["role"]},
        url=reverse("portal:organization", args=[organization.slug]),
        key=f"member.role:{event.pk}",
        organization=organization,
    )


@outbox.handles("member.left")
def forget_notices(event: OutboxEvent) -> None:
    """Who is no longer a member reads no notice of the organization any more; who was removed is told so."""
    organization = _organization(event)
    people = Person.objects.filter(pk=event.payload["person"], is_active=True)
    came_back = organization.memberships.filter(person__in=people).exists()
    if not came_back:
        Notification.objects.filter(person_id=event.payload["person"], organization=organization).delete()
    if event.payload["by"] == event.payload["person"]:
        return
    notify(
        people=people,
        kind="member.removed",
        params={"by": _name(event), "organization": organization.name},
        url=reverse("portal:home"),
        key=f"member.removed:{event.payload['membership']}",
    )


def _organization(event: OutboxEvent) -> Organization:
    assert event.organization_id is not None
    return Organization.objects.get(pk=event.organization_id)


def _membership(event: OutboxEvent) -> Membership | None:
    rows = Membership.objects.select_related("person", "organization")
    return rows.filter(pk=event.payload["membership"]).first()


def _name(event: OutboxEvent) -> str:
    by = Person.objects.filter(pk=event.payload["by"]).first()
    return by.display_name() if by else ""
