"""The first wall between tenants: people and organizations are reached through these getters only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import ApiToken, EndCustomer, Invitation, Membership, Organization, Person
from accounts.roles import Access, allows, staff_role_key
from common.problems import NotFound, PermissionDenied


@dataclass(frozen=True)
class Reach:
    """An organization as one person reaches it: `role` is a key of the table in roles.py."""

    organization: Organization
    person: Person
    role: str
    is_staff: bool

    def may(self, area: str, access: Access) -> bool:
        return allows(self.role, area, access)

    def require(self, area: str, access: Access) -> None:
        """Raises PermissionDenied inside one's own organization, NotFound for staff who have no part in it."""
        if self.may(area, access):
            return
        if self.is_staff and not self.may(area, "R"):
            raise NotFound
        raise PermissionDenied


def reach(person: Person, slug: str, *, only_organization_id: int | None = None) -> Reach:
    """The organization `slug` as `person` reaches it, in one query; NotFound for strangers.

    `only_organization_id`: the organization that the token in use is limited to.
    """
    if not slug.isascii():
        raise NotFound
    staff_role = person.staff_role()
    if staff_role:
        organization = Organization.objects.filter(slug=slug).first()
        role = staff_role_key(staff_role)
    else:
        membership = (
            Membership.objects.select_related("organization").filter(organization__slug=slug, person=person).first()
        )
        organization = membership.organization if membership else None
        role = membership.role if membership else ""
    if organization is None or only_organization_id not in (None, organization.pk):
        raise NotFound
    return Reach(organization, person, role, bool(staff_role))


def staff_reach(person: Person, area: str, access: Access) -> None:
    """Raises NotFound for members of organizations, PermissionDenied for staff without the role."""
    role = person.staff_role()
    if not role:
        raise NotFound
    if not allows(staff_role_key(role), area, access):
        raise PermissionDenied


def organizations_of(person: Person) -> QuerySet[Organization]:
    """The organizations a person sees: all for staff, their own for members."""
    if person.staff_role():
        return Organization.objects.all()
    return Organization.objects.filter(memberships__person=person)


def memberships_of(organization: Organization) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization).select_related("person").order_by("person__email")


def people_with_role(organization_id: int, *roles: str) -> list[Person]:
    """Active people of an organization with one of `roles` ("owner", "billing", …)."""
    people = Person.objects.filter(
        memberships__organization_id=organization_id, memberships__role__in=roles, is_active=True
    )
    return list(people.order_by("pk").distinct())


def staff_with_role(*roles: str) -> list[Person]:
    """Active staff with one of the staff `roles` ("lead", "tam", "engineer", …)."""
    return list(Person.objects.filter(staff__role__in=roles, is_active=True).order_by("pk"))


def open_invitations(organization: Organization) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organization=organization, accepted_at=None).order_by("email")


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(person=person, revoked_at=None).select_related("organization").order_by("-pk")


def end_customers_of(organization: Organization) -> QuerySet[EndCustomer]:
    return EndCustomer.objects.filter(organization=organization, archived_at=None).order_by("name")
