"""An order as its pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from billing import wording
from billing.actions import Wish
from billing.buying import cancellation
from billing.buying.checkout_choices import query_of
from billing.buying.checkout_words import words_of
from billing.buying.line_explanations import explain
from billing.buying.quotes import lines_of, wish_of
from billing.gateways.bank_transfer import BankTransferGateway
from billing.models import Order, Payment
from billing.paying.payables import page_url
from common import clock
from common.money import Money


@dataclass(frozen=True)
class OrderView:
    """The order with its status of this instant, its latest payment, and its lines in words."""

    order: Order
    status: str
    title: str
    lines: tuple[Mapping[str, Any], ...]
    payment: Payment | None
    pay_url: str

    @property
    def is_waiting(self) -> bool:
        return self.status == Order.Status.AWAITING_PAYMENT

    @property
    def can_pay(self) -> bool:
        """Whether the payer can go to the gateway's page now."""
        return self.is_waiting and self.payment is not None and self.payment.status == Payment.Status.PENDING

    @property
    def has_proforma(self) -> bool:
        """Whether the payer has a proforma in place of a page of a gateway."""
        return self.payment is not None and self.payment.gateway == BankTransferGateway.code

    @property
    def done(self) -> str:
        """The heading once it is fulfilled."""
        return str(words_of(self.wish).done)

    @property
    def wish(self) -> Wish:
        return wish_of(self.order.quote)

    @property
    def again_query(self) -> str:
        """The query of the checkout that would order the same once more."""
        return query_of(self.wish)

    @property
    def refund(self) -> Money | None:
        """What a change gave back; None where it gave nothing."""
        return -self.order.total if self.order.total < 0 else None

    @property
    def cancel_reason(self) -> str:
        """Why it was cancelled, also where only its time has passed."""
        return str(self.order.get_cancel_reason_display() or Order.CancelReason.EXPIRED.label)

    @property
    def refunded_payment(self) -> Payment | None:
        """The payment that went back, or is about to."""
        return next((payment for payment in self.order.payments.all() if payment.refunded), None)


def order_view(order: Order) -> OrderView:
    """Needs the order as billing/access.py reads it: quote and payments are at hand."""
    latest = max(order.payments.all(), key=lambda payment: payment.pk, default=None)
    return OrderView(
        order=order,
        status=cancellation.status_at(order, clock.now()),
        title=wording.title_of(order.quote),
        lines=tuple(
            {
                "text": wording.describe_line(line.code, line.params, line.quantity),
                "how": explain(line.code, line.params, line.days, line.of_days),
                "amount": line.amount,
            }
            for line in lines_of(order.quote)
        ),
        payment=latest,
        pay_url=page_url(latest).removeprefix(settings.PUBLIC_URL) if latest else "",
    )
