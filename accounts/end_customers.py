"""A partner's own customers: a name and a reference on tickets, never a login (spec page 1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import EndCustomer, Organization, Person
from accounts.refusals import PartnersOnly, TooMany
from common import audit, clock
from common.problems import FieldErrors, OrganizationDisabled

MOST = 5000
LONGEST_NAME, LONGEST_REFERENCE = 120, 80


def add_end_customer(*, organization: Organization, name: str, reference: str = "", by: Person) -> EndCustomer:
    """A new end customer; a name that was archived comes back with its tickets.

    Raises FieldErrors, PartnersOnly, TooMany.
    """
    fields = _checked(name, reference)
    _refuse_when_disabled(organization)
    check_partner(organization)
    if EndCustomer.objects.filter(organization=organization).count() >= MOST:
        raise TooMany(_("An organization may have %(most)s end customers.") % {"most": MOST})
    known = EndCustomer.objects.select_for_update().filter(organization=organization, name=fields["name"]).first()
    if known is not None and known.archived_at is None:
        raise _taken()
    if known is not None:
        known.archived_at, known.reference = None, fields["reference"]
        known.save(update_fields=["archived_at", "reference"])
        end_customer = known
    else:
        end_customer, made = EndCustomer.objects.get_or_create(
            organization=organization,
            name=fields["name"],
            defaults={"reference": fields["reference"], "created_at": clock.now()},
        )
        if not made:
            raise _taken()
    _record(end_customer, by, "end_customer.added", after=fields)
    return end_customer


def check_partner(organization: Organization) -> None:
    """Raises PartnersOnly: an organization of the customer family serves nobody else (spec page 1)."""
    if not organization.is_partner:
        raise PartnersOnly


def change_end_customer(*, end_customer: EndCustomer, name: str, reference: str, by: Person) -> EndCustomer:
    """Another name or reference. Raises FieldErrors."""
    fields = _checked(name, reference)
    _refuse_when_disabled(end_customer.organization)
    before = {"name": end_customer.name, "reference": end_customer.reference}
    others = EndCustomer.objects.filter(organization_id=end_customer.organization_id).exclude(pk=end_customer.pk)
    if others.filter(name=fields["name"]).exists():
        raise _taken()
    end_customer.name, end_customer.reference = fields["name"], fields["reference"]
    end_customer.save(update_fields=["name", "reference"])
    _record(end_customer, by, "end_customer.changed", before=before, after=fields)
    return end_customer


def archive_end_customer(*, end_customer: EndCustomer, by: Person) -> None:
    """It is no longer offered; tickets keep it."""
    _refuse_when_disabled(end_customer.organization)
    end_customer.archived_at = clock.now()
    end_customer.save(update_fields=["archived_at"])
    _record(end_customer, by, "end_customer.archived", before={"name": end_customer.name})


def _checked(name: str, reference: str) -> dict[str, str]:
    cleaned = {"name": " ".join(name.split()), "reference": " ".join(reference.split())}
    errors: dict[str, list[Any]] = {}
    if not 0 < len(cleaned["name"]) <= LONGEST_NAME:
        errors["name"] = [_("Use 1 to 120 characters.")]
    if len(cleaned["reference"]) > LONGEST_REFERENCE:
        errors["reference"] = [_("Use at most 80 characters.")]
    if errors:
        raise FieldErrors(errors)
    return cleaned


def _taken() -> FieldErrors:
    return FieldErrors({"name": [_("There is an end customer with this name already.")]})


def _refuse_when_disabled(organization: Organization) -> None:
    if organization.is_disabled:
        raise OrganizationDisabled


def _record(end_customer: EndCustomer, by: Person, action: str, **changes: Any) -> None:
    audit.record(
        by=by, organization_id=end_customer.organization_id, action=action, object=end_customer.name, **changes
    )
