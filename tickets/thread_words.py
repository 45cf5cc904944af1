"""The history of regrading, reclassifying, merging, splitting and linking in words (tickets/history_words.py)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import readings
from supportplans.catalogue import Catalogue
from tickets import history_words
from tickets.models import Kind, TicketEvent

SENTENCES: dict[str, str | Promise] = {
    "regraded": gettext_lazy("%(who)s changed the severity from “%(from)s” to “%(to)s”: %(reason)s"),
    "regrade_requested": gettext_lazy("%(who)s asked for the severity “%(to)s”: %(reason)s"),
    "reclassified": gettext_lazy("%(who)s made it a “%(kind)s” ticket: %(reason)s"),
    "merged": gettext_lazy("%(who)s merged the ticket into %(into)s, where the conversation goes on"),
    "merged_in": gettext_lazy("%(who)s merged ticket %(number)s into this one"),
    "split_off": gettext_lazy("%(who)s moved messages to a ticket of their own, %(number)s"),
    "linked": gettext_lazy("%(who)s linked ticket %(to)s: %(link)s"),
    "timer_merged": gettext_lazy("The answer is owed on the ticket that this one was merged into"),
    "timer_handed_over": gettext_lazy("The due time of ticket %(from)s counts here"),
    "calendar_corrected": gettext_lazy("The calendar of working days was corrected"),
}
REASONS: dict[str, str | Promise] = {
    "misjudged": gettext_lazy("it had been misjudged"),
    "worse": gettext_lazy("it got worse"),
    "better": gettext_lazy("it got better"),
    "customer_asked": gettext_lazy("the customer asked for it"),
}
# The same as a person chooses them.
REASON_CHOICES: dict[str, str | Promise] = {
    "misjudged": gettext_lazy("It had been misjudged from the beginning"),
    "worse": gettext_lazy("It got worse"),
    "better": gettext_lazy("It got better"),
    "customer_asked": gettext_lazy("The customer asked for it"),
}
_DUE_MOVED = gettext_lazy("due %(after)s instead of %(before)s")
_DUE_STAYED = gettext_lazy("still due %(after)s")
_LEFT_OUT = gettext_lazy("this answer time is left out of the figures")


def reason_words(reason: str) -> str:
    """The reason of a regrading: one of the desk's own in the reader's language, or as it was written."""
    return str(REASONS.get(reason, reason))


def sentence(event: TicketEvent, catalogue: Catalogue | None) -> str:
    """The row as a sentence, with what it did to the due time, the figures and the quota."""
    details = event.details or {}
    values = {
        "who": event.by.display_name() if event.by else _("The portal"),
        "from": _from(event, details, catalogue),
        "to": _to(event, details, catalogue),
        "reason": reason_words(details.get("reason", "")),
        "kind": dict(Kind.choices).get(details.get("to", ""), ""),
        "into": details.get("into", ""),
        "number": details.get("number", ""),
        "link": _link_name(details.get("kind", "")),
    }
    said = str(SENTENCES[event.event]) % values
    for more in _consequences(event, details):
        said = _("%(sentence)s; %(more)s") % {"sentence": said, "more": more}
    return said


def _from(event: TicketEvent, details: dict[str, Any], catalogue: Catalogue | None) -> str:
    before = details.get("from", "")
    return history_words.severity_name(before, catalogue) if event.event == "regraded" else before


def _to(event: TicketEvent, details: dict[str, Any], catalogue: Catalogue | None) -> str:
    to = details.get("to", "")
    is_severity = event.event in ("regraded", "regrade_requested")
    return history_words.severity_name(to, catalogue) if is_severity else to


def _link_name(kind: str) -> str:
    from tickets.links import NAMES  # links.py writes history, which is read here

    return str(NAMES.get(kind, kind))


def _consequences(event: TicketEvent, details: dict[str, Any]) -> list[str]:
    found = []
    before, after = details.get("due_before"), details.get("due_after")
    if before and after:
        moments = {"before": _moment(before), "after": _moment(after)}
        found.append(str(_DUE_MOVED if before != after else _DUE_STAYED) % moments)
    skipped = details.get("skipped_days") or []
    if skipped:
        days = readings.listed(readings.day(date.fromisoformat(day)) for day in skipped)
        found.append(_("not counted: %(days)s") % {"days": days})
    if event.event == "regraded" and details.get("reason") == "misjudged" and details.get("excluded"):
        found.append(str(_LEFT_OUT))
    if details.get("quota_returned"):
        found.append(str(history_words.UNIT_RETURNED))
    return found


def _moment(text: str) -> str:
    return readings.moment(datetime.fromisoformat(text))
