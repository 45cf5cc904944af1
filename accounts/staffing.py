"""Who is staff, with which role and level (spec page 1): an account is staff or a member, never both."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, Person, StaffProfile
from accounts.refusals import MemberAccount
from common import audit
from common.problems import FieldErrors


def appoint(
    *,
    person: Person,
    role: str,
    level: str = StaffProfile.Level.ENGINEER,
    products: list[str] | None = None,
    by: Person | None,
) -> StaffProfile:
    """Give a person a staff role, or another one. Raises FieldErrors, MemberAccount.

    Administrators may enter the admin.
    """
    errors: dict[str, list[Any]] = {}
    if role not in StaffProfile.Role.values:
        errors["role"] = [_("Choose one of the staff roles.")]
    if level not in StaffProfile.Level.values:
        errors["level"] = [_("Choose engineer, expert or senior.")]
    if errors:
        raise FieldErrors(errors)
    # Whoever joins an organization meanwhile waits here, and is refused then.
    Person.objects.select_for_update().get(pk=person.pk)
    if is_member(person):
        raise MemberAccount
    known = StaffProfile.objects.filter(person=person).first()
    before = _facts(known) if known else None
    values = {"role": role, "level": level} | ({} if products is None else {"products": products})
    profile = StaffProfile.objects.update_or_create(person=person, defaults=values)[0]
    person.is_staff = role == StaffProfile.Role.ADMIN
    person.save(update_fields=["is_staff"])
    person.staff = profile
    audit.record(
        by=by,
        organization_id=None,
        action="staff.appointed",
        object=person.email,
        before=before,
        after=_facts(profile),
    )
    return profile


def dismiss(*, person: Person, by: Person) -> None:
    """End a staff role; the account stays, and what it wrote."""
    profile = StaffProfile.objects.filter(person=person).first()
    if profile is None:
        return
    before = _facts(profile)
    profile.delete()
    person.is_staff = False
    person.save(update_fields=["is_staff"])
    audit.record(by=by, organization_id=None, action="staff.dismissed", object=person.email, before=before)


def is_member(person: Person) -> bool:
    """Whether the account belongs to an organization, and so cannot be staff."""
    return Membership.objects.filter(person=person).exists()


def _facts(profile: StaffProfile) -> dict[str, Any]:
    return {"role": profile.role, "level": profile.level, "products": profile.products}
