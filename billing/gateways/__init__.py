"""Payment gateways behind one interface: create a payment, verify a notification, query, refund."""

from __future__ import annotations

from django.conf import settings

from billing.gateways.interface import Gateway
from billing.gateways.sandbox import SandboxGateway
from common.problems import NotFound

_GATEWAYS: dict[str, Gateway] = {"sandbox": SandboxGateway()}


def configured() -> Gateway:
    """The gateway that new payments use: setting PAYMENT_GATEWAY."""
    return _GATEWAYS[settings.PAYMENT_GATEWAY]


def gateway_named(code: str) -> Gateway:
    """A gateway by its code; raises NotFound for one that this portal does not have."""
    if code not in _GATEWAYS or (code == "sandbox" and code != settings.PAYMENT_GATEWAY):
        raise NotFound
    return _GATEWAYS[code]
