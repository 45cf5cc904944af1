"""API paths of billing, under /api/v1/."""

from django.urls import path

from billing import api

urlpatterns = [
    path("orgs/<slug>/quotes", api.QuotesView.as_view(), name="api-quotes"),
    path("orgs/<slug>/orders", api.OrdersView.as_view(), name="api-orders"),
    path("orgs/<slug>/orders/<number>", api.OrderView.as_view(), name="api-order"),
    path("orgs/<slug>/orders/<number>/cancel", api.CancelOrderView.as_view(), name="api-order-cancel"),
    path("orgs/<slug>/orders/<number>/pay", api.PayOrderView.as_view(), name="api-order-pay"),
    path("orgs/<slug>/payments", api.PaymentsView.as_view(), name="api-payments"),
    path("orgs/<slug>/invoices", api.InvoicesView.as_view(), name="api-invoices"),
    path("orgs/<slug>/invoices/<number>", api.InvoiceView.as_view(), name="api-invoice"),
]
