"""How something can be paid: by a gateway's page, by transfer, or by a stored method (spec page 3, section 3.8).

What a gateway serves is data (its `Offer`): a wallet takes no payment above its largest, which is why a yearly
enterprise plan is not paid by wallet; a bank transfer serves what can wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from billing import access, gateways
from billing.gateways.interface import Gateway, Offer
from billing.models import PaymentMethod
from common import money
from common.money import Money
from common.problems import FieldErrors, NotFound, Refusal


class NoWayToPay(Refusal):
    code = "no_way_to_pay"
    title = gettext_lazy("No way to pay this here")
    default_detail = gettext_lazy("None of our ways to pay takes this amount. Contact sales: we find one.")


@dataclass(frozen=True)
class Choice:
    """What was asked for: a gateway by its code, a stored method by its id, both or neither."""

    gateway: str = ""
    method: str = ""

    @classmethod
    def typed(cls, value: str) -> Choice:
        """As a form names it (`Way.value`); '' is no choice."""
        kind, _colon, which = value.partition(":")
        return cls(method=which) if kind == "method" else cls(gateway=which or value)


ANY = Choice()


@dataclass(frozen=True)
class Way:
    """A gateway, and the stored method that is charged there where the payer need not come."""

    gateway: Gateway
    method: PaymentMethod | None = None

    @property
    def value(self) -> str:
        """As a form names it."""
        return f"method:{self.method.pk}" if self.method else f"gateway:{self.gateway.code}"

    @property
    def waits(self) -> timedelta:
        """How long an unpaid order waits for it."""
        return self.gateway.offer().waits

    @property
    def label(self) -> Any:
        return self.method.label if self.method else self.gateway.offer().label

    @property
    def note(self) -> Any:
        if self.method:
            return _("Stored: charged at once, nothing more to do.")
        return self.gateway.offer().note


def label_of(gateway: str) -> Any:
    """What a payer calls a gateway, also one that takes no payments any more."""
    return gateways.described(gateway).label


def serves(offer: Offer, *, action: str, amount: Money) -> bool:
    """Whether a gateway takes this amount for this kind of order; `action` '' is an invoice."""
    fits = offer.largest is None or amount <= offer.largest
    return fits and (offer.actions is None or not action or action in offer.actions)


def offered(organization: Organization, *, action: str, amount: Money) -> list[Way]:
    """Every way, the one to suggest first: the default method, then gateways in the order of the setting."""
    usable = [gateway for gateway in gateways.switched_on() if serves(gateway.offer(), action=action, amount=amount)]
    by_code = {gateway.code: gateway for gateway in usable}
    methods = [m for m in access.payment_methods_of(organization) if m.gateway in by_code]
    methods.sort(key=lambda method: (not method.is_default, -method.pk))
    return [Way(by_code[m.gateway], m) for m in methods] + [Way(gateway) for gateway in usable]


def choose(organization: Organization, choice: Choice, *, action: str, amount: Money) -> Way:
    """The way that was asked for, or the first gateway that serves.

    Raises FieldErrors for one that is not there or does not serve, NoWayToPay where nothing does.
    """
    if choice.method:
        return _by_method(organization, choice, action=action, amount=amount)
    usable = [g for g in gateways.switched_on() if serves(g.offer(), action=action, amount=amount)]
    if not choice.gateway:
        if not usable:
            raise NoWayToPay
        return Way(usable[0])
    chosen = next((g for g in gateways.switched_on() if g.code == choice.gateway), None)
    if chosen is None:
        known = ", ".join(g.code for g in gateways.switched_on())
        raise FieldErrors({"gateway": [_("Unknown gateway. Known are: %(known)s.") % {"known": known}]})
    if chosen not in usable:
        raise FieldErrors({"gateway": [_why_not(chosen.offer(), amount)]})
    return Way(chosen)


def _by_method(organization: Organization, choice: Choice, *, action: str, amount: Money) -> Way:
    try:
        method = access.payment_method_named(organization, choice.method)
    except NotFound as unknown:
        raise FieldErrors({"payment_method": [_("There is no such stored payment method.")]}) from unknown
    if choice.gateway and choice.gateway != method.gateway:
        raise FieldErrors({"gateway": [_("The stored payment method belongs to another gateway.")]})
    chosen = next((g for g in gateways.switched_on() if g.code == method.gateway), None)
    if chosen is None or not chosen.offer().stores:
        raise FieldErrors({"payment_method": [_("This payment method cannot be used any more. Choose another.")]})
    if not serves(chosen.offer(), action=action, amount=amount):
        raise FieldErrors({"payment_method": [_why_not(chosen.offer(), amount)]})
    return Way(chosen, method)


def _why_not(offer: Offer, amount: Money) -> str:
    if offer.largest is not None and amount > offer.largest:
        return _("This way to pay takes at most %(largest)s. Choose another.") % {"largest": money.shown(offer.largest)}
    return _("This way to pay is not offered for this kind of order. Choose another.")
