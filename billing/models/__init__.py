"""Money on record: quotes, orders, payments and refunds, invoices, the ledger, usage and what is settled of it."""

from billing.models.desk import FapiaoRequest, IncomingTransfer, RefundProposal
from billing.models.gateways import GatewayNotification, SandboxCharge, SandboxReport
from billing.models.invoices import Invoice, InvoiceLine, NumberSeries
from billing.models.ledger import Account, LedgerBalance, LedgerEntry, LedgerLine, Recognition
from billing.models.orders import Order, Quote
from billing.models.payments import Payment, PaymentMethod, Refund
from billing.models.settlements import Budget, Settlement, SettlementAdjustment
from billing.models.usage import Category, ChangedMonth, UsageLoad, UsageRecord, UsageReject

__all__ = [
    "Account",
    "Budget",
    "Category",
    "ChangedMonth",
    "FapiaoRequest",
    "GatewayNotification",
    "IncomingTransfer",
    "Invoice",
    "InvoiceLine",
    "LedgerBalance",
    "LedgerEntry",
    "LedgerLine",
    "NumberSeries",
    "Order",
    "Payment",
    "PaymentMethod",
    "Quote",
    "Recognition",
    "Refund",
    "RefundProposal",
    "SandboxCharge",
    "SandboxReport",
    "Settlement",
    "SettlementAdjustment",
    "UsageLoad",
    "UsageRecord",
    "UsageReject",
]
