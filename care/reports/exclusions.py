"""Organizations that get no reports, and why: proofs of concept and dedicated clouds (spec page 6, section 6.2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from care.models import ReportExclusion
from care.reports import planning
from care.reports.access import exclusion_of
from common import audit
from common.problems import FieldErrors, NotFound

LONGEST_NOTE = 300


def exclude(*, organization: Organization, reason: str, note: str, at: datetime, by: Person) -> ReportExclusion:
    """Make no reports from now on: what is not sent yet becomes not reportable, and its feeds are deleted.

    A second time changes reason and note. In the open transaction. Raises FieldErrors.
    """
    errors: dict[str, list[str]] = {}
    if reason not in ReportExclusion.Reason.values:
        codes = ", ".join(ReportExclusion.Reason.values)
        errors["reason"] = [_("This is not one of: %(codes)s.") % {"codes": codes}]
    if len(note.strip()) > LONGEST_NOTE:
        errors["note"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_NOTE}]
    if errors:
        raise FieldErrors(errors)
    known = exclusion_of(organization)
    kept, _made = ReportExclusion.objects.update_or_create(
        organization=organization, defaults={"reason": reason, "note": note.strip(), "by": by, "at": at}
    )
    planning.follow_exclusion(organization.pk, at=at)
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="report_exclusion.set",
        object=organization.slug,
        before={"reason": known.reason, "note": known.note} if known else None,
        after={"reason": kept.reason, "note": kept.note},
    )
    return kept


def include(*, organization: Organization, at: datetime, by: Person) -> None:
    """Make reports again, from those that are not due yet on. Raises NotFound where there is no exclusion."""
    known = exclusion_of(organization)
    if known is None:
        raise NotFound
    known.delete()
    planning.follow_exclusion(organization.pk, at=at)
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="report_exclusion.lifted",
        object=organization.slug,
        before={"reason": known.reason, "note": known.note},
    )
