"""Lines, IM groups and people that come with a tier (spec page 2.4): a task for the staff opens with each.

A task ends with the line registered, the group linked, the person assigned with a deputy; leaving the tier
retires it, and what was set up is taken down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person
from common import audit, live
from common.problems import Refusal
from supportplans import provisioning_notices
from supportplans.catalogue import Tier
from supportplans.models import ProvisioningTask, Term
from supportplans.provisioning_facts import Facts, check, facts_of, linked, numbers, unlink

State = ProvisioningTask.State


class NotSetUp(Refusal):
    code = "not_set_up"
    title = _("This is not set up")
    default_detail = _("Only what was set up, and is not retired, can be taken back.")


class NothingToTakeDown(Refusal):
    code = "nothing_to_take_down"
    title = _("There is nothing to take down")
    default_detail = _("Only what was set up, and was retired with its tier, is taken down, once.")


_FACTS = ("reference", "callers", "chat", "endpoint", "person", "deputy", "state", "done_at")


def align(*, organization: Organization, tier: Tier, term: Term | None, at: datetime, by: Person | None) -> None:
    """Open what `tier` includes and is not there, retire what is there and not included; `term` pays for it."""
    live_tasks = ProvisioningTask.objects.select_for_update().filter(organization=organization)
    live_tasks = live_tasks.exclude(state=State.RETIRED).order_by("pk")
    there = {task.kind: task for task in live_tasks}
    for kind, task in there.items():
        if kind not in tier.provisioning:
            _retire(task, at, by)
    if term is None:
        return
    for kind in tier.provisioning:
        if kind not in there:
            _open(organization, kind, term, at, by)


def complete(
    *,
    task: ProvisioningTask,
    by: Person,
    at: datetime,
    reference: str = "",
    person: Person | None = None,
    deputy: Person | None = None,
    callers: Sequence[str] | None = None,
    chat: str | None = None,
    robot: str = "",
) -> ProvisioningTask:
    """Record that the line is registered, the group linked or the people assigned; again to correct it.

    `callers`: numbers that the line is called from. `chat` and `robot`: the kind of the group's chat and its robot's
    web address, which then gets events as the organization's other groups do. What is None stays; so does a robot
    when `robot` is ''. The owners are told, and the people who are assigned. Raises FieldErrors where something is
    missing or wrong, and the refusals of the organization's addresses.
    """
    row = held(task)
    facts = Facts(
        reference=reference.strip(),
        callers=tuple(row.callers if callers is None else callers),
        chat=row.chat if chat is None else chat.strip(),
        robot=robot.strip(),
        person=person,
        deputy=deputy,
    )
    check(row, facts)
    before, was, people = facts_of(row), row.state, provisioning_notices.people_of(row)
    row.endpoint = linked(row, facts, by)
    row.reference, row.callers, row.chat = facts.reference, numbers(facts.callers), facts.chat
    row.person, row.deputy = facts.person, facts.deputy
    row.state, row.done_at = State.DONE, row.done_at or at
    row.save(update_fields=_FACTS)
    if before == facts_of(row):
        return row
    _record("provisioning.corrected" if was == State.DONE else "provisioning.completed", row, by, before)
    provisioning_notices.tell_of_done(row, before=people, at=at)
    return row


def take_back(*, task: ProvisioningTask, by: Person, at: datetime) -> ProvisioningTask:
    """It was a mistake: the task is open again and what was entered is forgotten, the robot's address too.

    The owners are told, because they may have used it. Raises NotSetUp.
    """
    row = held(task)
    if row.state != State.DONE:
        raise NotSetUp
    before, people = facts_of(row), provisioning_notices.people_of(row)
    unlink(row, by)
    row.reference, row.callers, row.chat, row.endpoint = "", [], "", None
    row.person, row.deputy, row.state, row.done_at = None, None, State.OPEN, None
    row.save(update_fields=_FACTS)
    _record("provisioning.taken_back", row, by, before)
    provisioning_notices.tell_of_mistake(row, people=people, at=at)
    return row


def clear(*, task: ProvisioningTask, by: Person, at: datetime) -> ProvisioningTask:
    """What left with its tier is taken down: the number, the people in the group. Raises NothingToTakeDown."""
    row = held(task)
    if not row.is_to_clear:
        raise NothingToTakeDown
    row.cleared_at, row.cleared_by = at, by
    row.save(update_fields=["cleared_at", "cleared_by"])
    _record("provisioning.taken_down", row, by, facts_of(row))
    return row


def held(task: ProvisioningTask) -> ProvisioningTask:
    """The task, locked, as it is now."""
    rows = ProvisioningTask.objects.select_for_update(of=("self",))
    return rows.select_related("organization", "person", "deputy", "endpoint").get(pk=task.pk)


def _open(organization: Organization, kind: str, term: Term, at: datetime, by: Person | None) -> None:
    task = ProvisioningTask.objects.create(organization=organization, kind=kind, term=term, opened_at=at)
    _record("provisioning.opened", task, by, None)


def _retire(task: ProvisioningTask, at: datetime, by: Person | None) -> None:
    before = facts_of(task)
    task.state, task.retired_at = State.RETIRED, at
    task.save(update_fields=["state", "retired_at"])
    _record("provisioning.retired", task, by, before)


def _record(action: str, task: ProvisioningTask, by: Person | None, before: dict[str, Any] | None) -> None:
    audit.record(
        by=by,
        organization_id=task.organization_id,
        action=action,
        object=task.kind,
        before=before,
        after=facts_of(task),
    )
    live.publish(f"org:{task.organization_id}", "plan-changed")
    live.publish("desk", "provisioning-changed")
