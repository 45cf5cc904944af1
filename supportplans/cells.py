"""The cells of the comparison: a tick, a dash, a number, a time with a bar."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import readings
from common.money import Money, shown
from supportplans.catalogue import Entitlement, TicketPack, Tier

FULL_BAR = 100
SHORTEST_BAR = 8


@dataclass(frozen=True)
class Cell:
    """`kind`: yes, no, text, target (with `bar`, 0 to 100: the longer the faster), lines or covered.

    A cell may speak for `rows` lines of the table under its own `label`; the cells below it are covered.
    """

    kind: str
    text: str = ""
    note: str = ""
    bar: int = 0
    lines: tuple[str, ...] = ()
    rows: int = 1
    label: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the tier has it at all."""
        return self.kind not in ("no", "covered")


YES = Cell("yes")
NO = Cell("no")
COVERED = Cell("covered")


def text(words: str) -> Cell:
    return Cell("text", words)


def money(amount: Money) -> Cell:
    return Cell("text", shown(amount) if amount else _("Free"))


def target(tier: Tier, severity: str, longest: int) -> Cell:
    """How fast a severity is answered at a tier; `longest` minutes is the slowest target of the table."""
    offered = tier.severity(severity)
    if offered is None:
        return NO
    if offered.target_minutes is None:
        return _acceptance(tier) if severity == tier.severities[0].code else COVERED
    within = _("within %(span)s") % {"span": readings.span(offered.target_minutes * 60)}
    return Cell("target", within, bar=speed(offered.target_minutes, longest))


def _acceptance(tier: Tier) -> Cell:
    days = tier.accept_within_working_days or 0
    words = ngettext("accepted within %(days)s working day", "accepted within %(days)s working days", days)
    return Cell("text", words % {"days": days}, rows=len(tier.severities), label=_("Every severity"))


def speed(minutes: int, longest: int) -> int:
    """The length of a bar, 8 to 100: logarithmic, so that 10 minutes, 3 hours and 16 hours can be told apart.

    Of a slowest target of 960: 960 -> 8, 480 -> 17, 180 -> 30, 30 -> 54, 10 -> 69; one minute is the full bar.
    """
    if longest <= 1:
        return FULL_BAR
    share = 1 - math.log(max(minutes, 1)) / math.log(longest)
    return SHORTEST_BAR + round((FULL_BAR - SHORTEST_BAR) * share)


def technical(tier: Tier) -> Cell:
    """How many technical tickets a calendar month holds."""
    tickets = tier.technical_tickets
    if not tickets.included:
        return NO
    if tickets.monthly_quota is None:
        return text(_("Unlimited"))
    return text(_("%(count)s a calendar month") % {"count": tickets.monthly_quota})


def pack(tier: Tier, offered: TicketPack) -> Cell:
    """What a pack adds, at the tiers that can use one."""
    if not tier.technical_tickets.metered:
        return NO
    return text(_("%(count)s more for %(price)s") % {"count": offered.tickets, "price": shown(offered.price)})


def brackets(tier: Tier) -> Cell:
    """The rates of the usage fee, one line a bracket."""
    if not tier.usage_brackets:
        return NO
    lines = []
    for bracket in tier.usage_brackets:
        facts = {
            "rate": format((bracket.rate * 100).normalize(), "f"),
            "amount": shown(bracket.from_amount),
        }
        words = _("%(rate)s %% from %(amount)s") if bracket.from_amount else _("%(rate)s %%")
        lines.append(words % facts)
    return Cell("lines", lines=tuple(lines))


def entitlement(have: Entitlement | None) -> Cell:
    """A tick, or how much of it a year holds."""
    if have is None:
        return NO
    if have.coming_soon:
        return Cell("text", _("Coming soon"))
    if have.quota is None:
        return YES
    note = _("with yearly orders") if have.yearly_orders_only else ""
    return Cell("text", quota(have.unit or "", have.quota), note)


def quota(unit: str, count: int) -> str:
    """ "4 natural days a year"."""
    if unit == "natural_day":
        words = ngettext("%(count)s natural day a year", "%(count)s natural days a year", count)
    elif unit == "working_day":
        words = ngettext("%(count)s working day a year", "%(count)s working days a year", count)
    else:
        words = ngettext("%(count)s a year", "%(count)s a year", count)
    return words % {"count": count}
