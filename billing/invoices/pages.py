"""Pages of invoices and credit notes: the list, and one with what can be done about it. Thin doors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.page_doors import OrganizationPage
from billing import access
from billing.fapiao import requests as fapiao
from billing.invoices.reading import InvoiceView, invoice_view
from billing.paying import ways_to_pay
from common import clock
from common.keyset import page_of


class InvoicesPage(OrganizationPage):
    """`/o/<slug>/invoices`: newest first; what is still to be paid stands above the list."""

    area = "orders"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        today = clock.today()
        page = page_of(access.invoices_of(self.organization), before=request.GET.get("before"))
        unpaid = [invoice_view(invoice, today) for invoice in access.unpaid_invoices(self.organization)]
        context = {
            "page": page,
            "rows": [invoice_view(invoice, today) for invoice in page.rows],
            "unpaid": unpaid,
            "unpaid_sum": sum(view.outstanding for view in unpaid),
            "is_overdue": any(view.status == "overdue" for view in unpaid),
            "live_channels": [f"org:{self.organization.pk}"],
        }
        return self.render("billing/invoices.html", context)


class InvoicePage(OrganizationPage):
    """`/o/<slug>/invoices/<number>`; htmx asks again when it is paid."""

    area = "orders"

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        invoice = access.invoice_named(self.organization, number)
        view = invoice_view(invoice, clock.today())
        context: dict[str, Any] = {
            "view": view,
            "invoice": invoice,
            "ways": self._ways(view),
            "started": access.standing_payment_of(invoice) if view.can_pay else None,
            "fapiao": fapiao.live_request(invoice),
            "may_ask_fapiao": fapiao.is_possible(invoice),
            "live_channels": [f"org:{self.organization.pk}"],
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        template = "billing/_invoice.html" if is_fragment else "billing/invoice.html"
        return self.render(template, context)

    def _ways(self, view: InvoiceView) -> list[ways_to_pay.Way]:
        if not view.can_pay or not self.reach.may("orders", "W"):
            return []
        return ways_to_pay.offered(self.organization, action="", amount=view.outstanding)
