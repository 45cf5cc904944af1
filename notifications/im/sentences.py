"""An event as one sentence for the IM group, in the organization's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.im.robots import Line
from notifications.kinds import Readable
from notifications.mail import absolute

SENTENCES: dict[str, str | Promise] = {
    "ticket.created": _("New ticket %(number)s (%(severity)s): %(subject)s"),
    "ticket.replied": _("%(by)s answered ticket %(number)s: %(subject)s"),
    "ticket.updated": _("Ticket %(number)s is now %(status)s: %(subject)s"),
    "ticket.breached": _("Overdue: the answer to ticket %(number)s was due %(due_at)s: %(subject)s"),
    "ticket.resolved": _("Ticket %(number)s is resolved: %(subject)s"),
    "subscription.changed": _("The support plan has changed (%(tier)s)."),
    "quota.low": _("%(used)s of %(allowance)s technical tickets of %(month)s are used."),
    "quota.exhausted": _("All %(allowance)s technical tickets of %(month)s are used."),
    "invoice.issued": _("Invoice %(number)s over %(total)s was issued."),
    "invoice.overdue": _("Invoice %(number)s is overdue since %(due_on)s."),
    "payment.succeeded": _("The payment of %(amount)s has arrived."),
    "refund.completed": _("%(amount)s were refunded."),
    "booking.updated": _("The booking from %(starts_on)s to %(ends_on)s has changed."),
    "advisory.published": _("New advisory: %(title)s"),
    "report.ready": _("The service report of %(month)s is ready."),
    "test": _("This is a test of the support plan portal."),
}


def line_of(type_: str, data: Mapping[str, Any]) -> Line:
    """The sentence and where it is seen, in the active language; an event without a sentence by its name."""
    sentence = SENTENCES.get(type_)
    text = str(sentence) % Readable(_params(data)) if sentence else type_
    return Line(text, absolute(str(data.get("url") or _home(data))))


def _params(data: Mapping[str, Any]) -> dict[str, Any]:
    message = data.get("message")
    author = message.get("author") if isinstance(message, Mapping) else None
    return {**data, "by": author and author.get("name"), "due_at": data.get("response_due_at")}


def _home(data: Mapping[str, Any]) -> str:
    """Events without a page of their own lead to the organization's home."""
    slug = data.get("organization")
    return reverse("portal:organization", args=[slug]) if slug else ""
