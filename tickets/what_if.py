"""What a correction of the calendar or another target would do to answers that are owed now (spec page 4.3).

Nothing is changed here. A correction moves running timers that it makes later, and none that it would make earlier; a
new target counts for timers that start under it, so of the running ones it only says when they would be due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from common import calendar_days
from common.beijing import read_day
from common.problems import FieldErrors
from supportplans.catalogue import Catalogue, UnknownCode
from tickets import calendar_corrections, timers
from tickets.calendar_corrections import Move
from tickets.models import ResponseTimer
from tickets.timers import Target

SHOWN = 50
LONGEST_NUMBER = 6
LONGEST_TARGET = 60 * 24 * 30


@dataclass
class Preview:
    """How many running timers would be due later and earlier, how many are left as they are, and the first of them.

    `overdue`: of the earlier ones, those that would be due before now.
    """

    later: int = 0
    earlier: int = 0
    same: int = 0
    overdue: int = 0
    shown: list[Move] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.later or self.earlier)


def of_correction(day: date, *, is_working: bool, at: datetime) -> Preview:
    """Of a day that would be worked, or not. Inside the scope of all tenants."""
    corrected = calendar_days.calendar_with(day, is_working=is_working)
    return _counted(calendar_corrections.moves(day, corrected, at=at), at)


def of_target(family: str, tier: str, severity: str, minutes: int, *, catalogue: Catalogue, at: datetime) -> Preview:
    """Of `minutes` for a severity of a tier of a family. Inside the scope of all tenants. Raises FieldErrors."""
    _check(family, tier, severity, minutes, catalogue)
    target = Target(minutes=minutes)
    running = ResponseTimer.objects.filter(
        ended_at=None,
        breached_at=None,
        due_at__gt=at,
        target_minutes__isnull=False,
        tier=tier,
        severity=severity,
        ticket__organization__kind=catalogue.family(family).organization_kind,
    )
    found = running.select_related("ticket", "ticket__organization").order_by("due_at").iterator(1000)
    calendar = calendar_days.calendar()
    return _counted((Move(timer, timers.due_at(timer.started_at, target, calendar)) for timer in found), at)


def day_of(text: str) -> date:
    """The day that somebody asks about. Raises FieldErrors."""
    try:
        found = read_day(text)
    except ValueError:
        raise FieldErrors({"day": [_("Choose a day.")]}) from None
    if not calendar_days.is_correctable(found):
        raise FieldErrors({"day": [_("Choose a day of the years 2000 to 2099.")]})
    return found


def minutes_of(text: str) -> int:
    """The whole minutes that somebody asks about; 0, which no target may be, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0


def _counted(moves: Iterable[Move], at: datetime) -> Preview:
    preview = Preview()
    for move in moves:
        if move.is_later:
            preview.later += 1
        elif move.is_earlier:
            preview.earlier += 1
            preview.overdue += move.due <= at
        else:
            preview.same += 1
            continue
        if len(preview.shown) < SHOWN:
            preview.shown.append(move)
    return preview


def _check(family: str, tier: str, severity: str, minutes: int, catalogue: Catalogue) -> None:
    errors: dict[str, list[str]] = {}
    try:
        catalogue.family(family).tier(tier)
    except UnknownCode:
        errors["tier"] = [_("Choose one of the plans.")]
    if severity not in catalogue.severity_codes():
        errors["severity"] = [_("Choose one of the severities.")]
    if not 1 <= minutes <= LONGEST_TARGET:
        errors["minutes"] = [_("Use whole minutes from 1 to %(longest)s.") % {"longest": LONGEST_TARGET}]
    if errors:
        raise FieldErrors(errors)
