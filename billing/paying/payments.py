"""Payments of orders and invoices: started at a gateway, settled by its word (billing/paying/outcomes.py)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Person
from billing import access, locks
from billing.gateways.bank_transfer import BankTransferGateway
from billing.invoices import numbers
from billing.models import Invoice, Order, Payment
from billing.paying import charging, ways_to_pay
from billing.paying.charging import FIRST_QUERY_AFTER
from billing.paying.payables import Payable, charge_of
from billing.paying.ways_to_pay import Choice, Way
from common import audit, money
from common.problems import Refusal

STANDING = (Payment.Status.PENDING, Payment.Status.HELD)


class InvoiceNotOpen(Refusal):
    code = "invoice_not_open"
    title = gettext_lazy("There is nothing to pay")
    default_detail = gettext_lazy("This invoice is paid, credited or void.")


def start_payment(payable: Payable, *, way: Way, at: datetime, by: Person | None) -> Payment:
    """A new pending payment; in the caller's transaction. A stored method is charged after the commit."""
    by_transfer = way.gateway.offer().has_proforma
    payment = Payment.objects.create(
        reference=numbers.transfer_reference() if by_transfer else numbers.payment_reference(),
        organization=payable.organization,
        order=payable.order,
        invoice=payable.invoice,
        method=way.method,
        gateway=way.gateway.code,
        amount=payable.amount,
        currency=payable.currency,
        created_at=at,
        # Nobody can be asked about a transfer: it is recorded when it arrives.
        query_at=None if by_transfer else at + FIRST_QUERY_AFTER,
    )
    if way.method:
        transaction.on_commit(lambda: charging.charge(payment.pk), robust=True)
    else:
        way.gateway.create(charge_of(payment))
    audit.record(
        by=by,
        organization_id=payment.organization_id,
        action="payment.started",
        object=payment.reference,
        after={
            "order" if payable.order else "invoice": payable.number,
            "amount": money.plain(payment.amount),
            "gateway": payment.gateway,
        },
    )
    payable.publish_change()
    return payment


def renew_payment(payable: Payable, choice: Choice, *, at: datetime, by: Person | None) -> Payment:
    """The newest standing payment where it fits the choice, or one that is held; else a new one. Under the lock."""
    decided = Q(status=Payment.Status.HELD, decided_at__isnull=False)
    standing = list(payments_of(payable).filter(status__in=STANDING).exclude(decided).order_by("-pk"))
    held = [payment for payment in standing if payment.status == Payment.Status.HELD]
    if held:
        return held[0]
    # The newest one is what everybody is shown; an older one stays open beside it.
    newest = standing[0] if standing and standing[0].amount == payable.amount else None
    if newest and choice == ways_to_pay.ANY:
        return newest
    way = ways_to_pay.choose(payable.organization, choice, action=payable.action, amount=payable.amount)
    return newest if newest and _is_of(newest, way) else start_payment(payable, way=way, at=at, by=by)


def payments_of(payable: Payable) -> QuerySet[Payment]:
    """Every payment of an order or an invoice."""
    return Payment.objects.filter(order=payable.order, invoice=payable.invoice)


def awaited_transfer(payable: Payable, at: datetime) -> Payment | None:
    """The payment by transfer that is waited for, the newest."""
    waiting = payments_of(payable).filter(gateway=BankTransferGateway.code, status=Payment.Status.PENDING)
    return waiting.order_by("-pk").first() if payable.is_payable(at) else None


def charge_default(
    *, order: Order | None = None, invoice: Invoice | None = None, at: datetime, by: Person | None = None
) -> Payment | None:
    """Start a payment by the organization's default stored method; None where it has none that serves.

    For a locked order or invoice, in the caller's transaction; the gateway is asked after its commit. While it is
    being charged already, or a payment of it is held for a person, none is started and that one is returned.
    """
    payable = Payable(order=order, invoice=invoice)
    method = access.default_method_of(payable.organization)
    if method is None:
        return None
    offered = ways_to_pay.offered(payable.organization, action=payable.action, amount=payable.amount)
    way = next((way for way in offered if way.method == method), None)
    if way is None:
        return None
    # A page that was opened and left says nothing: only a charge on its way does.
    on_its_way = Q(status=Payment.Status.PENDING, method__isnull=False) | Q(status=Payment.Status.HELD, decided_at=None)
    standing = payments_of(payable).filter(on_its_way).order_by("-pk").first()
    return standing or start_payment(payable, way=way, at=at, by=by)


def pay_invoice(*, invoice: Invoice, at: datetime, by: Person, pay_with: Choice = ways_to_pay.ANY) -> Payment:
    """A payment of what an open invoice still lacks; open to a disabled organization.

    Raises InvoiceNotOpen, FieldErrors, NoWayToPay.
    """
    locks.hold_account(invoice.organization_id)
    payable = Payable(invoice=locks.hold_invoice(invoice.pk))
    if not payable.is_payable(at):
        raise InvoiceNotOpen
    return renew_payment(payable, pay_with, at=at, by=by)


def _is_of(payment: Payment, way: Way) -> bool:
    return payment.gateway == way.gateway.code and payment.method_id == (way.method.pk if way.method else None)
