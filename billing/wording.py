"""What lines, effects and orders are called, in the reader's language.

Facts are stored (codes, counts, dates, names in both languages); sentences are made when they are read, so that one
quote or invoice can be read in either language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from billing.models import Invoice, Quote
from common import money, readings
from common.beijing import Month

CYCLES = {"monthly": gettext_lazy("one month"), "yearly": gettext_lazy("one year")}


def describe_line(code: str, params: Mapping[str, Any], quantity: int) -> str:
    """One line of a quote or an invoice: "Standard, one month", "2 ticket packs of 10 technical tickets"."""
    if code == "base_fee":
        return _("Base support fee: %(tier)s, %(cycle)s") % {
            "tier": _name(params["tier"]),
            "cycle": CYCLES[params["cycle"]],
        }
    if code == "ticket_pack":
        return ngettext(
            "%(count)s ticket pack of %(tickets)s technical tickets, %(price)s each",
            "%(count)s ticket packs of %(tickets)s technical tickets, %(price)s each",
            quantity,
        ) % {"count": quantity, "tickets": params["tickets"], "price": money.shown(Decimal(params["price"]))}
    raise LookupError(code)


def describe_effect(effect: Mapping[str, Any]) -> str:
    """What else would happen, as a sentence."""
    code = effect["code"]
    if code == "term":
        return _("Paid today, the plan runs from %(first)s up to and including %(last)s.") % _days(effect)
    if code == "technical_tickets":
        return _tickets_left(effect)
    if code == "pack_tickets":
        return _(
            "Paid now, %(remaining)s technical tickets are left in %(month)s. Packs are valid until its end, %(until)s."
        ) % {
            "remaining": effect["remaining"],
            "month": readings.month(Month.parse(effect["month"]).first_day),
            "until": readings.moment(datetime.fromisoformat(effect["valid_until"])),
        }
    if code in ("service_granted", "service_needs_yearly_order"):
        facts = {"name": _name(effect["name"]), "quota": _quota(effect["quantity"], effect["unit"])}
        if code == "service_granted":
            return _("Comes with it: %(name)s, %(quota)s a year.") % facts
        return _("Only with a yearly order: %(name)s, %(quota)s a year.") % facts
    raise LookupError(code)


def title_of(quote: Quote) -> str:
    """What the quote or its order is about, for headings and the payer's page: its lines, joined."""
    lines = [describe_line(line["code"], line["params"], line["quantity"]) for line in quote.lines]
    return pgettext("between the lines of an order", "; ").join(lines)


def title_of_invoice(invoice: Invoice) -> str:
    """The same of an invoice; its lines are read with it."""
    lines = [describe_line(line.code, line.params, line.quantity) for line in invoice.lines.all()]
    return pgettext("between the lines of an order", "; ").join(lines)


def _tickets_left(effect: Mapping[str, Any]) -> str:
    if effect["allowance"] is None:
        return _("Technical tickets are unlimited.")
    if effect["allowance"] == 0:
        return _("Technical tickets are not included.")
    return _("Of %(allowance)s technical tickets this month, %(remaining)s are left.") % {
        "allowance": effect["allowance"],
        "remaining": effect["remaining"],
    }


def _quota(count: int, unit: str) -> str:
    sentences = {
        "natural_day": ngettext("%(count)s natural day", "%(count)s natural days", count),
        "working_day": ngettext("%(count)s working day", "%(count)s working days", count),
        "occasion": ngettext("%(count)s occasion", "%(count)s occasions", count),
    }
    return sentences[unit] % {"count": count}


def _days(effect: Mapping[str, Any]) -> dict[str, str]:
    ends_on = date.fromisoformat(effect["ends_on"])
    return {
        "first": readings.day(date.fromisoformat(effect["starts_on"])),
        "last": readings.day(date.fromordinal(ends_on.toordinal() - 1)),
    }


def _name(texts: Mapping[str, str]) -> str:
    return texts["zh"] if (get_language() or "").startswith("zh") else texts["en"]
