"""Money that arrives at the bank: recorded by billing operators, matched to a payment by its reference (page 3.8).

A matched transfer is a gateway's word like any other: kept, processed once, held where the amount is not what was
asked. What names no payment that waits for money stays unmatched until a person says what it is for. Refunds of such
payments are sent at the bank by a person, who says so here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from billing.gateways.bank_transfer import BankTransferGateway
from billing.gateways.interface import Event
from billing.gateways.plain_words import write_event
from billing.invoices import refunds
from billing.invoices.numbers import ALPHABET
from billing.models import IncomingTransfer, Payment, Refund
from billing.paying import gateway_notifications
from billing.paying import outcomes as settling
from common import audit, money
from common.beijing import date_of, midnight
from common.money import Money
from common.problems import FieldErrors, Refusal

GATEWAY = BankTransferGateway.code
_REFERENCE = re.compile(rf"BT[-\s]*((?:[{ALPHABET}OIL][-\s]*){{10}})(?![A-Z0-9])", re.IGNORECASE)
# How people and banks write letters that our references do without.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class TransferMatched(Refusal):
    code = "transfer_matched"
    title = gettext_lazy("This transfer is matched already")
    default_detail = gettext_lazy("Money is booked once. Refund it where it went to the wrong payment.")


class PaymentNotWaiting(Refusal):
    code = "payment_not_waiting"
    title = gettext_lazy("This payment does not wait for a transfer")
    default_detail = gettext_lazy("It is paid, held or refunded already, or is paid in another way.")


class RefundNotByHand(Refusal):
    code = "refund_not_by_hand"
    title = gettext_lazy("This refund is not sent by hand")
    default_detail = gettext_lazy("Its gateway sends it by itself.")


@dataclass(frozen=True)
class Arrived:
    """A line of the bank's statement."""

    bank_reference: str
    amount: Money
    currency: str
    payer: str
    purpose: str
    received_on: date


def references_in(purpose: str) -> Sequence[str]:
    """Our references in what the payer wrote, as we write them: "pls see bt 7K3Q X9M2TB" -> BT-7K3QX9M2TB."""
    found = [re.sub(r"[-\s]", "", code).upper().translate(_READ_AS) for code in _REFERENCE.findall(purpose)]
    return [f"BT-{code}" for code in found]


def record(*, arrived: Arrived, at: datetime, by: Person) -> IncomingTransfer:
    """Write down money that arrived; matched at once where it names a waiting payment.

    In a transaction that sees every organization. The same line of the statement again is the same transfer, with
    other content it raises FieldErrors, as do an amount that is not above zero and a day to come.
    """
    _check(arrived, at)
    known = IncomingTransfer.objects.filter(bank_reference=arrived.bank_reference).first()
    if known is not None:
        return _same(known, arrived)
    transfer = IncomingTransfer.objects.create(
        bank_reference=arrived.bank_reference,
        amount=arrived.amount,
        currency=arrived.currency,
        payer=arrived.payer,
        purpose=arrived.purpose,
        received_on=arrived.received_on,
        recorded_by=by,
        recorded_at=at,
    )
    audit.record(
        by=by,
        organization_id=None,
        action="transfer.recorded",
        object=transfer.bank_reference,
        after={"amount": money.plain(transfer.amount), "currency": transfer.currency},
    )
    named = Payment.objects.filter(reference__in=references_in(arrived.purpose), gateway=GATEWAY)
    waiting = list(named.filter(status__in=settling.OPEN)[:2])
    # Two references in one transfer: a person says how it is meant.
    if len(waiting) == 1:
        _match(transfer, waiting[0], at=at, by=by)
    return transfer


def match(*, transfer: IncomingTransfer, reference: str, at: datetime, by: Person) -> IncomingTransfer:
    """A person says which payment a transfer is for. Raises TransferMatched, FieldErrors, PaymentNotWaiting."""
    transfer = IncomingTransfer.objects.select_for_update().get(pk=transfer.pk)
    if transfer.payment_reference:
        raise TransferMatched
    payment = Payment.objects.filter(reference=reference.strip().upper()).first()
    if payment is None:
        raise FieldErrors({"payment": [_("There is no payment with this reference.")]})
    if payment.gateway != GATEWAY or payment.status not in settling.OPEN:
        raise PaymentNotWaiting
    _match(transfer, payment, at=at, by=by)
    return transfer


def refund_sent(*, refund: Refund, by: Person) -> Refund:
    """A person sent a refund at the bank; opens its own transaction, twice is once. Raises RefundNotByHand."""
    if refund.payment.gateway != GATEWAY:
        raise RefundNotByHand
    return refunds.complete(refund.pk, by=by)


def _match(transfer: IncomingTransfer, payment: Payment, *, at: datetime, by: Person) -> None:
    transfer.payment_reference = payment.reference
    transfer.matched_by = by
    transfer.matched_at = at
    transfer.save(update_fields=["payment_reference", "matched_by", "matched_at"])
    audit.record(
        by=by,
        organization_id=payment.organization_id,
        action="transfer.matched",
        object=payment.reference,
        after={"bank_reference": transfer.bank_reference, "amount": money.plain(transfer.amount)},
    )
    event = Event(
        event_id=f"transfer-{transfer.pk}",
        reference=payment.reference,
        outcome="succeeded",
        amount=transfer.amount,
        currency=transfer.currency,
        occurred_at=_occurred_at(transfer, payment, at),
        gateway_id=transfer.bank_reference,
    )
    row = gateway_notifications.store(gateway=GATEWAY, event=event, raw=write_event(event), at=at)
    # Kept with the transfer, or not at all; whoever dies before the commit's end leaves it to the reconciliation job.
    transaction.on_commit(lambda: gateway_notifications.process(row.pk), robust=True)


def _occurred_at(transfer: IncomingTransfer, payment: Payment, at: datetime) -> datetime:
    """A statement says the day alone: its start, but not before the payment was asked for, nor after now."""
    return min(max(midnight(transfer.received_on), payment.created_at), at)


def _same(known: IncomingTransfer, arrived: Arrived) -> IncomingTransfer:
    was = Arrived(known.bank_reference, known.amount, known.currency, known.payer, known.purpose, known.received_on)
    if was != arrived:
        sentence = _("Another transfer is recorded under this reference of the bank.")
        raise FieldErrors({"bank_reference": [sentence]})
    return known


def _check(arrived: Arrived, at: datetime) -> None:
    errors = {}
    if arrived.amount <= 0:
        errors["amount"] = [_("Give an amount above zero.")]
    if not re.fullmatch("[A-Z]{3}", arrived.currency):
        errors["currency"] = [_("Give a currency by its three letters, such as CNY.")]
    if arrived.received_on > date_of(at):
        errors["received_on"] = [_("This day is still to come.")]
    if errors:
        raise FieldErrors(errors)


@dataclass(frozen=True)
class Proforma:
    """What a payer needs at their bank."""

    payment: Payment
    holder: str
    number: str
    bank: str
    payable_until: datetime | None


def proforma_of(payment: Payment) -> Proforma:
    """The account to transfer to, from the settings; an order ends at an instant, an invoice is merely due."""
    account = settings.BANK_ACCOUNT
    payable_until = payment.order.pay_until if payment.order else None
    return Proforma(payment, account["holder"], account["number"], account["bank"], payable_until)
