"""Whose organizations a person of the desk sees: their own; leads and administrators all, or those of one manager."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person, StaffProfile
from common.problems import FieldErrors
from supportplans import access
from supportplans.models import ProvisioningTask

SEE_ALL = (StaffProfile.Role.LEAD, StaffProfile.Role.ADMIN)


def sees_all(person: Person) -> bool:
    """Whether somebody may look at every manager's organizations."""
    return person.staff_role() in SEE_ALL


def assignments_for(person: Person, manager: str = "") -> QuerySet[ProvisioningTask]:
    """The assignments that `person` sees; of the manager or deputy with that e-mail where one is given.

    Raises FieldErrors for another's where only one's own are seen.
    """
    manager = manager.strip().lower()
    if not sees_all(person):
        if manager not in ("", person.email):
            raise FieldErrors({"manager": [_("You see your own organizations. A desk lead sees everybody's.")]})
        return access.looked_after_by(person)
    if not manager:
        return access.assignments()
    return access.assignments().filter(Q(person__email=manager) | Q(deputy__email=manager))
