"""What TAMs do about advisories: a task for each organization with enterprise care, to done with its result (page 6.1).

Whoever may write advisories may act on any task, so that deputies and colleagues can. The organization reads contact,
plan and result of its own task; what is for the staff alone belongs into the log of needs and plans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models import Count, Min
from django.utils.translation import gettext as _

from accounts.models import Person
from care.advisories import access, result_files, task_due
from care.advisories.addresses import task_path, tasks_path
from care.advisories.audience import to_look_after
from care.advisories.refusals import OnlyReleases, StepsMissing, TaskEnded
from care.advisories.telling import title_of
from care.models import Advisory, AdvisoryTask
from common import audit, clock, live, tenancy
from common.beijing import date_of
from common.calendar_days import calendar
from common.problems import FieldErrors
from notifications.notices import notify
from supportplans.access import tams_by_organization
from supportplans.manager_hours import at_work
from tickets.desk.duty import duty_at

State = AdvisoryTask.State
LONGEST_TEXT = 20_000

# The deputy stands in where nobody else is named. Of a TAM who was taken back tasks stay where they were.
_FOLLOW = """
UPDATE care_advisorytask AS task SET person_id = COALESCE(assigned.person_id, assigned.deputy_id)
  FROM supportplans_provisioningtask AS assigned
 WHERE task.ended_at IS NULL AND assigned.organization_id = task.organization_id AND assigned.kind = 'tam'
   AND assigned.state = 'done' AND COALESCE(assigned.person_id, assigned.deputy_id) IS NOT NULL
   AND COALESCE(assigned.person_id, assigned.deputy_id) IS DISTINCT FROM task.person_id
RETURNING task.person_id
"""


# -- opening, and who has them


def open_for(advisory: Advisory, organization_ids: Sequence[int], *, at: datetime) -> int:
    """Open tasks for those of the organizations that get one and have none; returns how many get one."""
    with_care = sorted(to_look_after(advisory, organization_ids, at=at))
    if not with_care:
        return 0
    managers = tams_by_organization(with_care)
    due = task_due.due_at(advisory.kind, at, advisory.starts_at, calendar())
    AdvisoryTask.objects.bulk_create(
        [
            AdvisoryTask(
                advisory=advisory,
                organization_id=pk,
                person=managers[pk][0] if pk in managers else None,
                opened_at=at,
                due_at=due,
            )
            for pk in with_care
        ],
        ignore_conflicts=True,
    )
    return len(with_care)


def tell_managers(advisory: Advisory) -> None:
    """Each TAM hears of their tasks in one notice; the managers on duty of those that nobody has.

    Of an incident outside the TAMs' hours the managers on duty hear in any case.
    """
    rows = AdvisoryTask.objects.filter(advisory=advisory, ended_at=None).order_by().values_list("person")
    total, on_duty = 0, duty_at(clock.now()).duty_managers()
    people = Person.objects.in_bulk([pk for (pk,) in rows.distinct() if pk])
    for pk, count, due in rows.annotate(Count("pk"), Min("due_at")):
        total += count
        if pk is None:
            _notify(advisory, on_duty, "advisory.unmanaged", count, due)
        else:
            _notify(advisory, [people[pk]], "advisory.tasks", count, due)
    is_incident = advisory.kind == Advisory.Kind.INDUSTRY_INCIDENT
    if total and is_incident and not at_work(clock.now(), settings.TAM_HOURS, calendar()):
        _notify(advisory, on_duty, "advisory.tasks", total, advisory.published_at)


def tell_manager_of(task: AdvisoryTask) -> None:
    """The TAM of one task that was opened later than the others; the managers on duty where there is none."""
    advisory = task.advisory
    notify(
        people=[task.person] if task.person else duty_at(clock.now()).duty_managers(),
        kind="advisory.task",
        params=_params(advisory, 1, task.due_at) | {"organization": task.organization.name},
        url=task_path(task.pk),
        key=f"advisory.task:{task.pk}",
    )


def follow_managers(*, at: datetime) -> int:
    """Open tasks go to whoever is the organization's TAM now, who is told; returns how many went."""
    with tenancy.everything():
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOW)
            moved = [person for (person,) in cursor.fetchall()]
        counts = {pk: moved.count(pk) for pk in set(moved)}
        _tell_counts(counts, "advisory.tasks_moved", key=f"advisory.tasks_moved:{at.isoformat()}")
        return len(moved)


def remind_of_late(*, at: datetime) -> dict[str, int]:
    """The daily job: TAMs hear how many of their tasks are overdue, once a day; returns how many people."""
    with tenancy.everything():
        late = AdvisoryTask.objects.filter(ended_at=None, due_at__lt=at, person__is_active=True).order_by()
        counts = dict(late.values_list("person").annotate(Count("pk")))
        _tell_counts(counts, "advisory.tasks_late", key=f"advisory.tasks_late:{date_of(at)}")
        return {"people": len(counts)}


