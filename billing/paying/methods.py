"""Stored payment methods: added, chosen as the default, removed, and charged (spec pages 3.8 and 7).

Renewals and settlements are charged to the default one; without a default nothing is charged by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from billing import access, gateways, locks
from billing.buying.quotes import refuse_disabled
from billing.gateways.interface import Gateway, GatewayRefused, StoreRequest
from billing.models import PaymentMethod
from billing.paying import gateway_notifications, method_set_up
from billing.paying.method_set_up import SetUp, record
from billing.paying.payments import charge_default
from common import clock
from common.problems import FieldErrors, NotFound

__all__ = ["add", "charge_default", "confirm", "remove", "set_default", "storing"]

log = structlog.get_logger(__name__)
MOST_METHODS = 20


def storing() -> list[Gateway]:
    """The gateways that can store a method, the one to suggest first."""
    return [gateway for gateway in gateways.switched_on() if gateway.offer().stores]


def add(
    *,
    organization: Organization,
    gateway: str,
    at: datetime,
    by: Person,
    is_default: bool | None = None,
    fields: Mapping[str, str] | None = None,
) -> PaymentMethod | str:
    """Store a method, or begin to: then the address of the gateway's page where its owner allows it.

    `is_default` None: if it is the first one. `fields` are the gateway's own wishes. Raises OrganizationDisabled,
    FieldErrors, GatewayUnreachable.
    """
    storer = next((storer for storer in storing() if storer.code == gateway), None)
    if storer is None:
        known = ", ".join(storer.code for storer in storing()) or "–"
        sentence = _("Methods can be stored with: %(known)s.") % {"known": known}
        raise FieldErrors({"gateway": [sentence]})
    if access.payment_methods_of(organization).count() >= MOST_METHODS:
        raise FieldErrors({"gateway": [_("There are %(most)s already. Remove one first.") % {"most": MOST_METHODS}]})
    refuse_disabled(organization)
    stored = storer.store(
        StoreRequest(
            reference=SetUp(organization.pk, by.pk, is_default).reference,
            return_url=settings.PUBLIC_URL + reverse("billing:payment-methods", args=[organization.slug]),
            email=by.email,
            fields=fields or {},
        )
    )
    if isinstance(stored, str):
        return stored
    return method_set_up.add(
        organization=organization,
        gateway=gateway,
        token=stored.token,
        label=stored.label,
        is_default=is_default,
        at=at,
        by=by,
    )


def confirm(*, organization: Organization, session: str) -> bool:
    """Ask the gateway about a set-up whose owner came back, in case its report is late. Whether it is done.

    A session that is another organization's changes nothing here.
    """
    for gateway in storing():
        try:
            answer = gateway.confirm_stored(session)
        except GatewayRefused:
            continue
        if answer is not None:
            word, raw = answer
            wanted = method_set_up.set_up_of(word.reference)
            if wanted is None or wanted.organization_id != organization.pk:
                return False
            row = gateway_notifications.store(gateway=gateway.code, event=word, raw=raw, at=clock.now())
            gateway_notifications.process(row.pk)
            return True
    return False


def set_default(*, method: PaymentMethod, is_default: bool, by: Person) -> PaymentMethod:
    """Make it the one that is charged by itself, or none. Raises OrganizationDisabled, NotFound for a removed one."""
    method = _held(method)
    if method.is_default != is_default:
        if is_default:
            access.payment_methods_of(method.organization).filter(is_default=True).update(is_default=False)
        method.is_default = is_default
        method.save(update_fields=["is_default"])
        record(method, "payment_method.default_changed", by)
    return method


def remove(*, method: PaymentMethod, at: datetime, by: Person) -> None:
    """Charge it never again; the gateway forgets it after the commit. Raises OrganizationDisabled, NotFound."""
    method = _held(method)
    method.is_default = False
    method.removed_at = at
    method.save(update_fields=["is_default", "removed_at"])
    record(method, "payment_method.removed", by)
    gateway, token = method.gateway, method.token
    transaction.on_commit(lambda: gateways.gateway_named(gateway).forget(token), robust=True)


def _held(method: PaymentMethod) -> PaymentMethod:
    organization = locks.hold_account(method.organization_id)
    refuse_disabled(organization)
    held = access.payment_methods_of(organization).select_related("organization").filter(pk=method.pk).first()
    if held is None:
        raise NotFound
    return held
