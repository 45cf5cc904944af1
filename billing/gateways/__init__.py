"""Payment gateways behind one interface: create a payment, verify a notification, query, refund, charge again."""

from __future__ import annotations

from django.conf import settings

from billing.gateways.alipay import AlipayGateway
from billing.gateways.bank_transfer import BankTransferGateway
from billing.gateways.interface import Gateway, Offer
from billing.gateways.sandbox import SandboxGateway
from billing.gateways.stripe import StripeGateway
from common.problems import NotFound

_ALL: dict[str, Gateway] = {
    gateway.code: gateway for gateway in (SandboxGateway(), AlipayGateway(), StripeGateway(), BankTransferGateway())
}


def switched_on() -> list[Gateway]:
    """The gateways that new payments may use: setting PAYMENT_GATEWAY, the default one first."""
    return [_ALL[code] for code in settings.PAYMENT_GATEWAYS]


def gateway_named(code: str) -> Gateway:
    """A gateway by its code, also one that takes no new payments any more but still refunds and reports.

    Raises NotFound for one that this portal does not have.
    """
    if code not in _ALL or not _ALL[code].is_set_up():
        raise NotFound
    return _ALL[code]


def described(code: str) -> Offer:
    """What a gateway is, whether or not it is set up here."""
    return _ALL[code].offer()


def set_up() -> list[str]:
    """Codes of the gateways that can be talked to."""
    return [code for code, gateway in _ALL.items() if gateway.is_set_up()]


def refunding() -> list[str]:
    """Codes of those that send refunds themselves."""
    return [code for code in set_up() if _ALL[code].offer().refunds_itself]
