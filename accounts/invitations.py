"""Inviting people by e-mail with a role, for 7 days (spec page 1 'Joining and leaving').

The secret of the link is worked out from the invitation's seed and SECRET_KEY when its mail is written, so that it
stands in no row and no outbox event. Who holds the link has read the mailbox: that proves it theirs.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, Organization, Person
from accounts.people import has_proven_mailbox, mailbox, make_person, person_with, prove_mailbox, rename
from accounts.refusals import AlreadyMember, InvitationEnded, SignInFirst, StaffAccount, TooMany, WrongMailbox
from accounts.tokens import digest
from common import audit, clock, outbox, tenancy
from common.problems import FieldErrors, NotFound, OrganizationDisabled

LASTS = timedelta(days=7)
MOST_OPEN = 200
SALT = "accounts.invitation"


def invite(*, organization: Organization, email: str, role: str, by: Person) -> Invitation:
    """Invite a mailbox; an open invitation of the same mailbox is renewed, its earlier link ends.

    In the organization's tenant scope. Raises FieldErrors (also for a mailbox of the staff), AlreadyMember,
    OrganizationDisabled, TooMany.
    """
    address = mailbox(email)
    check_role(role)
    person = person_with(address)
    if person is not None and person.staff_role():
        raise FieldErrors({"email": [str(StaffAccount.default_detail)]})
    if organization.is_disabled:
        raise OrganizationDisabled
    if person is not None and Membership.objects.filter(organization=organization, person=person).exists():
        raise AlreadyMember
    # Two owners who invite one mailbox at once take turns here.
    Organization.objects.select_for_update().get(pk=organization.pk)
    if Invitation.objects.filter(organization=organization, accepted_at=None).count() >= MOST_OPEN:
        raise TooMany(_("An organization may have %(most)s open invitations. Revoke old ones.") % {"most": MOST_OPEN})
    invitation = _send(organization, address, role, by)
    audit.record(by=by, organization_id=organization.pk, action="member.invited", object=address, after={"role": role})
    return invitation


def send_first_password(*, organization: Organization, owner: Person, by: Person) -> Invitation:
    """The mail to a person who is a member already and only lacks a password."""
    return _send(organization, owner.email, Membership.Role.OWNER, by)


def resend(*, invitation: Invitation, by: Person) -> Invitation:
    """Send the invitation again, with a new link and 7 new days."""
    if invitation.organization.is_disabled:
        raise OrganizationDisabled
    return _send(invitation.organization, invitation.email, invitation.role, by)


def revoke(*, invitation: Invitation, by: Person) -> None:
    """The link ends at once."""
    audit.record(
        by=by,
        organization_id=invitation.organization_id,
        action="invitation.revoked",
        object=invitation.email,
        before={"role": invitation.role},
    )
    invitation.delete()


def change_invited_role(*, invitation: Invitation, role: str, by: Person) -> Invitation:
    """The role that the invited person will have."""
    check_role(role)
    before, invitation.role = invitation.role, role
    invitation.save(update_fields=["role"])
    audit.record(
        by=by,
        organization_id=invitation.organization_id,
        action="invitation.changed",
        object=invitation.email,
        before={"role": before},
        after={"role": role},
    )
    return invitation


def check_role(role: str) -> None:
    """Raises FieldErrors unless it is a role of organizations."""
    if role not in Membership.Role.values:
        raise FieldErrors({"role": [_("Choose owner, billing, member or viewer.")]})


def link(invitation: Invitation) -> str:
    """The path in the invitation's mail."""
    return reverse("accounts:invitation", kwargs={"token": _secret(invitation.seed)})


def invitation_of(token: str) -> Invitation:
    """The open invitation of a link. Raises NotFound for an unknown one, InvitationEnded for a used or late one."""
    invitation = (
        Invitation.objects.select_related("organization", "invited_by").filter(token_hash=digest(token)).first()
    )
    if invitation is None:
        raise NotFound(_("This invitation does not exist any more. Ask for a new one."))
    if invitation.accepted_at is not None or invitation.expires_at <= clock.now():
        raise InvitationEnded
    return invitation


