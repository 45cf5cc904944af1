"""Who hears of what is set up for an organization: its owners, the people assigned, and the leads of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.access import people_with_role, staff_with_role
from accounts.models import Organization, Person
from notifications.notices import notify
from supportplans import access, versions
from supportplans.models import ProvisioningTask
from supportplans.provisioning_facts import PERSON_KINDS

# One list of the desk's, from which a task is taken: whoever has the time opens it.
TOLD_OF_TASKS = ("lead",)


def people_of(task: ProvisioningTask) -> list[Person]:
    """The manager and the deputy of a task, as far as there are any."""
    return [person for person in (task.person, task.deputy) if person]


def tell_of_done(task: ProvisioningTask, *, before: list[Person], at: datetime) -> None:
    """Owners hear what is there now; people who look after the organization from now on, or no more, hear it too.

    `before`: who looked after it until now.
    """
    _tell(
        task,
        "provisioning.done",
        people_with_role(task.organization_id, "owner"),
        key=at.isoformat(),
        url=team_url(task.organization),
        params={"what": what_of(task)},
    )
    now = people_of(task)
    for person in now:
        if person not in before:
            _tell(
                task,
                "provisioning.assigned",
                [person],
                key=at.isoformat(),
                url=reverse("portal:my_organization", args=[task.organization.slug]),
                params={"what": _in_both(_as_manager if person == task.person else _as_deputy)},
            )
    _tell_unassigned(task, [person for person in before if person not in now], at)


def tell_of_mistake(task: ProvisioningTask, *, people: list[Person], at: datetime) -> None:
    """Owners must not go on using it; `people` are not assigned any more."""
    owners = people_with_role(task.organization_id, "owner")
    _tell(task, "provisioning.taken_back", owners, key=at.isoformat(), url=team_url(task.organization))
    _tell_unassigned(task, people, at)


def tell_of_tasks(organization: Organization) -> None:
    """The leads hear of each open task and of each thing to take down, once; so do the manager and the deputy.

    Whatever opened or retired them: it is worked out from the rows, and a repeat tells nobody again.
    """
    leads = staff_with_role(*TOLD_OF_TASKS)
    for task in access.provisioning_of(organization):
        url = reverse("supportplans:provisioning-task", args=[task.pk])
        if task.state == ProvisioningTask.State.OPEN:
            _tell(task, "provisioning.opened", leads, key=task.opened_at.isoformat(), url=url)
        elif task.is_to_clear:
            people = [*leads, *people_of(task)]
            _tell(task, "provisioning.retired", people, key="", url=url, params={"what": what_of(task)})


def team_url(organization: Organization) -> str:
    """Where an organization sees its support team."""
    return reverse("supportplans:support-team", args=[organization.slug])


def what_of(task: ProvisioningTask) -> dict[str, str]:
    """What is there, in both languages: the number, the group's name, the people."""
    if task.kind not in PERSON_KINDS:
        return {"en": task.reference, "zh": task.reference}
    names = [person.display_name() for person in people_of(task)]
    return _in_both(lambda: _(", ").join(names))


def name_of(task: ProvisioningTask) -> dict[str, str]:
    """What the catalogue of its term calls it, in both languages."""
    name = versions.version_of_row(task.term.catalogue_version_id).name_of("entitlements", task.kind)
    return {"en": name.en, "zh": name.zh}


def _in_both(words: Any) -> dict[str, str]:
    said = {}
    for code, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            said[code] = words()
    return said


def _as_manager() -> str:
    return _("as technical service manager")


def _as_deputy() -> str:
    return _("as deputy")


def _tell_unassigned(task: ProvisioningTask, people: list[Person], at: datetime) -> None:
    _tell(task, "provisioning.unassigned", people, key=at.isoformat(), url=reverse("portal:my_organizations"))


def _tell(
    task: ProvisioningTask,
    kind: str,
    people: Iterable[Person],
    *,
    key: str,
    url: str,
    params: dict[str, Any] | None = None,
) -> None:
    notify(
        people=people,
        kind=kind,
        params={"organization": task.organization.name, "service": name_of(task)} | (params or {}),
        url=url,
        key=f"{kind}:{task.pk}:{key}",
        organization=task.organization,
    )
