"""The history of a ticket in words: one sentence for every kind of row (tickets/history.py) that the portal writes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from common import labels, readings
from supportplans.catalogue import Catalogue
from tickets import thread_words, timers
from tickets.models import Message, Side, Status, Ticket, TicketEvent

# %(who)s is a person's name, or the portal.
SENTENCES: dict[str, str | Promise] = {
    "created": gettext_lazy("%(who)s filed the ticket"),
    "created_for": gettext_lazy("%(who)s filed the ticket for %(for)s"),
    "answered_on_call": gettext_lazy("%(who)s answered at once, while it was filed"),
    "transcript_added": gettext_lazy("%(who)s added what was said in a chat"),
    "tagged": gettext_lazy("%(who)s changed the tags: %(tags)s"),
    "callback_requested": gettext_lazy("%(who)s asked to be called back"),
    "callback_withdrawn": gettext_lazy("%(who)s no longer asks to be called back"),
    "rated": gettext_lazy("%(who)s rated our help with %(score)s of 5"),
    "called_back": gettext_lazy("%(who)s called back"),
    "claimed": gettext_lazy("%(who)s takes care of it"),
    "released": gettext_lazy("%(who)s handed it back to the team"),
    "assigned": gettext_lazy("%(to)s takes care of it"),
    "accepted": gettext_lazy("%(who)s accepted the ticket"),
    "started": gettext_lazy("Work has begun"),
    "stopped": gettext_lazy("It is back in the queue"),
    "answered": gettext_lazy("%(who)s answered; work has begun"),
    "waiting": gettext_lazy("%(who)s waits for the customer's answer"),
    "customer_answered": gettext_lazy("%(who)s answered; work goes on"),
    "reminded": gettext_lazy("The portal reminded of the answer it waits for"),
    "urged": gettext_lazy("%(who)s urged for an answer"),
    "resolved": gettext_lazy("%(who)s resolved the ticket"),
    "closed": gettext_lazy("%(who)s closed the ticket"),
    "reopened": gettext_lazy("%(who)s opened the ticket again"),
    "withdrawn": gettext_lazy("%(who)s withdrew the ticket"),
    "secret_given": gettext_lazy("%(who)s gave a secret field: %(label)s"),
    "secret_seen": gettext_lazy("%(who)s looked at a secret field: %(label)s"),
    "secret_deleted": gettext_lazy("%(who)s deleted a secret field: %(label)s"),
    "secrets_deleted": gettext_lazy("The portal deleted the secret fields: the ticket has ended"),
    "watchers_added": gettext_lazy("%(who)s keeps %(people)s informed"),
    "watchers_removed": gettext_lazy("%(who)s keeps %(people)s informed no more"),
    "closed_out_of_scope": gettext_lazy("%(who)s closed the ticket: support plans do not cover it (%(reason)s)"),
}
CLOSED_BY_ITSELF = gettext_lazy("Closed by itself after 7 quiet days")
RESOLVED_BY_ITSELF = gettext_lazy("Resolved by itself after 7 days without an answer")
UNIT_RETURNED = gettext_lazy("its ticket unit went back to the month's quota")
STEPS: dict[int, str | Promise] = {
    50: gettext_lazy("Half of the answer time is used: the engineer was reminded"),
    80: gettext_lazy("80 % of the answer time is used: the desk lead was told"),
    100: gettext_lazy("The answer is overdue: the desk lead was told"),
    200: gettext_lazy("Twice the answer time is used: the duty manager was told"),
}
OTHER_STEP = gettext_lazy("%(percent)s %% of the answer time is used: the people responsible were told")
ANSWERED = {
    timers.MET: gettext_lazy("The answer time was kept"),
    timers.BREACHED: gettext_lazy("The answer time was missed"),
}
CANCELLED = gettext_lazy("No answer is owed any more")


def sentence(event: TicketEvent, catalogue: Catalogue | None = None) -> str:
    """The row as a sentence in the reader's language; an unknown kind of row reads as its code."""
    details = event.details or {}
    if event.event == "timer_started":
        return _timer_started(details, catalogue)
    if event.event in thread_words.SENTENCES:
        return thread_words.sentence(event, catalogue)
    if event.event == "timer_answered":
        return str(ANSWERED.get(details.get("state", ""), ANSWERED[timers.MET]))
    if event.event == "timer_cancelled":
        return str(CANCELLED)
    if event.event in ("escalated", "step_passed"):
        known = STEPS.get(event.step or 0)
        return str(known) if known else str(OTHER_STEP) % {"percent": event.step}
    if event.by_id is None and event.event == "closed":
        return str(CLOSED_BY_ITSELF)
    if event.by_id is None and event.event == "resolved":
        return str(RESOLVED_BY_ITSELF)
    who = event.by.display_name() if event.by else _("The portal")
    pattern = SENTENCES.get("created_for" if event.event == "created" and details.get("for") else event.event)
    if pattern is None:
        return event.event.replace("_", " ").capitalize()
    said = str(pattern) % {
        "who": who,
        "to": details.get("to", ""),
        "reason": _reason_name(details.get("reason", ""), catalogue),
        "for": details.get("for", ""),
        "tags": _tags(details),
        "score": details.get("score", ""),
        "label": details.get("label", ""),
        "people": readings.listed(details.get("people", ())),
    }
    if details.get("quota_returned"):
        return _("%(sentence)s; %(more)s") % {"sentence": said, "more": UNIT_RETURNED}
    return said


