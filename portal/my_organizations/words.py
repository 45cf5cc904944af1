"""What to do this week as sentences with links, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Organization
from common import readings
from portal.my_organizations.board import Card
from portal.my_organizations.this_week import Todo, order

LONGEST_QUOTE = 80
# rule: what to do, and the icon beside it.
WORDS: dict[str, tuple[str | Promise, str]] = {
    "answer_overdue": (_("An answer is overdue: %(what)s"), "alert-triangle"),
    "answer_at_risk": (_("An answer is nearly late: %(what)s"), "clock"),
    "advisory_overdue": (_("Speak to them at once about the advisory: %(what)s"), "alert-triangle"),
    "advisory_task": (_("Work through the advisory with them: %(what)s"), "alert-circle"),
    "report_to_review": (_("Look through the report of %(what)s before it is sent on %(on)s"), "file-text"),
    "urgent_ticket": (_("Follow the urgent ticket: %(what)s"), "bolt"),
    "provisioning": (_("Have it set up: %(what)s, target %(on)s"), "settings"),
    "booking_to_confirm": (_("Confirm or reject: %(what)s from %(on)s"), "calendar-event"),
    "booking_to_report": (_("Write the report: %(what)s ended on %(on)s"), "file-text"),
    "follow_up": (_("Follow up, due %(on)s: %(what)s"), "note"),
    "low_satisfaction": (_("Ask what went wrong: ratings of 90 days average %(what)s of 5"), "message-circle"),
}
_COUNTED = {
    "booking_to_prepare": (
        ngettext_lazy(
            "Prepare %(what)s from %(on)s: %(count)d thing is open",
            "Prepare %(what)s from %(on)s: %(count)d things are open",
            "count",
        ),
        "square-check",
    ),
    "renewal": (
        ngettext_lazy(
            "Talk about the renewal: the plan ends on %(on)s, in %(count)d day",
            "Talk about the renewal: the plan ends on %(on)s, in %(count)d days",
            "count",
        ),
        "refresh",
    ),
    "quota_expiring": (
        ngettext_lazy(
            "Suggest a day for %(what)s: %(count)d is left until %(on)s",
            "Suggest days for %(what)s: %(count)d are left until %(on)s",
            "count",
        ),
        "gauge",
    ),
    "no_contact": (
        ngettext_lazy(
            "Ask how they are and note it: nothing was noted for %(count)d day",
            "Ask how they are and note it: nothing was noted for %(count)d days",
            "count",
        ),
        "phone",
    ),
}


@dataclass(frozen=True)
class Line:
    """One thing to do of one organization. `is_pressing`: late, or nearly."""

    organization: Organization
    todo: Todo
    words: str
    icon: str
    url: str

    @property
    def is_pressing(self) -> bool:
        return self.todo.rule in ("answer_overdue", "answer_at_risk", "advisory_overdue")


def lines(cards: Iterable[Card]) -> list[Line]:
    """What to do for all of them, the most urgent first."""
    found = [line(card.organization, todo) for card in cards for todo in card.todos]
    return sorted(found, key=lambda each: order(each.todo))


def line(organization: Organization, todo: Todo) -> Line:
    """A thing to do as a sentence with a link."""
    words, icon = (WORDS | _COUNTED)[todo.rule]
    told = {
        "what": _short(todo.what),
        "on": readings.day(todo.on) if todo.on else "",
        "count": todo.count,
    }
    return Line(organization, todo, str(words % told), icon, url_of(organization, todo))


def url_of(organization: Organization, todo: Todo) -> str:
    """Where it is done."""
    own = reverse("portal:my_organization", args=[organization.slug])
    match todo.rule:
        case "answer_overdue" | "answer_at_risk" | "urgent_ticket":
            return reverse("tickets:desk_ticket", args=[todo.about])
        case "report_to_review":
            return reverse("care:desk_report", args=[organization.slug, todo.about])
        case "advisory_overdue" | "advisory_task":
            return reverse("care:task", args=[todo.about])
        case "provisioning":
            return reverse("supportplans:provisioning-task", args=[todo.about])
        case "booking_to_confirm" | "booking_to_prepare" | "booking_to_report":
            return reverse("addons:desk_booking", args=[todo.about])
        case "follow_up":
            return f"{own}#note-{todo.about}"
        case "renewal":
            return reverse("supportplans:plan", args=[organization.slug])
        case "quota_expiring":
            return f"{reverse('addons:quotas', args=[organization.slug])}?code={todo.about}"
        case "low_satisfaction":
            return f"{reverse('tickets:list', args=[organization.slug])}?status=finished"
    return f"{own}#log"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_QUOTE else f"{flat[: LONGEST_QUOTE - 1]}…"
