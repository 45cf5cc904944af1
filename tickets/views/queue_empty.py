"""What an empty view of the queue says, and where to go from there."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TEXTS: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "all": (
        "circle-check",
        gettext_lazy("Nothing waits"),
        gettext_lazy("Every ticket is answered and done. New ones appear here automatically."),
    ),
    "unassigned": (
        "user-check",
        gettext_lazy("Every ticket has somebody"),
        gettext_lazy("New tickets appear here until somebody claims them."),
    ),
    "mine": (
        "inbox",
        gettext_lazy("You have no ticket"),
        gettext_lazy("Claim one, and it stays here until it is resolved."),
    ),
    "team": (
        "users",
        gettext_lazy("Nothing waits for your team"),
        gettext_lazy("These are the tickets of your products that your level may take."),
    ),
    "at_risk": (
        "clock",
        gettext_lazy("No answer is about to be late"),
        gettext_lazy("Tickets appear here when 80 % of their answer time is used."),
    ),
    "breached": (
        "shield-check",
        gettext_lazy("No answer is overdue"),
        gettext_lazy("Tickets appear here the moment their answer time has passed."),
    ),
    "waiting": (
        "player-pause",
        gettext_lazy("We wait for nobody"),
        gettext_lazy("Tickets stay here until the customer answers; after 7 days they are resolved."),
    ),
    "callbacks": (
        "phone",
        gettext_lazy("Nobody waits for a call"),
        gettext_lazy("Tickets whose customer asks to be called back stay here until somebody did."),
    ),
}


def nothing_here(view: str, *, narrows: bool, address: Callable[[str], str]) -> dict[str, str | Promise]:
    """Icon, title, text and perhaps an action; `address(view)` is a whole view."""
    if narrows:
        return {
            "icon": "filter",
            "title": _("No ticket fits these filters"),
            "text": _("Other tickets may be waiting all the same."),
            "action_url": address(view),
            "action_label": _("Clear the filters"),
        }
    icon, title, text = TEXTS[view]
    shown = {"icon": icon, "title": title, "text": text}
    if view == "mine":
        shown |= {"action_url": address("unassigned"), "action_label": _("Take one from the unassigned")}
    return shown