def _tags(details: dict[str, Any]) -> str:
    """ "+vip −slow": added and removed tags."""
    added, removed = details.get("added", ()), details.get("removed", ())
    return " ".join([*(f"+{tag}" for tag in added), *(f"−{tag}" for tag in removed)])


def _reason_name(code: str, catalogue: Catalogue | None) -> str:
    """Why a ticket is out of scope, in words; what is no code of the catalogue stays as it is."""
    reasons = catalogue.out_of_scope_reasons if catalogue is not None else ()
    return next((one.name.in_language(get_language() or "en") for one in reasons if one.code == code), code)


def _timer_started(details: dict[str, Any], catalogue: Catalogue | None) -> str:
    due = readings.moment(datetime.fromisoformat(details["due_at"]))
    values = {"due": due, "target": target_words(details.get("target_minutes"), details.get("target_working_days"))}
    values["severity"] = severity_name(details.get("severity", ""), catalogue)
    if not details.get("target_working_days"):
        return _("An answer is due by %(due)s: within %(target)s for “%(severity)s”") % values
    accepts = details.get("timer") == timers.FIRST
    pattern = (
        _("It is accepted by %(due)s: within %(target)s")
        if accepts
        else _("An answer is due by %(due)s: within %(target)s")
    )
    said = pattern % values
    skipped = details.get("skipped_days") or []
    if skipped:
        days = readings.listed(readings.day(date.fromisoformat(day)) for day in skipped)
        return _("%(sentence)s; not counted: %(more)s") % {"sentence": said, "more": days}
    return said


def target_words(minutes: int | None, working_days: int | None) -> str:
    """ "30 min", "8 h" or "1 working day"."""
    if minutes is not None:
        return readings.span(minutes * 60)
    days = working_days or 0
    return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}


def severity_name(code: str, catalogue: Catalogue | None) -> str:
    """The severity by the catalogue's name, or by the pages' short label."""
    if catalogue is not None and code in catalogue.severity_codes():
        return catalogue.severity(code).name.in_language(get_language() or "en")
    return str(labels.look(labels.SEVERITIES, code).label)


# What an organization's home tells of besides messages.
TOLD_ON_HOME = ("accepted", "resolved", "closed", "reopened", "withdrawn")


def message_words(message: Message, ticket: Ticket) -> str:
    """Who spoke, as a sentence; the first message of a ticket is its filing."""
    who = message.author.display_name() if message.author else _("The portal")
    if message.side == Side.CUSTOMER and message.at == ticket.created_at:
        return _("%(who)s filed the ticket") % {"who": who}
    pattern = _("%(who)s answered") if message.side == Side.STAFF else _("%(who)s wrote")
    return pattern % {"who": who}


ENDED: dict[str, str | Promise] = {
    Status.RESOLVED: gettext_lazy("This ticket is resolved. If something is still open, write: it opens again."),
    Status.CLOSED: gettext_lazy("This ticket is closed. Within 14 days of its end a message opens it again."),
    Status.WITHDRAWN: gettext_lazy("This ticket was withdrawn. File a new one if you need help again."),
    Status.MERGED: gettext_lazy("This ticket was merged into another one: the conversation goes on there."),
}


def ended_words(ticket: Ticket) -> str | Promise:
    """What an ended ticket says of itself beside its conversation; '' for one that is worked on."""
    return ENDED.get(ticket.status, "")
