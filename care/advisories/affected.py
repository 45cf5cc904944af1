"""Whom a change affects: the expert panel marks organizations, before or after it is published (spec page 6.1).

The panel are the staff who work on the desk and are experts by level (`expert`, `senior`), the TAMs, who are senior
experts by their role, and the desk leads. An organization that is marked gets the advisory whatever its audience says,
and with enterprise care a task for its TAM.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import organizations_of
from accounts.models import Organization, Person, StaffProfile
from accounts.roles import allows, staff_role_key
from care.advisories import access, publishing, tasks
from care.advisories.refusals import AdvisoryEnded, NotOnThePanel, OnlyChangesAffect
from care.models import Advisory, AdvisoryAffected, AdvisoryReceipt, AdvisoryTask
from common import audit, live
from common.problems import FieldErrors, NotFound, OrganizationDisabled

LONGEST_NOTE = 500
_BY_ROLE = (StaffProfile.Role.TAM, StaffProfile.Role.LEAD)
_BY_LEVEL = (StaffProfile.Level.EXPERT, StaffProfile.Level.SENIOR)


def is_on_panel(person: Person) -> bool:
    """Whether the person may say whom a change affects."""
    role = person.staff_role()
    if not role or not allows(staff_role_key(role), "internal_notes", "W"):
        return False
    return role in _BY_ROLE or person.staff.level in _BY_LEVEL  # type: ignore[attr-defined]


def require_panel(person: Person) -> None:
    """Raises NotOnThePanel (403)."""
    if not is_on_panel(person):
        raise NotOnThePanel


def mark(*, advisory: Advisory, organization: str, note: str, by: Person, at: datetime) -> AdvisoryAffected:
    """Mark the organization with the slug `organization`; marked already: the note is written anew.

    Raises FieldErrors, OnlyChangesAffect, AdvisoryEnded, OrganizationDisabled. In the scope of all tenants.
    """
    errors: dict[str, list[str]] = {}
    found = organizations_of(by).filter(slug=organization.strip().lower()).first()
    if found is None:
        errors["organization"] = [_("There is no organization with this short name.")]
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        errors["note"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_NOTE}]
    if errors or found is None:
        raise FieldErrors(errors)
    advisory = access.locked(advisory)
    _require_open_change(advisory)
    if found.is_disabled:
        raise OrganizationDisabled
    row, made = AdvisoryAffected.objects.update_or_create(
        advisory=advisory, organization=found, defaults={"note": note}, create_defaults=_marked(note, by, at)
    )
    _record("advisory.affects", advisory, found, by)
    if made and advisory.published_at is not None:
        _reach(advisory, found, at)
    return row


def unmark(*, advisory: Advisory, organization: Organization, by: Person, at: datetime) -> None:
    """It was a mistake; a task that was opened stays. Raises NotFound, OnlyChangesAffect, AdvisoryEnded."""
    advisory = access.locked(advisory)
    row = AdvisoryAffected.objects.filter(advisory=advisory, organization=organization).first()
    if row is None:
        raise NotFound
    _require_open_change(advisory)
    row.delete()
    _record("advisory.affects_not", advisory, organization, by)


def _reach(advisory: Advisory, organization: Organization, at: datetime) -> None:
    """After the handing out has begun: the advisory, where it did not come, and the task."""
    has_it = AdvisoryReceipt.objects.filter(advisory=advisory, organization=organization).exists()
    if not has_it and advisory.handed_out_at is None and organization.pk > advisory.cursor:
        return  # its batch is to come, and the mark puts it into the audience
    if not has_it:
        publishing.hand_to(advisory, [organization.pk], at=at)
        advisory.told, advisory.audience_size = advisory.told + 1, advisory.audience_size + 1
        advisory.save(update_fields=["told", "audience_size"])
    elif not tasks.open_for(advisory, [organization.pk], at=at):
        return
    task = AdvisoryTask.objects.filter(advisory=advisory, organization=organization).first()
    if task is not None and task.ended_at is None:
        tasks.tell_manager_of(task)


def _require_open_change(advisory: Advisory) -> None:
    if advisory.kind != Advisory.Kind.PLATFORM_CHANGE:
        raise OnlyChangesAffect
    if advisory.status in (Advisory.Status.CLOSED, Advisory.Status.DISCARDED):
        raise AdvisoryEnded


def _marked(note: str, by: Person, at: datetime) -> dict[str, object]:
    return {"note": note, "marked_by": by, "marked_at": at}


def _record(action: str, advisory: Advisory, organization: Organization, by: Person) -> None:
    audit.record(
        by=by,
        organization_id=None,
        action=action,
        object=access.name_of(advisory),
        after={"organization": organization.slug},
    )
    live.publish("desk", "advisories-changed", advisory=advisory.pk)
