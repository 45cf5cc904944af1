"""What a technical service manager changes in a report before it is sent (spec page 6, section 6.2).

The foreword, and the recommendations: others may be added, those of the rules reworded, left out and put in another
order. Every change is in the audit trail of the organization. A sent report changes no more. All of it happens in the
open transaction, with the report's row locked: sending and editing never meet in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from care.models import MonthlyReport, Recommendation
from care.reports import access
from care.reports.sending import require_unsent
from common import audit
from common.beijing import Month
from common.problems import FieldErrors, NotFound

LONGEST_FOREWORD = 4000
LONGEST_TEXT = 1000
MOST_OF_ONES_OWN = 30


def write_foreword(*, report: MonthlyReport, foreword: str, at: datetime, by: Person) -> MonthlyReport:
    """What the report says first; "" for none. Raises FieldErrors, ReportSent, NotReportable."""
    cleaned = _cleaned(foreword)
    if len(cleaned) > LONGEST_FOREWORD:
        raise FieldErrors({"foreword": [_("Use at most %(longest)s characters.") % {"longest": LONGEST_FOREWORD}]})
    held = _hold(report)
    if held.foreword != cleaned:
        before, held.foreword = held.foreword, cleaned
        held.save(update_fields=["foreword"])
        _record(held, "report.foreword", {"foreword": before}, {"foreword": cleaned}, at, by)
    return held


def add(*, report: MonthlyReport, text: str, at: datetime, by: Person) -> Recommendation:
    """One recommendation more, at the end. Raises FieldErrors, ReportSent, NotReportable."""
    cleaned = _checked(text)
    held = _hold(report)
    rows = access.recommendations_of(held)
    if rows.filter(rule="").count() >= MOST_OF_ONES_OWN:
        sentence = _("A report has at most %(most)s recommendations of your own.") % {"most": MOST_OF_ONES_OWN}
        raise FieldErrors({"text": [sentence]})
    last = rows.aggregate(last=Max("position"))["last"] or 0
    made = Recommendation.objects.create(
        report=held,
        organization_id=held.organization_id,
        text=cleaned,
        position=last + 1,
        edited_by=by,
        edited_at=at,
    )
    _record(held, "report.recommendation_added", None, {"text": cleaned}, at, by)
    return made


def edit(
    *,
    report: MonthlyReport,
    recommendation: Recommendation,
    at: datetime,
    by: Person,
    text: str | None = None,
    left_out: bool | None = None,
) -> Recommendation:
    """Reword a recommendation, leave it out or take it in again; None stays.

    Raises FieldErrors, ReportSent, NotReportable.
    """
    cleaned = None if text is None else _checked(text)
    held = _hold(report)
    row = access.recommendation_of(held, recommendation.pk)
    before = {"text": row.text, "left_out": row.left_out}
    row.text = row.text if cleaned is None else cleaned
    row.left_out = row.left_out if left_out is None else left_out
    after = {"text": row.text, "left_out": row.left_out}
    if after != before:
        row.edited_by, row.edited_at = by, at
        row.save(update_fields=["text", "left_out", "edited_by", "edited_at"])
        _record(held, "report.recommendation_edited", before, after, at, by)
    return row


def remove(*, report: MonthlyReport, recommendation: Recommendation, at: datetime, by: Person) -> None:
    """Delete a recommendation of one's own; what a rule found is left out and kept to be seen at the desk."""
    held = _hold(report)
    row = access.recommendation_of(held, recommendation.pk)
    if row.rule:
        edit(report=held, recommendation=row, left_out=True, at=at, by=by)
        return
    _record(held, "report.recommendation_removed", {"text": row.text}, None, at, by)
    row.delete()


def reorder(*, report: MonthlyReport, order: Sequence[int], at: datetime, by: Person) -> MonthlyReport:
    """Put the recommendations in the order of their ids; those that are not named follow as they stood.

    Raises FieldErrors, ReportSent, NotReportable.
    """
    if len(set(order)) != len(order):
        raise FieldErrors({"recommendations": [_("Name each recommendation once.")]})
    held = _hold(report)
    rows = {row.pk: row for row in access.recommendations_of(held)}
    if not set(order) <= set(rows):
        raise FieldErrors({"recommendations": [_("Name recommendations of this report.")]})
    before = list(rows)
    after = [*order, *(pk for pk in before if pk not in set(order))]
    if after == before:
        return held
    for position, pk in enumerate(after, 1):
        rows[pk].position = position
    Recommendation.objects.bulk_update(rows.values(), ["position"])
    _record(held, "report.recommendations_ordered", {"order": before}, {"order": after}, at, by)
    return held


def _hold(report: MonthlyReport) -> MonthlyReport:
    held = (
        MonthlyReport.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=report.pk)
        .first()
    )
    if held is None:
        raise NotFound
    require_unsent(held)
    return held


def _record(
    report: MonthlyReport,
    action: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    at: datetime,
    by: Person,
) -> None:
    report.edited_by, report.edited_at = by, at
    report.save(update_fields=["edited_by", "edited_at"])
    audit.record(
        by=by,
        organization_id=report.organization_id,
        action=action,
        object=str(Month.of(report.month)),
        before=before,
        after=after,
    )


def _checked(text: str) -> str:
    cleaned = _cleaned(text)
    if not 0 < len(cleaned) <= LONGEST_TEXT:
        raise FieldErrors({"text": [_("Use 1 to %(longest)s characters.") % {"longest": LONGEST_TEXT}]})
    return cleaned


def _cleaned(text: str) -> str:
    """Lines kept, other control characters gone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()).rstrip() for line in lines).strip()
