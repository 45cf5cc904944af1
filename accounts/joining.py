"""Making organizations (spec page 1 'Joining and leaving', page 7 'Operators')."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import addresses, invitations
from accounts.models import Membership, Organization, Person
from accounts.people import has_proven_mailbox, mailbox, make_person, person_with
from accounts.refusals import StaffAccount, TooMany
from common import audit, clock, outbox, tenancy
from common.problems import FieldErrors

LONGEST_NAME = 120
MOST_OWNED = 20
CALLER_CODE_DIGITS = 10


def create_organization(
    *,
    by: Person,
    owner: Person,
    slug: str,
    name: str,
    kind: str,
    partner_type: str = "",
    registered_email: str = "",
    language: str = "",
) -> Organization:
    """A new organization on basic support with its owner; in a transaction of its own or the caller's.

    A partner without a type is a consulting partner. Raises FieldErrors, StaffAccount for an owner who is staff,
    TooMany above 20 organizations of one owner.
    """
    fields = _checked(slug, name, kind, partner_type)
    if owner.staff_role():
        raise StaffAccount
    if Membership.objects.filter(person=owner, role=Membership.Role.OWNER).count() >= MOST_OWNED:
        raise TooMany(_("A person may own %(most)s organizations. Contact sales for more.") % {"most": MOST_OWNED})
    now = clock.now()
    with transaction.atomic():
        organization = _insert(
            **fields,
            registered_email=mailbox(registered_email or owner.email, "registered_email"),
            language=language or owner.language or "en",
            created_at=now,
        )
        with tenancy.organization(organization.pk):
            Membership.objects.create(organization=organization, person=owner, role=Membership.Role.OWNER, since=now)
            audit.record(
                by=by,
                organization_id=organization.pk,
                action="organization.created",
                object=organization.slug,
                after=fields | {"owner": owner.email},
            )
            outbox.emit(
                "organization.created",
                organization_id=organization.pk,
                payload={"organization": organization.pk},
                key=str(organization.pk),
            )
    return organization


def create_for_owner(
    *, by: Person, owner_email: str, slug: str, name: str, kind: str, partner_type: str = ""
) -> Organization:
    """An organization made by an administrator; the owner's account is made where missing and is owner at once.

    A new owner gets an invitation by mail, which only sets a password. Raises FieldErrors, also for a mailbox of
    the staff.
    """
    email = check_for_owner(owner_email=owner_email, slug=slug, name=name, kind=kind, partner_type=partner_type)
    with transaction.atomic():
        owner = person_with(email) or make_person(email=email, by=by)
        organization = create_organization(
            by=by, owner=owner, slug=slug, name=name, kind=kind, partner_type=partner_type
        )
        if not has_proven_mailbox(owner):
            invitations.send_first_password(organization=organization, owner=owner, by=by)
        else:
            membership = Membership.objects.get(organization=organization, person=owner)
            outbox.emit(
                "member.role_changed",
                organization_id=organization.pk,
                payload={"membership": membership.pk, "role": membership.role, "by": by.pk},
                key=f"made:{membership.pk}",
            )
    return organization


def check_for_owner(*, owner_email: str, slug: str, name: str, kind: str, partner_type: str = "") -> str:
    """Every field of create_for_owner, told of together; returns the owner's mailbox. Raises FieldErrors."""
    errors: dict[str, list[Any]] = {}
    email = ""
    try:
        email = mailbox(owner_email, "owner_email")
        owner = person_with(email)
        if owner is not None and owner.staff_role():
            errors["owner_email"] = [StaffAccount.default_detail]
    except FieldErrors as problem:
        errors |= problem.errors
    try:
        _checked(slug, name, kind, partner_type)
    except FieldErrors as problem:
        errors |= problem.errors
    if errors:
        raise FieldErrors(errors)
    return email


def suggest_slug(*, name: str, owner: Person) -> str:
    """A free address that suits the name; '' where none does."""
    return addresses.suggest(name, owner.email, is_taken=is_taken)


def state_of(slug: str) -> str:
    """What can be said of an address while it is typed: "", "impossible", "taken" or "free"."""
    if not slug:
        return ""
    if not addresses.is_possible(slug):
        return "impossible"
    return "taken" if is_taken(slug) else "free"


def is_taken(slug: str) -> bool:
    """Whether an organization has this address."""
    return Organization.objects.filter(slug=slug).exists()


def change_organization(
    *, organization: Organization, by: Person, name: str, registered_email: str, language: str
) -> Organization:
    """An owner's own settings of the organization. Raises FieldErrors."""
    errors: dict[str, list[Any]] = {}
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= LONGEST_NAME:
        errors["name"] = [_("Use 1 to 120 characters.")]
    if language not in dict(Organization._meta.get_field("language").flatchoices):
        errors["language"] = [_("Choose one of the languages.")]
    if errors:
        raise FieldErrors(errors)
    names = ("name", "registered_email", "language")
    before = {field: getattr(organization, field) for field in names}
    after = {"name": cleaned, "registered_email": mailbox(registered_email, "registered_email"), "language": language}
    if before == after:
        return organization
    for field, value in after.items():
        setattr(organization, field, value)
    organization.save(update_fields=names)
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="organization.changed",
        object=organization.slug,
        before=before,
        after=after,
    )
    return organization


def _checked(slug: str, name: str, kind: str, partner_type: str) -> dict[str, str]:
    errors: dict[str, list[Any]] = {}
    if not addresses.is_possible(slug):
        errors["slug"] = [_("Use 2 to 40 small letters, digits and hyphens.")]
    elif is_taken(slug):
        errors["slug"] = [_("This address is taken: choose another.")]
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= LONGEST_NAME:
        errors["name"] = [_("Use 1 to 120 characters.")]
    if kind not in Organization.Kind.values:
        errors["kind"] = [_("Choose customer or partner.")]
    is_partner = kind == Organization.Kind.PARTNER
    if partner_type not in Organization.PartnerType.values:
        errors["partner_type"] = [_("Choose consulting, technology, reseller or other.")]
    elif partner_type and not is_partner:
        errors["partner_type"] = [_("Only a partner has a partner type.")]
    if errors:
        raise FieldErrors(errors)
    if is_partner:
        partner_type = partner_type or Organization.PartnerType.CONSULTING
    return {"slug": slug, "name": cleaned, "kind": kind, "partner_type": partner_type}


def _insert(**fields: Any) -> Organization:
    """The row, with a caller code that nobody has; two who choose one address at once: the second is told."""
    while True:
        code = f"{secrets.randbelow(10**CALLER_CODE_DIGITS):0{CALLER_CODE_DIGITS}d}"
        try:
            with transaction.atomic():
                return Organization.objects.create(caller_code=code, **fields)
        except IntegrityError:
            if is_taken(fields["slug"]):
                raise FieldErrors({"slug": [_("This address is taken: choose another.")]}) from None
