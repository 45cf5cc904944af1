"""Where a ticket's pages are: one address for its organization, another for the desk."""

from __future__ import annotations

from django.conf import settings


def ticket_path(slug: str, number: str) -> str:
    """The path of a ticket's page for the people of the organization `slug`."""
    return f"/o/{slug}/tickets/{number}"


def desk_path(number: str) -> str:
    """The path of a ticket's page for the staff."""
    return f"/desk/tickets/{number}"


def absolute(path: str) -> str:
    """The full address under which people reach a path."""
    return f"{settings.PUBLIC_URL}{path}"
