"""Where an advisory's pages are: one address for an organization, another for the desk."""

from __future__ import annotations


def own_path(slug: str, number: int) -> str:
    """The path of an advisory's page for the people of the organization `slug`; `number` is the advisory's id."""
    return f"/o/{slug}/advisories/{number}"


def desk_path(number: int) -> str:
    """The path of an advisory's page for the staff."""
    return f"/desk/advisories/{number}"


def task_path(number: int) -> str:
    """The path of a task's page."""
    return f"/desk/advisory-tasks/{number}"


def tasks_path() -> str:
    """The path of the list of tasks: those of the person who looks come first."""
    return "/desk/advisory-tasks"
