"""The organization whose pages a person last read: its navigation stays on pages that belong to no organization."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.access import Reach, Rights, memberships_held_by
from accounts.models import Organization

_KEY = "organization_at_hand"


def remember(request: HttpRequest, organization: Organization) -> None:
    """A member reads the organization's pages; the session is written when it is another than before."""
    if request.session.get(_KEY) != organization.slug:
        request.session[_KEY] = organization.slug


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`reach` and `may` of the organization that was read last, or of the only one; {} for staff and strangers.

    One statement.
    """
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated or person.staff_role():
        return {}
    held = list(memberships_held_by(person))
    slug = request.session.get(_KEY, "")
    found = next((one for one in held if one.organization.slug == slug), held[0] if len(held) == 1 else None)
    if found is None:
        return {}
    reached = Reach(found.organization, person, found.role, is_staff=False)
    return {"reach": reached, "may": Rights(reached)}
