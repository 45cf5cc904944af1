"""Where an organization's reports go: the registered mailbox, and further addresses (spec pages 1, 6.2)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import audit
from common.problems import FieldErrors, OrganizationDisabled

MOST_ADDRESSES = 20
LONGEST_ADDRESS = 254


def recipients(organization: Organization) -> list[str]:
    """Every address once, the registered mailbox first."""
    addresses = [organization.registered_email, *organization.report_addresses]
    return list(dict.fromkeys(address.strip().lower() for address in addresses if address.strip()))


def choose_addresses(*, organization: Organization, addresses: Sequence[str], by: Person) -> Organization:
    """List the further addresses, in the open transaction; the registered mailbox stays where it is.

    Raises FieldErrors naming each wrong one by its place, and OrganizationDisabled.
    """
    cleaned = [address.strip().lower() for address in addresses]
    errors: dict[str, list[str]] = {}
    if len(cleaned) > MOST_ADDRESSES:
        errors["addresses"] = [_("List at most %(most)s addresses.") % {"most": MOST_ADDRESSES}]
    for place, address in enumerate(cleaned[:MOST_ADDRESSES]):
        if not _is_address(address):
            errors[f"addresses.{place}"] = [_("This is not an e-mail address.")]
        elif address in cleaned[:place]:
            errors[f"addresses.{place}"] = [_("This address is listed already.")]
    if errors:
        raise FieldErrors(errors)
    held = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if held.is_disabled:
        raise OrganizationDisabled
    before = list(held.report_addresses)
    if before == cleaned:
        return held
    held.report_addresses = cleaned
    held.save(update_fields=["report_addresses"])
    audit.record(
        by=by,
        organization_id=held.pk,
        action="organization.report_addresses",
        object=held.slug,
        before={"addresses": before},
        after={"addresses": cleaned},
    )
    return held


def add_address(*, organization: Organization, address: str, by: Person) -> Organization:
    """List one address more, in the open transaction. Raises FieldErrors for `address`, and OrganizationDisabled."""
    held = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if address.strip().lower() == held.registered_email.strip().lower():
        raise FieldErrors({"address": [_("Reports go to the registered mailbox anyway.")]})
    try:
        return choose_addresses(organization=held, addresses=[*held.report_addresses, address], by=by)
    except FieldErrors as wrong:
        sentences = [sentence for each in wrong.errors.values() for sentence in each]
        raise FieldErrors({"address": sentences}) from wrong


def remove_address(*, organization: Organization, address: str, by: Person) -> Organization:
    """Take one address off the list, in the open transaction; one that is not listed changes nothing."""
    held = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    gone = address.strip().lower()
    left = [each for each in held.report_addresses if each != gone]
    return choose_addresses(organization=held, addresses=left, by=by)


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= LONGEST_ADDRESS
