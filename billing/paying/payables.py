"""What a payment is for: an order, or an invoice; and where its payer is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Organization
from billing import gateways, wording
from billing.buying import cancellation
from billing.gateways.interface import Charge
from billing.models import Invoice, Order, Payment
from common import live
from common.money import Money
from common.problems import NotFound


@dataclass(frozen=True)
class Payable:
    """Exactly one of the two."""

    order: Order | None = None
    invoice: Invoice | None = None

    @classmethod
    def of(cls, payment: Payment) -> Payable:
        return cls(order=payment.order, invoice=payment.invoice)

    @property
    def _thing(self) -> Order | Invoice:
        thing = self.order or self.invoice
        assert thing is not None
        return thing

    @property
    def organization(self) -> Organization:
        return self._thing.organization

    @property
    def number(self) -> str:
        return self._thing.number

    @property
    def currency(self) -> str:
        return self._thing.currency

    @property
    def amount(self) -> Money:
        """What is to be paid now: an order's total, what an invoice still lacks."""
        return self.order.total if self.order else self.invoice.outstanding  # type: ignore[union-attr]

    @property
    def action(self) -> str:
        """Of an order; '' for an invoice."""
        return self.order.action if self.order else ""

    @property
    def description(self) -> str:
        """What it is about, in the reader's language."""
        return wording.title_of(self.order.quote) if self.order else wording.title_of_invoice(self._invoice)

    @property
    def title(self) -> str:
        """For the payer's eyes, in the organization's language."""
        with translation.override(self.organization.language):
            return f"{self.organization.name}: {self.description}"[:200]

    @property
    def _invoice(self) -> Invoice:
        assert self.invoice is not None
        return self.invoice

    @property
    def path(self) -> str:
        """Its page in the portal."""
        page = "billing:order" if self.order else "billing:invoice"
        return reverse(page, args=[self.organization.slug, self.number])

    @property
    def proforma_path(self) -> str:
        """The page that says how to transfer the money."""
        page = "billing:order-proforma" if self.order else "billing:invoice-proforma"
        return reverse(page, args=[self.organization.slug, self.number])

    def is_payable(self, at: datetime) -> bool:
        """Whether money for it is still wanted."""
        if self.order:
            return cancellation.status_at(self.order, at) == Order.Status.AWAITING_PAYMENT
        return self._invoice.status == Invoice.Status.OPEN

    def publish_change(self) -> None:
        """Open pages ask again."""
        event = {"order": self.number} if self.order else {"invoice": self.number}
        name = "order-changed" if self.order else "invoice-changed"
        live.publish(f"org:{self._thing.organization_id}", name, **event)


def charge_of(payment: Payment) -> Charge:
    """What the gateway is asked to collect, the same however often it is asked."""
    payable = Payable.of(payment)
    return Charge(
        reference=payment.reference,
        amount=payment.amount,
        currency=payment.currency,
        title=payable.title,
        return_url=settings.PUBLIC_URL + payable.path,
    )


def page_url(payment: Payment) -> str:
    """Where the payer pays; the page of what is paid for, where there is nothing to do."""
    payable = Payable.of(payment)
    try:
        gateway = gateways.gateway_named(payment.gateway)
    except NotFound:  # taken out of the settings since
        return settings.PUBLIC_URL + payable.path
    if gateway.offer().has_proforma:
        return settings.PUBLIC_URL + payable.proforma_path
    return settings.PUBLIC_URL + payable.path if payment.method_id else gateway.page_url(payment.reference)