def needs_account(invitation: Invitation) -> bool:
    """True where the mailbox has no account that anybody has proven to own: then a password is chosen here."""
    person = person_with(invitation.email)
    return person is None or not has_proven_mailbox(person)


def accept(*, token: str, by: Person) -> Membership:
    """The signed-in person of the invited mailbox joins. A person who joined another way meanwhile keeps the role.

    Raises NotFound, InvitationEnded, WrongMailbox, StaffAccount, OrganizationDisabled.
    """
    with transaction.atomic():
        invitation = _held(token)
        if by.staff_role():
            raise StaffAccount
        if by.email != invitation.email:
            sentence = _("It was sent to %(invited)s, and you are signed in as %(email)s.")
            raise WrongMailbox(sentence % {"invited": invitation.email, "email": by.email})
        return _join(invitation, by)


def accept_own(*, invitation: Invitation, by: Person) -> Membership:
    """The same from inside, for a person who has proven the invited mailbox by signing in with it."""
    return accept(token=_secret(invitation.seed), by=by)


def accept_with_new_account(*, token: str, name: str, password: str, language: str) -> Person:
    """Make the invited mailbox's account with this password and join; nobody is signed in yet.

    Raises SignInFirst where the mailbox has an account that was proven before, FieldErrors for a weak password, and
    what `accept` raises.
    """
    with transaction.atomic():
        invitation = _held(token)
        person = person_with(invitation.email)
        if person is not None and (person.staff_role() or not person.is_active or has_proven_mailbox(person)):
            raise SignInFirst
        if person is None:
            person = make_person(email=invitation.email, language=language, by=None)
        person.name = name
        try:
            password_validation.validate_password(password, person)
        except ValidationError as error:
            raise FieldErrors({"password": list(error.messages)}) from error
        rename(by=person, name=name)
        # Whoever signed up with this mailbox without proving it loses the password chosen then.
        person.set_password(password)
        person.save(update_fields=["password"])
        prove_mailbox(person)
        _join(invitation, person)
    return person


def _held(token: str) -> Invitation:
    """Locked: of two who accept at once the second is told that it has ended."""
    found = invitation_of(token)
    Invitation.objects.select_for_update().filter(pk=found.pk).first()
    invitation = invitation_of(token)
    if invitation.organization.is_disabled:
        raise OrganizationDisabled
    return invitation


def _join(invitation: Invitation, person: Person) -> Membership:
    now = clock.now()
    organization = invitation.organization
    with tenancy.organization(organization.pk):
        membership, joined = Membership.objects.get_or_create(
            organization=organization, person=person, defaults={"role": invitation.role, "since": now}
        )
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        if joined:
            audit.record(
                by=person,
                organization_id=organization.pk,
                action="member.joined",
                object=person.email,
                after={"role": membership.role},
            )
            outbox.emit(
                "member.joined",
                organization_id=organization.pk,
                payload={"membership": membership.pk, "invited_by": invitation.invited_by_id},
                key=str(membership.pk),
            )
    return membership


def _send(organization: Organization, email: str, role: str, by: Person) -> Invitation:
    now = clock.now()
    seed = secrets.token_hex(32)
    values = {
        "role": role,
        "seed": seed,
        "token_hash": digest(_secret(seed)),
        "invited_by": by,
        "created_at": now,
        "expires_at": now + LASTS,
    }
    open_one = Q(organization=organization, email=email, accepted_at=None)
    invitation = Invitation.objects.select_for_update().filter(open_one).first()
    if invitation is None:
        invitation = Invitation.objects.create(organization=organization, email=email, **values)
    else:
        for name, value in values.items():
            setattr(invitation, name, value)
        invitation.save(update_fields=list(values))
    outbox.emit(
        "invitation.sent",
        organization_id=organization.pk,
        payload={"invitation": invitation.pk, "sent_at": now.isoformat()},
        key=seed[:32],
    )
    return invitation


def _secret(seed: str) -> str:
    return salted_hmac(SALT, seed, algorithm="sha256").hexdigest()
