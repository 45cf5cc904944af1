"""What billing operators look up over all organizations; the doors let them alone in, with a scope that sees all."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from billing import access
from billing.models import Account, GatewayNotification, IncomingTransfer, LedgerBalance, Payment
from billing.paying import outcomes as settling
from billing.paying.bank_transfers import GATEWAY as BANK_TRANSFER
from common.money import ZERO, Money
from common.problems import NotFound

# Payments that a search offers at most.
OFFERED = 20


@dataclass(frozen=True)
class AccountBalance:
    """An account of the ledger over all organizations; debits are positive."""

    label: str
    balance: Money


def account_balances() -> list[AccountBalance]:
    """Every account, also those without a line; they sum to 0.00."""
    sums = dict(LedgerBalance.objects.order_by().values_list("account").annotate(Sum("balance")))
    return [AccountBalance(str(account.label), sums.get(account.value, ZERO)) for account in Account]


def notifications_of(payment: Payment) -> QuerySet[GatewayNotification]:
    """What the gateway said about a payment, oldest first."""
    said = GatewayNotification.objects.filter(gateway=payment.gateway, reference=payment.reference)
    return said.order_by("pk")


def payments_to_match(transfer: IncomingTransfer, search: str) -> list[Payment]:
    """Payments that wait for a transfer, at most OFFERED, newest first: by what is searched, else of its amount.

    A search finds a part of the reference or of the organization's name or address, or a whole order's or invoice's
    number.
    """
    waiting = _waiting_for_transfers()
    text = search.strip()
    if not text:
        waiting = waiting.filter(amount=transfer.amount, currency=transfer.currency)
    else:
        by_organization = Q(organization__slug__icontains=text) | Q(organization__name__icontains=text)
        by_number = Q(order__number=text.upper()) | Q(invoice__number=text.upper())
        waiting = waiting.filter(Q(reference__icontains=text) | by_organization | by_number)
    return list(waiting[:OFFERED])


def payment_to_match(reference: str) -> Payment:
    """Raises NotFound where no such payment waits for a transfer."""
    payment = _waiting_for_transfers().filter(reference=reference.strip().upper()).first()
    if payment is None:
        raise NotFound
    return payment


def payment_of_transfer(transfer: IncomingTransfer) -> Payment | None:
    """The payment that it is matched to."""
    payments = Payment.objects.filter(reference=transfer.payment_reference).exclude(reference="")
    return payments.select_related("organization", "order", "invoice").first()


def transfers_listed(*, also_matched: bool) -> QuerySet[IncomingTransfer]:
    """Newest first."""
    return access.transfers() if also_matched else access.unmatched_transfers()


def _waiting_for_transfers() -> QuerySet[Payment]:
    waiting = Payment.objects.filter(gateway=BANK_TRANSFER, status__in=settling.OPEN)
    return waiting.select_related("organization", "order", "invoice").order_by("-pk")
