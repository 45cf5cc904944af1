"""What lines and orders are called, in the reader's language; what else would happen: billing/buying/effect_wording.py.

Facts are stored (codes, counts, dates, names in both languages); sentences are made when they are read, so that one
quote or invoice can be read in either language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from billing.buying.effect_wording import describe_effect
from billing.models import Invoice, Quote
from common import money, readings
from common.beijing import Month

__all__ = ["CYCLES", "describe_effect", "describe_line", "title_of", "title_of_invoice"]

CYCLES = {"monthly": gettext_lazy("one month"), "yearly": gettext_lazy("one year")}


def describe_line(code: str, params: Mapping[str, Any], quantity: int) -> str:
    """One line of a quote or an invoice: "Standard, one month", "2 ticket packs of 10 technical tickets"."""
    if code not in _LINES:
        raise LookupError(code)
    return _LINES[code](params, quantity)


def title_of(quote: Quote) -> str:
    """What the quote or its order is about, for headings and the payer's page."""
    if quote.action == "renew":
        return _("Renewal: %(lines)s") % {"lines": _joined(quote)}
    if quote.action == "unsubscribe":
        return _("End of the plan at its term's end") if quote.at == "renewal" else _("End of the plan")
    tier = next((effect["tier"] for effect in quote.effects if effect["code"] in _SAYS_TIER), None)
    if quote.action in ("change_tier", "change_cycle") and tier:
        sentence = _("Next term: %(tier)s") if quote.at == "renewal" else _("Change of the plan to %(tier)s")
        return sentence % {"tier": _name(tier)}
    return _joined(quote)


# Effects of a change that name its tier.
_SAYS_TIER = ("tier_changes", "next_term_wished", "queued_follows")


def title_of_invoice(invoice: Invoice) -> str:
    """What an invoice is for: its lines, joined; they are read with it."""
    return _one_after_the_other(describe_line(line.code, line.params, line.quantity) for line in invoice.lines.all())


def _joined(quote: Quote) -> str:
    return _one_after_the_other(describe_line(line["code"], line["params"], line["quantity"]) for line in quote.lines)


def _one_after_the_other(lines: Iterable[str]) -> str:
    return pgettext("between the lines of an order", "; ").join(lines)


def _base_fee(params: Mapping[str, Any], quantity: int) -> str:
    return _("Base support fee: %(tier)s, %(cycle)s") % _plan(params)


def _ticket_pack(params: Mapping[str, Any], quantity: int) -> str:
    return ngettext(
        "%(count)s ticket pack of %(tickets)s technical tickets, %(price)s each",
        "%(count)s ticket packs of %(tickets)s technical tickets, %(price)s each",
        quantity,
    ) % {"count": quantity, "tickets": params["tickets"], "price": money.shown(Decimal(params["price"]))}


def _change_charge(params: Mapping[str, Any], quantity: int) -> str:
    return _("%(tier)s, for the days left of the term") % _plan(params)


def _unused_days(params: Mapping[str, Any], quantity: int) -> str:
    return _("%(tier)s, days left of the term given back") % _plan(params)


def _queued_charge(params: Mapping[str, Any], quantity: int) -> str:
    return _("Next term: %(tier)s, %(cycle)s") % _plan(params)


def _queued_credit(params: Mapping[str, Any], quantity: int) -> str:
    return _("Next term given back: %(tier)s, %(cycle)s") % _plan(params)


def _incremental_fee(params: Mapping[str, Any], quantity: int) -> str:
    return _("Incremental support fee, %(month)s: %(tier)s") % (_plan(params) | {"month": _month(params["month"])})


def _adjustment(params: Mapping[str, Any], quantity: int) -> str:
    return _("Adjustment of the incremental support fee, %(month)s") % {"month": _month(params["month"])}


def _credit_part(params: Mapping[str, Any], quantity: int) -> str:
    return _("Further part of a refund that began on another credit note")


def _credited_elsewhere(params: Mapping[str, Any], quantity: int) -> str:
    return _("Part of this refund that other credit notes give back")


def _goodwill(params: Mapping[str, Any], quantity: int) -> str:
    return _("Refund by our billing desk")


_LINES: dict[str, Callable[[Mapping[str, Any], int], str]] = {
    "base_fee": _base_fee,
    "ticket_pack": _ticket_pack,
    "change_charge": _change_charge,
    "change_credit": _unused_days,
    "leaving_credit": _unused_days,
    "queued_change_charge": _queued_charge,
    "queued_change_credit": _queued_credit,
    "queued_refund": _queued_credit,
    "incremental_fee": _incremental_fee,
    "adjustment": _adjustment,
    "credit_part": _credit_part,
    "credited_elsewhere": _credited_elsewhere,
    "goodwill": _goodwill,
}


def _plan(params: Mapping[str, Any]) -> dict[str, Any]:
    return {"tier": _name(params["tier"]), "cycle": CYCLES.get(params.get("cycle", ""), "")}


def _month(text: str) -> str:
    return readings.month(Month.parse(text).first_day)


def _name(texts: Mapping[str, str]) -> str:
    return texts["zh"] if (get_language() or "").startswith("zh") else texts["en"]
