"""Lines, IM groups and people that come with a tier (spec page 2.4): a task for the staff opens with each.

A task ends with the line registered, the group linked, the person assigned with a deputy; leaving the tier
retires it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import audit
from common.problems import FieldErrors
from supportplans.catalogue import Tier
from supportplans.models import ProvisioningTask, Term

# The one kind that ends with people instead of a number or a group's id.
PERSON_KINDS = ("tam",)


def align(*, organization: Organization, tier: Tier, term: Term | None, at: datetime, by: Person | None) -> None:
    """Open what `tier` includes and is not there, retire what is there and not included; `term` pays for it."""
    live = ProvisioningTask.objects.select_for_update().filter(organization=organization)
    live = live.exclude(state=ProvisioningTask.State.RETIRED).order_by("pk")
    there = {task.kind: task for task in live}
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
) -> ProvisioningTask:
    """Record that the line is registered, the group linked or the people assigned; again to correct it.

    Raises FieldErrors where the number or group, or one of two different people, is missing.
    """
    row = ProvisioningTask.objects.select_for_update().get(pk=task.pk)
    check_complete(task=row, reference=reference, person=person, deputy=deputy)
    before = _facts(row)
    row.reference, row.person, row.deputy = reference, person, deputy
    row.state, row.done_at = ProvisioningTask.State.DONE, row.done_at or at
    row.save(update_fields=["reference", "person", "deputy", "state", "done_at"])
    _record("provisioning.completed", row, by, before)
    return row


def check_complete(*, task: ProvisioningTask, reference: str, person: Person | None, deputy: Person | None) -> None:
    """Raises FieldErrors where something is missing that ends the task."""
    errors: dict[str, list[str]] = {}
    if task.state == ProvisioningTask.State.RETIRED:
        errors["state"] = [_("This was retired when the organization left the tier.")]
    elif task.kind in PERSON_KINDS:
        if person is None:
            errors["person"] = [_("Assign a technical service manager.")]
        if deputy is None or deputy == person:
            errors["deputy"] = [_("Assign a deputy who is another person.")]
    elif not reference.strip():
        errors["reference"] = [_("Enter the registered number or the group's id.")]
    if errors:
        raise FieldErrors(errors)


def _open(organization: Organization, kind: str, term: Term, at: datetime, by: Person | None) -> None:
    task = ProvisioningTask.objects.create(organization=organization, kind=kind, term=term, opened_at=at)
    _record("provisioning.opened", task, by, None)


def _retire(task: ProvisioningTask, at: datetime, by: Person | None) -> None:
    before = _facts(task)
    task.state, task.retired_at = ProvisioningTask.State.RETIRED, at
    task.save(update_fields=["state", "retired_at"])
    _record("provisioning.retired", task, by, before)


def _facts(task: ProvisioningTask) -> dict[str, str]:
    return {
        "state": task.state,
        "reference": task.reference,
        "person": task.person.email if task.person else "",
        "deputy": task.deputy.email if task.deputy else "",
    }


def _record(action: str, task: ProvisioningTask, by: Person | None, before: dict[str, str] | None) -> None:
    audit.record(
        by=by,
        organization_id=task.organization_id,
        action=action,
        object=task.kind,
        before=before,
        after=_facts(task),
    )
