"""The desk's list of what is to be set up, is set up, and is to be taken down: its rows, filters and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common.beijing import date_of
from common.calendar_days import calendar
from common.working_days import WorkingCalendar
from supportplans import access, provisioning_target, versions
from supportplans.document_reading import Text
from supportplans.models import ProvisioningTask

State = ProvisioningTask.State
STATES: tuple[str, ...] = tuple(State.values)
PAGE = 50


@dataclass(frozen=True)
class Row:
    """A task as it is listed; `due_on` is the last day in time, None once it is not open any more."""

    task: ProvisioningTask
    name: Text
    due_on: date | None
    is_overdue: bool

    @property
    def is_open(self) -> bool:
        return self.task.state == State.OPEN


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; '' does not narrow. `organization` is a slug."""

    state: str = State.OPEN
    kind: str = ""
    organization: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.organization)


@dataclass(frozen=True)
class Page:
    """Rows of one state; `older` is the id to go on before, None on the last page."""

    rows: list[Row]
    older: int | None


def page(filters: Filters, at: datetime, *, before: int | None = None) -> Page:
    """Open ones the longest open first; of the others the newest, of those retired what is to be taken down first."""
    narrowed = access.provisioning_narrowed(
        access.all_provisioning(), state=filters.state, kind=filters.kind, organization=filters.organization
    )
    if filters.state == State.OPEN:
        narrowed = narrowed.order_by("pk")
        narrowed = narrowed.filter(pk__gt=before) if before else narrowed
    elif before:
        narrowed = narrowed.filter(pk__lt=before)
    found = list(narrowed[: PAGE + 1])
    rows = rows_of(found[:PAGE], at)
    if filters.state == State.RETIRED:
        rows.sort(key=lambda row: not row.task.is_to_clear)
    return Page(rows, found[PAGE - 1].pk if len(found) > PAGE else None)


def rows_of(tasks: Iterable[ProvisioningTask], at: datetime) -> list[Row]:
    """Each with its name in the catalogue of its term and its day."""
    found = list(tasks)
    days = calendar() if any(task.state == State.OPEN for task in found) else WorkingCalendar()
    return [_row(task, date_of(at), days) for task in found]


def _row(task: ProvisioningTask, today: date, days: WorkingCalendar) -> Row:
    name = versions.version_of_row(task.term.catalogue_version_id).name_of("entitlements", task.kind)
    if task.state != State.OPEN:
        return Row(task, name, None, False)
    opened = date_of(task.opened_at)
    due_on = provisioning_target.due_on(opened, days)
    return Row(task, name, due_on, provisioning_target.is_overdue(opened, today, days))


def kinds(on: date) -> Sequence[tuple[str, Text]]:
    """What the catalogue of a date has set up by the staff."""
    return [(each.code, each.name) for each in versions.current(on).entitlements if each.provisioned]
