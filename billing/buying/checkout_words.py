"""What the checkout page is called, and what its buttons say, for each action."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.actions import Wish
from billing.actions.base import RENEWAL

Words = str | Promise


@dataclass(frozen=True)
class CheckoutWords:
    """`confirm`: of the button where nothing is to be paid; `done`: the heading of the fulfilled order."""

    title: Words
    subtitle: Words
    done: Words
    confirm: Words = ""
    # Chosen on one page, looked at again and confirmed on the next one.
    has_two_steps: bool = True
    takes_away: bool = False
    tab: Words = ""


_UNKNOWN = CheckoutWords(_("Choose your plan"), "", _("Done"), has_two_steps=False)
_WORDS: dict[str, CheckoutWords] = {
    "subscribe": CheckoutWords(
        _("Choose your plan"),
        _("You see what it costs and what happens before you confirm. Nothing is charged before the next step."),
        _("Your plan is active"),
        has_two_steps=False,
    ),
    "buy_pack": CheckoutWords(
        _("Buy ticket packs"),
        _("More technical tickets for this month, from the payment on."),
        _("Your tickets are ready"),
        has_two_steps=False,
    ),
    "change_tier": CheckoutWords(
        _("Change the tier"),
        _("For the rest of the term, or from the next term on. You see what it costs or brings back first."),
        _("Your plan is changed"),
        _("Change the tier"),
        tab=pgettext_lazy("a part of the plan", "Tier"),
    ),
    "change_cycle": CheckoutWords(
        _("Change the payment cycle"),
        _("From the next term on: a running term keeps its cycle."),
        _("Your next term is changed"),
        _("Change the cycle"),
        tab=_("Payment cycle"),
    ),
    "renew": CheckoutWords(
        _("Renew your plan"),
        _("The next term is paid now and begins where this one ends."),
        _("Your plan is renewed"),
        _("Renew"),
        tab=_("Renew"),
    ),
    "unsubscribe": CheckoutWords(
        _("Unsubscribe"),
        _("You return to the free plan, now or at the end of the term. You see first what is refunded."),
        _("You are unsubscribed"),
        _("Unsubscribe"),
        takes_away=True,
        tab=_("Unsubscribe"),
    ),
}
_ENDS = CheckoutWords(
    _("Unsubscribe"),
    _WORDS["unsubscribe"].subtitle,
    _("Your plan ends with the term"),
    _("Let it end with the term"),
    takes_away=True,
    tab=_WORDS["unsubscribe"].tab,
)
_WISHED = CheckoutWords(
    _("Change the tier"),
    _WORDS["change_tier"].subtitle,
    _("Your next term is changed"),
    _("Change the next term"),
    tab=_WORDS["change_tier"].tab,
)
# The ways to change a paid plan, as they stand beside each other.
CHANGES = ("change_tier", "change_cycle", "renew", "unsubscribe")


def words_of(wish: Wish) -> CheckoutWords:
    """The words for a wish, or for the wish that an order carried out."""
    at_renewal = {"unsubscribe": _ENDS, "change_tier": _WISHED}
    if wish.at == RENEWAL and wish.action in at_renewal:
        return at_renewal[wish.action]
    return _WORDS.get(wish.action, _UNKNOWN)


def tabs() -> list[tuple[str, Words]]:
    """The changes of a plan with what their tabs say."""
    return [(code, _WORDS[code].tab) for code in CHANGES]
