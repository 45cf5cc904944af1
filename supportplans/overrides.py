"""Staff can let an organization change its tier once more, though it did so too often (spec page 3.3).

An override is for one change within seven days, with a reason. It is used up by the first change that needs it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import audit
from common.problems import FieldErrors
from supportplans import access
from supportplans.change_frequency import ALLOWED_IN_WINDOW, changes_in_window, would_be_change
from supportplans.models import ChangeOverride

TOO_FREQUENT_CHANGES = "too_frequent_changes"
KINDS = (TOO_FREQUENT_CHANGES,)
LIVES = timedelta(days=7)
LONGEST_REASON = 300


def allow_one_change(*, organization: Organization, reason: str, at: datetime, by: Person) -> ChangeOverride:
    """Allow one change until seven days after `at`. Raises FieldErrors without a reason."""
    check_reason(reason)
    override = ChangeOverride.objects.create(
        organization=organization, reason=reason.strip(), by=by, at=at, expires_at=at + LIVES
    )
    _record("override.granted", override, by)
    return override


def check_reason(reason: str) -> None:
    """Raises FieldErrors for none, or one that is too long."""
    if not reason.strip():
        raise FieldErrors({"reason": [_("Say why this change is allowed.")]})
    if len(reason.strip()) > LONGEST_REASON:
        raise FieldErrors({"reason": [_("Use at most %(most)s characters.") % {"most": LONGEST_REASON}]})


def overrides_of(organization: Organization) -> QuerySet[ChangeOverride]:
    """All that were ever given, newest first."""
    return (
        ChangeOverride.objects.filter(organization=organization)
        .select_related("by", "organization")
        .order_by("-at", "-pk")
    )


def live(organization: Organization, at: datetime) -> ChangeOverride | None:
    """The one that would be used at `at`: of several the one that ends first."""
    open_ones = overrides_of(organization).filter(used_at=None, at__lte=at, expires_at__gt=at)
    return open_ones.order_by("expires_at", "pk").first()


def is_needed(*, organization: Organization, tier: str, at: datetime) -> bool:
    """Whether holding `tier` from `at` on would be one change too many in 90 days."""
    history = access.tier_history(organization, at)
    return would_be_change(history, tier, at) and changes_in_window(history, at) >= ALLOWED_IN_WINDOW


def use(*, organization: Organization, tier: str, at: datetime, order_number: str, by: Person | None) -> None:
    """Use up an override where the change to `tier` needs one; before the change is written, under its lock."""
    if not is_needed(organization=organization, tier=tier, at=at):
        return
    override = live(organization, at)
    assert override is not None, "the caller has checked that one is there"
    override.used_at, override.order_number = at, order_number
    override.save(update_fields=["used_at", "order_number"])
    _record("override.used", override, by)


def _record(action: str, override: ChangeOverride, by: Person | None) -> None:
    audit.record(
        by=by,
        organization_id=override.organization_id,
        action=action,
        object=TOO_FREQUENT_CHANGES,
        after={
            "reason": override.reason,
            "expires_at": override.expires_at.isoformat(),
            "order": override.order_number or None,
        },
    )
