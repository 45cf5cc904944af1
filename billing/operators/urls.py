"""Addresses of the billing operators' pages."""

from django.urls import path

from billing.operators import exports
from billing.operators import pages as operator_pages
from billing.operators import payment_pages as operator_payment_pages

pages = [
    path("desk/billing/settlements", operator_pages.SettlementsPage.as_view(), name="operator-settlements"),
    path("desk/billing/settlements/<month>", operator_pages.SettledMonthPage.as_view(), name="operator-month"),
    path(
        "desk/billing/settlements/<month>/run",
        operator_pages.RunSettlementPage.as_view(),
        name="operator-run-settlement",
    ),
    path("desk/billing/held-payments", operator_payment_pages.HeldPaymentsPage.as_view(), name="operator-held"),
    path(
        "desk/billing/held-payments/<reference>",
        operator_payment_pages.HeldPaymentPage.as_view(),
        name="operator-held-payment",
    ),
    path(
        "desk/billing/held-payments/<reference>/accept",
        operator_payment_pages.AcceptHeldPage.as_view(),
        name="operator-held-accept",
    ),
    path(
        "desk/billing/held-payments/<reference>/send-back",
        operator_payment_pages.SendBackHeldPage.as_view(),
        name="operator-held-send-back",
    ),
    path("desk/billing/transfers", operator_payment_pages.TransfersPage.as_view(), name="operator-transfers"),
    path(
        "desk/billing/transfers/<int:number>", operator_payment_pages.TransferPage.as_view(), name="operator-transfer"
    ),
    path(
        "desk/billing/transfers/<int:number>/match",
        operator_payment_pages.MatchTransferPage.as_view(),
        name="operator-match",
    ),
    path("desk/billing/exports", operator_pages.ExportsPage.as_view(), name="operator-exports"),
    path("desk/billing/ledger", operator_pages.LedgerPage.as_view(), name="operator-ledger"),
]
pages += [
    path(
        f"desk/billing/exports/{name}.csv",
        operator_pages.ExportFile.as_view(export=export),
        name=f"operator-export-{name}",
    )
    for name, export in exports.EXPORTS.items()
]
