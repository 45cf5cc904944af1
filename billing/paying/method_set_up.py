"""Storing a payment method: at once, or after its owner allowed it on the gateway's page (spec page 3, section 3.8).

Only the gateway's token and a label are kept. The reference that a set-up carries names whom it is for: it comes back
inside the gateway's verified word, and nobody else can make the gateway say it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

import structlog

from accounts.models import Organization, Person
from billing import access, locks
from billing.gateways.interface import MethodStored
from billing.models import PaymentMethod
from common import audit

log = structlog.get_logger(__name__)
_REFERENCE = re.compile(r"M-(?P<organization>\d{1,18})-(?P<person>\d{1,18})-(?P<default>[adn])-[0-9a-f]{24}")
_WISHES = {"a": None, "d": True, "n": False}


@dataclass(frozen=True)
class SetUp:
    """Whom a method is stored for. `is_default` None: if it is the first one."""

    organization_id: int
    person_id: int
    is_default: bool | None = None

    @property
    def reference(self) -> str:
        """A new name for it."""
        letter = next(letter for letter, wish in _WISHES.items() if wish is self.is_default)
        return f"M-{self.organization_id}-{self.person_id}-{letter}-{secrets.token_hex(12)}"


def set_up_of(reference: str) -> SetUp | None:
    """Whom the reference names; None for one that is not ours."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    return SetUp(int(found["organization"]), int(found["person"]), _WISHES[found["default"]])


def keep(*, gateway: str, word: MethodStored, at: datetime) -> PaymentMethod | None:
    """Write down what the gateway reported; in a transaction that sees the organization. Twice is once."""
    wanted = set_up_of(word.reference)
    organization = Organization.objects.filter(pk=wanted.organization_id).first() if wanted else None
    if wanted is None or organization is None:
        log.error("payment_method.of_nobody", gateway=gateway, reference=word.reference)
        return None
    by = Person.objects.filter(pk=wanted.person_id).first()
    return add(
        organization=organization,
        gateway=gateway,
        token=word.token,
        label=word.label,
        is_default=wanted.is_default,
        at=at,
        by=by,
    )


def add(
    *,
    organization: Organization,
    gateway: str,
    token: str,
    label: str,
    is_default: bool | None,
    at: datetime,
    by: Person | None,
) -> PaymentMethod:
    """A stored method of the organization; one that is there already stays as it is."""
    locks.hold_account(organization.pk)
    methods = access.payment_methods_of(organization)
    known = methods.filter(gateway=gateway, token=token).first()
    if known is not None:
        return known
    becomes_default = not methods.exists() if is_default is None else is_default
    if becomes_default:
        methods.filter(is_default=True).update(is_default=False)
    method = PaymentMethod.objects.create(
        organization=organization,
        gateway=gateway,
        token=token,
        label=(label or gateway.title())[:100],
        is_default=becomes_default,
        created_at=at,
        created_by=by,
    )
    record(method, "payment_method.added", by)
    return method


def record(method: PaymentMethod, action: str, by: Person | None) -> None:
    """One line of the audit trail; the token is nobody's to read."""
    audit.record(
        by=by,
        organization_id=method.organization_id,
        action=action,
        object=str(method.pk),
        after={"gateway": method.gateway, "label": method.label, "default": method.is_default},
    )
