"""Addresses of what an organization reads of its money: invoices, PDFs, spending, fapiao."""

from django.urls import path

from billing.fapiao import api as fapiao_api
from billing.fapiao import pages as fapiao_pages
from billing.invoices import document_views
from billing.invoices import pages as invoice_pages
from billing.usage import spending_pages

pages = [
    path("o/<slug:slug>/invoices", invoice_pages.InvoicesPage.as_view(), name="invoices"),
    path("o/<slug:slug>/invoices/<number>.pdf", document_views.InvoicePdfPage.as_view(), name="invoice-pdf"),
    path("o/<slug:slug>/invoices/<number>", invoice_pages.InvoicePage.as_view(), name="invoice"),
    path("o/<slug:slug>/invoices/<number>/fapiao", fapiao_pages.AskFapiaoPage.as_view(), name="fapiao-ask"),
    path("o/<slug:slug>/spending", spending_pages.SpendingPage.as_view(), name="spending"),
    path("o/<slug:slug>/spending/budget", spending_pages.BudgetPage.as_view(), name="budget"),
    path("o/<slug:slug>/fapiao", fapiao_pages.FapiaoRequestsPage.as_view(), name="fapiao-requests"),
    path(
        "o/<slug:slug>/fapiao/<int:number>/take-back",
        fapiao_pages.TakeBackFapiaoPage.as_view(),
        name="fapiao-take-back",
    ),
]
api = [
    path("orgs/<str:slug>/invoices/<str:number>.pdf", document_views.InvoicePdfView.as_view(), name="api-invoice-pdf"),
    path("orgs/<str:slug>/fapiao-requests", fapiao_api.FapiaoRequestsView.as_view(), name="api-fapiao-requests"),
    path(
        "orgs/<str:slug>/fapiao-requests/<int:number>",
        fapiao_api.FapiaoRequestView.as_view(),
        name="api-fapiao-request",
    ),
]