def is_late(task: AdvisoryTask, at: datetime) -> bool:
    """Whether it is open after its due time."""
    return task.ended_at is None and task.due_at is not None and task.due_at < at


# -- what the TAM records


def contacted(*, task: AdvisoryTask, by: Person, at: datetime) -> AdvisoryTask:
    """The customer was spoken to; the first time stays. Raises TaskEnded."""
    task = _open_task(task)
    if task.contacted_at is None:
        task.contacted_at = at
        _keep(task, by, "contacted", "contacted_at", state=State.IN_PROGRESS)
    return task


def plan(*, task: AdvisoryTask, text: str, by: Person, at: datetime) -> AdvisoryTask:
    """Write the assessment and the response plan (Markdown), or write them anew. Raises FieldErrors, TaskEnded."""
    text = _checked("plan", text)
    task = _open_task(task)
    task.plan = text
    _keep(task, by, "planned", "plan", state=State.IN_PROGRESS)
    return task


def done(
    *, task: AdvisoryTask, result: str, by: Person, at: datetime, file: UploadedFile | None = None
) -> AdvisoryTask:
    """It is done: what came of it (Markdown), and a file where there is one.

    Raises FieldErrors, AttachmentRejected (400), TaskEnded, StepsMissing.
    """
    result = _checked("result", result)
    result_files.check(file)
    task = _open_task(task)
    _require_steps(task)
    task.result, task.ended_at = result, at
    if file is not None:
        result_files.keep(task, file)
    _keep(task, by, "done", "result", "ended_at", *result_files.COLUMNS, state=State.DONE)
    return task


def not_relevant(*, task: AdvisoryTask, reason: str, by: Person, at: datetime) -> AdvisoryTask:
    """A release does not matter to them, and why. Raises FieldErrors, TaskEnded, OnlyReleases."""
    reason = _checked("reason", reason)
    task = _open_task(task)
    if task.advisory.kind != Advisory.Kind.PRODUCT_RELEASE:
        raise OnlyReleases
    task.result, task.ended_at = reason, at
    _keep(task, by, "not_relevant", "result", "ended_at", state=State.NOT_RELEVANT)
    return task


def missing_steps(task: AdvisoryTask) -> list[str]:
    """What is left before it can be done: `contacted`, and of incidents and changes `plan`."""
    missing = [] if task.contacted_at else ["contacted"]
    if not task.plan and task.advisory.kind != Advisory.Kind.PRODUCT_RELEASE:
        missing.append("plan")
    return missing


def _require_steps(task: AdvisoryTask) -> None:
    missing = missing_steps(task)
    if missing:
        raise StepsMissing(missing=missing)


def _open_task(task: AdvisoryTask) -> AdvisoryTask:
    task = access.locked_task(task)
    if task.ended_at is not None:
        raise TaskEnded(state=task.state)
    return task


def _checked(name: str, text: str) -> str:
    text = text.strip()
    if not text:
        raise FieldErrors({name: [_("Fill this in.")]})
    if len(text) > LONGEST_TEXT:
        raise FieldErrors({name: [_("Use at most %(longest)s characters.") % {"longest": LONGEST_TEXT}]})
    return text


def _keep(task: AdvisoryTask, by: Person, what: str, *columns: str, state: str) -> None:
    task.state = state
    task.save(update_fields=[*columns, "state"])
    audit.record(
        by=by,
        organization_id=task.organization_id,
        action=f"advisory_task.{what}",
        object=task.advisory.number,
        after={"state": state},
    )
    live.publish("desk", "advisories-changed", advisory=task.advisory_id)
    live.publish(f"org:{task.organization_id}", "advisories-changed")


def _params(advisory: Advisory, count: int, due: datetime | None) -> dict[str, Any]:
    return {
        "number": advisory.number,
        "title": title_of(advisory),
        "count": count,
        "due_at": due.isoformat() if due else None,
    }


def _notify(advisory: Advisory, people: Iterable[Person], kind: str, count: int, due: datetime | None) -> None:
    url = f"{tasks_path()}?advisory={advisory.pk}"
    notify(people=people, kind=kind, params=_params(advisory, count, due), url=url, key=f"{kind}:{advisory.pk}")


def _tell_counts(counts: dict[int, int], kind: str, *, key: str) -> None:
    """Those who hear the same are told together."""
    people: dict[int, list[Person]] = defaultdict(list)
    for person in Person.objects.filter(pk__in=counts, is_active=True).order_by("pk"):
        people[counts[person.pk]].append(person)
    for count, crowd in people.items():
        notify(people=crowd, kind=kind, params={"count": count}, url=tasks_path(), key=key)
