"""Roles of members, leaving, and handing over (spec page 1 'Joining and leaving').

An organization keeps at least one owner: whoever changes owners holds the organization's row, so that two owners
who leave at once cannot both succeed.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.invitations import check_role
from accounts.models import ApiToken, Membership, Organization, Person
from accounts.refusals import LastOwner
from common import audit, clock, outbox
from common.problems import FieldErrors, NotFound, OrganizationDisabled

OWNER = Membership.Role.OWNER


def change_role(*, organization: Organization, email: str, role: str, by: Person) -> Membership:
    """Give a member another role; in the organization's tenant scope. Raises FieldErrors, NotFound, LastOwner."""
    check_role(role)
    membership = _held(organization, email)
    before = membership.role
    if before == role:
        return membership
    if before == OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _record(membership, by, "member.role_changed", before={"role": before}, after={"role": role})
    outbox.emit(
        "member.role_changed",
        organization_id=organization.pk,
        payload={"membership": membership.pk, "role": role, "by": by.pk},
    )
    return membership


def remove_member(*, organization: Organization, email: str, by: Person) -> None:
    """End a membership; the person's tokens for this organization end with it. One's own is leaving.

    Raises NotFound, LastOwner.
    """
    membership = _held(organization, email)
    if membership.role == OWNER:
        _keep_an_owner(membership)
    person = membership.person
    ApiToken.objects.filter(person=person, organization=organization, revoked_at=None).update(revoked_at=clock.now())
    is_leaving = person.pk == by.pk
    _record(membership, by, "member.left" if is_leaving else "member.removed", before={"role": membership.role})
    outbox.emit(
        "member.left",
        organization_id=organization.pk,
        payload={"person": person.pk, "by": by.pk, "membership": membership.pk},
        key=str(membership.pk),
    )
    membership.delete()


def hand_over(*, organization: Organization, to: str, by: Person) -> Membership:
    """Make the member `to` (e-mail) an owner and `by` an ordinary member, in one step.

    Raises NotFound, FieldErrors for handing over to nobody or to oneself.
    """
    if to.strip().lower() in ("", by.email):
        raise FieldErrors({"to": [_("Choose another member.")]})
    new_owner = change_role(organization=organization, email=to, role=OWNER, by=by)
    change_role(organization=organization, email=by.email, role=Membership.Role.MEMBER, by=by)
    return new_owner


def _held(organization: Organization, email: str) -> Membership:
    locked = Organization.objects.select_for_update().get(pk=organization.pk)
    if locked.is_disabled:
        raise OrganizationDisabled
    membership = (
        Membership.objects.select_related("person")
        .filter(organization=organization, person__email=email.strip().lower())
        .first()
    )
    if membership is None:
        raise NotFound
    return membership


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(
        organization_id=membership.organization_id, role=OWNER, person__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise LastOwner


def _record(membership: Membership, by: Person, action: str, **changes: Any) -> None:
    audit.record(
        by=by,
        organization_id=membership.organization_id,
        action=action,
        object=membership.person.email,
        **changes,
    )
