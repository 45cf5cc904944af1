"""The first wall between tenants: people and organizations are reached through these getters only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import ApiToken, EndCustomer, Invitation, Membership, Organization, Person
from accounts.roles import Access, allows, staff_role_key
from common import clock
from common.models import AuditEntry
from common.problems import NotFound, PermissionDenied, StaffRoleLacks
from common.rows import by_id

LARGEST_ID = 2**63 - 1


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
        raise StaffRoleLacks if self.is_staff else PermissionDenied


class Rights:
    """For templates: `may.write_tickets`, `may.read_orders`: what this role may do here."""

    def __init__(self, reached: Reach) -> None:
        self._reach = reached

    def __getitem__(self, name: str) -> bool:
        verb, _underscore, area = name.partition("_")
        return self._reach.may(area, "W" if verb == "write" else "R")


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
    """Raises NotFound for members of organizations, StaffRoleLacks (403) for staff without the role."""
    role = person.staff_role()
    if not role:
        raise NotFound
    if not allows(staff_role_key(role), area, access):
        raise StaffRoleLacks


def organizations_of(person: Person) -> QuerySet[Organization]:
    """The organizations a person sees: all for staff, their own for members."""
    if person.staff_role():
        return Organization.objects.all()
    return Organization.objects.filter(memberships__person=person)


def memberships_of(organization: Organization) -> QuerySet[Membership]:
    return Membership.objects.filter(organization=organization).select_related("person").order_by("person__email")


def memberships_held_by(person: Person) -> QuerySet[Membership]:
    """Where the person is a member, the first joined first."""
    return Membership.objects.filter(person=person).select_related("organization").order_by("since", "pk")


def people_with_role(organization_id: int, *roles: str) -> list[Person]:
    """Active people of an organization with one of `roles` ("owner", "billing", …)."""
    people = Person.objects.filter(
        memberships__organization_id=organization_id, memberships__role__in=roles, is_active=True
    )
    return list(people.order_by("pk").distinct())


def staff_with_role(*roles: str) -> list[Person]:
    """Active staff with one of the staff `roles` ("lead", "tam", "engineer", …)."""
    return list(Person.objects.filter(staff__role__in=roles, is_active=True).order_by("pk"))


def staff_among(numbers: Collection[int]) -> dict[int, Person]:
    """Active staff with these ids, with their profiles; one statement."""
    found = Person.objects.filter(pk__in=numbers, is_active=True, staff__isnull=False).select_related("staff")
    return {person.pk: person for person in found}


def member(organization: Organization, email: str) -> Membership:
    """One member by e-mail; raises NotFound."""
    found = memberships_of(organization).filter(person__email=email.strip().lower()).first()
    if found is None:
        raise NotFound
    return found


def is_member(organization: Organization, email: str) -> bool:
    return memberships_of(organization).filter(person__email=email.strip().lower()).exists()


def open_invitations(organization: Organization) -> QuerySet[Invitation]:
    """Invitations that can still be accepted, of people who are not members (a first password is no invitation)."""
    members = Membership.objects.filter(organization=organization).values("person__email")
    return (
        Invitation.objects.filter(organization=organization, accepted_at=None, expires_at__gt=clock.now())
        .exclude(email__in=members)
        .select_related("organization")
        .order_by("email")
    )


def open_invitation(organization: Organization, email: str) -> Invitation:
    """The open invitation of a mailbox; raises NotFound."""
    found = open_invitations(organization).filter(email=email.strip().lower()).first()
    if found is None:
        raise NotFound
    return found


def invitations_of(person: Person) -> QuerySet[Invitation]:
    """Open invitations of the person's own mailbox."""
    rows = Invitation.objects.filter(email=person.email, accepted_at=None, expires_at__gt=clock.now())
    return rows.exclude(organization__memberships__person=person).select_related("organization", "invited_by")


def invitation_for(person: Person, number: int) -> Invitation:
    """One of them by its id; raises NotFound."""
    return by_id(invitations_of(person), number)


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """The person's own tokens that were not revoked, newest first."""
    return ApiToken.objects.filter(person=person, revoked_at=None).select_related("organization").order_by("-pk")


def tokens_in(reached: Reach) -> QuerySet[ApiToken]:
    """Own tokens that reach the organization; for who manages its members, also those of others made for it."""
    organization = reached.organization
    own = Q(person=reached.person) & (Q(organization=organization) | Q(organization=None))
    visible = own | Q(organization=organization) if reached.may("members", "W") else own
    live = ApiToken.objects.filter(visible, revoked_at=None)
    return live.select_related("person", "organization").order_by("-pk")


def token(rows: QuerySet[ApiToken], number: int) -> ApiToken:
    """One of `rows` by its id; raises NotFound."""
    return by_id(rows, number)


def end_customers_of(organization: Organization) -> QuerySet[EndCustomer]:
    """End customers that can be chosen, by name."""
    return EndCustomer.objects.filter(organization=organization, archived_at=None).order_by("name")


def end_customer(organization: Organization, number: int) -> EndCustomer:
    """One end customer; raises NotFound."""
    rows = end_customers_of(organization).select_related("organization")
    return by_id(rows, number)


def audit_of(organization: Organization) -> QuerySet[AuditEntry]:
    """The organization's own trail, newest first; inside its tenant scope."""
    return AuditEntry.objects.filter(organization_id=organization.pk).order_by("-pk")


def whole_audit() -> QuerySet[AuditEntry]:
    """Everybody's trail, newest first, for staff."""
    return AuditEntry.objects.order_by("-pk")


def search_organizations(text: str) -> QuerySet[Organization]:
    """Organizations whose name, address or caller code holds `text`, for staff."""
    rows = Organization.objects.order_by("slug")
    wanted = text.strip()
    if not wanted:
        return rows
    return rows.filter(Q(name__icontains=wanted) | Q(slug__icontains=wanted.lower()) | Q(caller_code=wanted))


def organization_named(slug: str) -> Organization:
    """Any organization by its address, for staff; raises NotFound."""
    found = Organization.objects.filter(slug=slug).first() if slug.isascii() and "\x00" not in slug else None
    if found is None:
        raise NotFound
    return found
