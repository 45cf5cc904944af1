"""The notices about advisories: a part of the table in notifications/kinds.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

_OPEN_ADVISORY = _("Open the advisory")
_SEE_TASKS = _("See the tasks")

CARE_KINDS: dict[str, Kind] = {
    # to the organizations' people; the mails hold the whole text, care/advisories/letters.py writes them
    "advisory.published": Kind(
        _("Advisory %(number)s: %(title)s"),
        _("Advisory %(number)s: %(title)s"),
        _OPEN_ADVISORY,
        "alert-triangle",
        in_full=True,
    ),
    "advisory.updated": Kind(
        _("Update of advisory %(number)s: %(title)s"),
        _("Update of advisory %(number)s: %(title)s"),
        _OPEN_ADVISORY,
        "message",
        in_full=True,
    ),
    # to staff
    "advisory.task": Kind(
        _("Advisory %(number)s concerns %(organization)s; speak to them by %(due_at)s: %(title)s"),
        _("Speak to %(organization)s about advisory %(number)s"),
        _SEE_TASKS,
        "bell",
    ),
    "advisory.tasks": Kind(
        _("Advisory %(number)s concerns %(count)s of your organizations; speak to them by %(due_at)s: %(title)s"),
        _("Speak to %(count)s organizations about advisory %(number)s"),
        _SEE_TASKS,
        "bell",
    ),
    "advisory.unmanaged": Kind(
        _("Advisory %(number)s gives tasks for %(count)s organizations that have no service manager: %(title)s"),
        _("Nobody is there for %(count)s tasks of advisory %(number)s"),
        _SEE_TASKS,
        "alert-triangle",
    ),
    "advisory.tasks_moved": Kind(
        _("You are now the service manager for %(count)s open tasks from advisories."),
        _("%(count)s tasks from advisories are now yours"),
        _SEE_TASKS,
        "bell",
    ),
    "advisory.tasks_late": Kind(
        _("%(count)s of your tasks from advisories are overdue."),
        _("%(count)s tasks from advisories are overdue"),
        _SEE_TASKS,
        "clock",
    ),
}
