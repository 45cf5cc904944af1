"""API paths of billing, under /api/v1/."""

from django.urls import path

from billing import api
from billing.buying.estimate_api import PriceEstimateView
from billing.invoices import document_urls
from billing.ledger.api import LedgerCheckView
from billing.paying import urls as payment_urls
from billing.settlement import urls as settlement_urls
from billing.usage import urls as usage_urls

urlpatterns = [
    path("price-estimate", PriceEstimateView.as_view(), name="api-price-estimate"),
    path("operator/ledger/check", LedgerCheckView.as_view(), name="api-operator-ledger-check"),
    path("orgs/<str:slug>/quotes", api.QuotesView.as_view(), name="api-quotes"),
    path("orgs/<str:slug>/orders", api.OrdersView.as_view(), name="api-orders"),
    path("orgs/<str:slug>/orders/<str:number>", api.OrderView.as_view(), name="api-order"),
    path("orgs/<str:slug>/orders/<str:number>/cancel", api.CancelOrderView.as_view(), name="api-order-cancel"),
    path("orgs/<str:slug>/orders/<str:number>/pay", api.PayOrderView.as_view(), name="api-order-pay"),
    path("orgs/<str:slug>/invoices", api.InvoicesView.as_view(), name="api-invoices"),
    *document_urls.api,
    path("orgs/<str:slug>/invoices/<str:number>", api.InvoiceView.as_view(), name="api-invoice"),
    *payment_urls.api,
    *settlement_urls.api,
    *usage_urls.api,
]
