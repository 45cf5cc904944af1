"""What ends a provisioning task: a line's number, a group with its chat and robot, two people (spec page 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person, StaffProfile
from common.problems import FieldErrors
from notifications.im import groups
from notifications.models import Endpoint
from notifications.outbound import endpoints
from supportplans.models import ProvisioningTask

# The kinds that end with people or with a group; the others end with a number.
PERSON_KINDS, GROUP_KINDS, LINE_KINDS = ("tam",), ("im_group",), ("enterprise_line",)
LONGEST_REFERENCE, MOST_CALLERS = 200, 50
# What a group that staff link is told of; the owners choose otherwise on the page of their groups. Money is left out:
# a group is read by more people than may see it.
TOLD = (
    "ticket.created",
    "ticket.replied",
    "ticket.breached",
    "ticket.resolved",
    "booking.updated",
    "advisory.published",
    "report.ready",
)
_MANAGERS = (StaffProfile.Role.TAM,)
_DEPUTIES = (*_MANAGERS, StaffProfile.Role.LEAD)
_NUMBER = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True)
class Facts:
    """What a task ends with: a line's number and who calls it; a group's name, chat and robot; two people."""

    reference: str = ""
    callers: tuple[str, ...] = ()
    chat: str = ""
    robot: str = ""
    person: Person | None = None
    deputy: Person | None = None


def may_manage(person: Person) -> bool:
    """Whether somebody can be an organization's technical service manager."""
    return person.is_active and person.staff_role() in _MANAGERS


def may_deputize(person: Person) -> bool:
    """Another manager, a desk lead, or a senior engineer: a manager is a senior expert (spec page 1)."""
    if not person.is_active or not person.staff_role():
        return False
    return person.staff_role() in _DEPUTIES or (
        person.staff_role() == StaffProfile.Role.ENGINEER and person.staff.level == StaffProfile.Level.SENIOR
    )


def check(task: ProvisioningTask, facts: Facts) -> None:
    """Raises FieldErrors where something is missing that ends the task, or is wrong."""
    errors: dict[str, list[str]] = {}
    if task.state == ProvisioningTask.State.RETIRED:
        errors["state"] = [_("This was retired when the organization left the tier.")]
    elif task.kind in PERSON_KINDS:
        _check_people(facts, errors)
    else:
        _check_reference(facts, errors)
    if task.kind in LINE_KINDS:
        _check_callers(facts.callers, errors)
    if task.kind in GROUP_KINDS:
        _check_group(task, facts, errors)
    if errors:
        raise FieldErrors(errors)


def numbers(callers: Iterable[str]) -> list[str]:
    """Telephone numbers as they are compared: digits, and a + before them; each once, in their order."""
    bare = (re.sub(r"[\s().\-/]", "", number) for number in callers)
    return list(dict.fromkeys(number for number in bare if number))


def linked(task: ProvisioningTask, facts: Facts, by: Person) -> Endpoint | None:
    """Write the group's robot to the addresses of the organization, by their own rules; None without a robot.

    Raises FieldErrors; the refusals of notifications/im/groups.py.
    """
    if task.kind not in GROUP_KINDS:
        return None
    known = task.endpoint
    name = facts.reference[: endpoints.LONGEST_NAME]
    if not facts.robot:
        return groups.change_group(endpoint=known, by=by, name=name) if known else None
    try:
        if known and known.kind == facts.chat:
            return groups.change_group(endpoint=known, by=by, url=facts.robot, name=name)
        added = groups.add_group(
            organization=task.organization, kind=facts.chat, url=facts.robot, events=TOLD, name=name, by=by
        )
    except FieldErrors as wrong:
        errors = {"robot" if field == "url" else field: said for field, said in wrong.errors.items()}
        raise FieldErrors(errors) from wrong
    if known:
        endpoints.delete(endpoint=known, by=by)
    return added


def unlink(task: ProvisioningTask, by: Person) -> None:
    """The robot that was entered by mistake is forgotten: it may write for somebody else."""
    if task.endpoint:
        endpoints.delete(endpoint=task.endpoint, by=by)


def facts_of(task: ProvisioningTask) -> dict[str, Any]:
    """A task as the audit trail says it; callers' numbers and chats only where there are any."""
    more = {"callers": task.callers, "chat": task.chat, "robot": task.endpoint.shown_url if task.endpoint else ""}
    return {
        "state": task.state,
        "reference": task.reference,
        "person": task.person.email if task.person else "",
        "deputy": task.deputy.email if task.deputy else "",
    } | {name: value for name, value in more.items() if value}


def _check_people(facts: Facts, errors: dict[str, list[str]]) -> None:
    if facts.person is None:
        errors["person"] = [_("Assign a technical service manager.")]
    elif not may_manage(facts.person):
        errors["person"] = [_("Choose somebody of the staff whose role is technical service manager.")]
    if facts.deputy is None or facts.deputy == facts.person:
        errors["deputy"] = [_("Assign a deputy who is another person.")]
    elif not may_deputize(facts.deputy):
        errors["deputy"] = [_("Choose another manager, a desk lead or a senior engineer.")]


def _check_reference(facts: Facts, errors: dict[str, list[str]]) -> None:
    if not facts.reference:
        errors["reference"] = [_("Enter the registered number or the group's id.")]
    elif len(facts.reference) > LONGEST_REFERENCE:
        errors["reference"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_REFERENCE}]


def _check_callers(callers: Iterable[str], errors: dict[str, list[str]]) -> None:
    cleaned = numbers(callers)
    wrong = [number for number in cleaned if not _NUMBER.fullmatch(number)]
    if wrong:
        errors["callers"] = [_("%(number)s is no telephone number.") % {"number": wrong[0][:40]}]
    elif len(cleaned) > MOST_CALLERS:
        errors["callers"] = [_("Register at most %(most)s numbers.") % {"most": MOST_CALLERS}]


def _check_group(task: ProvisioningTask, facts: Facts, errors: dict[str, list[str]]) -> None:
    kinds = groups.kinds_for(task.organization)
    if facts.chat and facts.chat not in kinds:
        errors["chat"] = [_("Choose one of %(kinds)s.") % {"kinds": ", ".join(kinds)}]
    elif facts.robot and not facts.chat:
        errors["chat"] = [_("Say which chat the robot belongs to.")]
    elif task.endpoint and not facts.robot and facts.chat != task.endpoint.kind:
        errors["robot"] = [_("Another chat has another robot: enter its web address.")]
