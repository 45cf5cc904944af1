"""Disabling an organization: it reads and pays, nothing else (spec page 3.3); and letting it go on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import audit, clock, live, outbox
from common.problems import FieldErrors

LONGEST_REASON = 500


def disable(*, organization: Organization, reason: str, by: Person) -> Organization:
    """Refuse everything but reading and paying from now on. A second time changes nothing. Raises FieldErrors."""
    return _switch(organization, disabled=True, reason=reason, by=by)


def enable(*, organization: Organization, reason: str, by: Person) -> Organization:
    """Let a disabled organization go on."""
    return _switch(organization, disabled=False, reason=reason, by=by)


def _switch(organization: Organization, *, disabled: bool, reason: str, by: Person) -> Organization:
    cleaned = reason.strip()
    if not 0 < len(cleaned) <= LONGEST_REASON:
        raise FieldErrors({"reason": [_("Say why, in 1 to 500 characters: it is kept in the audit trail.")]})
    held = Organization.objects.select_for_update().get(pk=organization.pk)
    if held.is_disabled == disabled:
        return held
    held.disabled_at = clock.now() if disabled else None
    held.save(update_fields=["disabled_at"])
    name = "organization.disabled" if disabled else "organization.enabled"
    audit.record(by=by, organization_id=held.pk, action=name, object=held.slug, after={"reason": cleaned})
    outbox.emit(name, organization_id=held.pk, payload={"organization": held.pk, "reason": cleaned})
    live.publish(f"org:{held.pk}", "organization-changed")
    return held
