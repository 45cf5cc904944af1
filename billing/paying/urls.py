"""Addresses of payments: pages under /o/<slug>/ and /payments/, API paths under /api/v1/."""

from django.urls import path

from billing.paying import api as payment_api
from billing.paying import gateway_views
from billing.paying import views as payment_views

pages = [
    path("o/<slug:slug>/payments", payment_views.PaymentsPage.as_view(), name="payments"),
    path("o/<slug:slug>/payments/<reference>", payment_views.PaymentPage.as_view(), name="payment"),
    path("o/<slug:slug>/payment-methods", payment_views.PaymentMethodsPage.as_view(), name="payment-methods"),
    path(
        "o/<slug:slug>/payment-methods/confirm",
        payment_views.ConfirmMethodPage.as_view(),
        name="payment-method-confirm",
    ),
    path(
        "o/<slug:slug>/payment-methods/<int:number>/default",
        payment_views.DefaultMethodPage.as_view(),
        name="payment-method-default",
    ),
    path(
        "o/<slug:slug>/payment-methods/<int:number>/remove",
        payment_views.RemoveMethodPage.as_view(),
        name="payment-method-remove",
    ),
    path("o/<slug:slug>/orders/<number>/pay-with", payment_views.ChooseWayPage.as_view(), name="order-pay-with"),
    path("o/<slug:slug>/orders/<number>/proforma", payment_views.OrderProformaPage.as_view(), name="order-proforma"),
    path(
        "o/<slug:slug>/invoices/<number>/proforma", payment_views.InvoiceProformaPage.as_view(), name="invoice-proforma"
    ),
    path("o/<slug:slug>/invoices/<number>/pay", payment_views.PayInvoicePage.as_view(), name="invoice-pay"),
    path("payments/notify/<gateway>", gateway_views.GatewayNotificationView.as_view(), name="gateway-notification"),
    path("payments/leaving/<path:signed>", gateway_views.LeavingPage.as_view(), name="leaving"),
    path("payments/<reference>", gateway_views.PaymentPageView.as_view(), name="payment-page"),
    path("sandbox/payments/<reference>", gateway_views.SandboxPaymentView.as_view(), name="sandbox-payment"),
]
api = [
    path("orgs/<str:slug>/payments", payment_api.PaymentsView.as_view(), name="api-payments"),
    path("orgs/<str:slug>/payments/<str:reference>", payment_api.PaymentView.as_view(), name="api-payment"),
    path("orgs/<str:slug>/payment-methods", payment_api.PaymentMethodsView.as_view(), name="api-payment-methods"),
    path(
        "orgs/<str:slug>/payment-methods/<int:number>",
        payment_api.PaymentMethodView.as_view(),
        name="api-payment-method",
    ),
    path("orgs/<str:slug>/invoices/<str:number>/pay", payment_api.PayInvoiceView.as_view(), name="api-invoice-pay"),
    path("operator/transfers", payment_api.TransfersView.as_view(), name="api-operator-transfers"),
    path(
        "operator/transfers/<int:number>/match",
        payment_api.MatchTransferView.as_view(),
        name="api-operator-transfer-match",
    ),
    path("operator/held-payments", payment_api.HeldPaymentsView.as_view(), name="api-operator-held-payments"),
    path(
        "operator/held-payments/<str:reference>/accept",
        payment_api.AcceptHeldPaymentView.as_view(),
        name="api-operator-held-payment-accept",
    ),
    path(
        "operator/held-payments/<str:reference>/send-back",
        payment_api.SendBackHeldPaymentView.as_view(),
        name="api-operator-held-payment-send-back",
    ),
    path("operator/transfer-refunds", payment_api.RefundsByHandView.as_view(), name="api-operator-transfer-refunds"),
    path(
        "operator/transfer-refunds/<str:reference>/sent",
        payment_api.RefundSentView.as_view(),
        name="api-operator-transfer-refund-sent",
    ),
]
