"""Money on record: quotes, orders, payments and refunds, what gateways reported, invoices."""

from billing.models.gateways import GatewayNotification, SandboxCharge, SandboxReport
from billing.models.invoices import Invoice, InvoiceLine, NumberSeries
from billing.models.orders import Order, Quote
from billing.models.payments import Payment, Refund

__all__ = [
    "GatewayNotification",
    "Invoice",
    "InvoiceLine",
    "NumberSeries",
    "Order",
    "Payment",
    "Quote",
    "Refund",
    "SandboxCharge",
    "SandboxReport",
]
