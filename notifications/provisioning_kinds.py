"""The notices about what is set up with a plan: a part of the table in notifications/kinds.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

_OPEN_TEAM = _("See your support team")
_OPEN_TASK = _("Open the task")

PROVISIONING_KINDS: dict[str, Kind] = {
    # to the organization's owners
    "provisioning.done": Kind(
        _("%(service)s is set up for %(organization)s: %(what)s"),
        _("%(service)s is set up"),
        _OPEN_TEAM,
        "circle-check",
    ),
    "provisioning.taken_back": Kind(
        _(
            "%(service)s of %(organization)s was entered by mistake. Do not use what was shown before: our staff are "
            "setting it up again."
        ),
        _("%(service)s is being set up again"),
        _OPEN_TEAM,
        "alert-triangle",
    ),
    # to staff
    "provisioning.opened": Kind(
        _("%(organization)s has a plan with: %(service)s. Set it up."),
        _("Set up for %(organization)s: %(service)s"),
        _OPEN_TASK,
        "bell",
    ),
    "provisioning.retired": Kind(
        _("%(organization)s left the plan with: %(service)s. Take down what was set up: %(what)s"),
        _("Take down for %(organization)s: %(service)s"),
        _OPEN_TASK,
        "bell",
    ),
    "provisioning.assigned": Kind(
        _("You look after %(organization)s now: %(what)s."),
        _("%(organization)s is one of your organizations now"),
        _("Open the organization"),
        "user-check",
    ),
    "provisioning.unassigned": Kind(
        _("You do not look after %(organization)s any more."),
        _("%(organization)s is not one of your organizations any more"),
        _("My organizations"),
        "users",
    ),
}
