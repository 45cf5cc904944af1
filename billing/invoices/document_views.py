"""Invoices and credit notes as files: a page's link and the API's path hand out the same PDF."""

from __future__ import annotations

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api_doors import OrganizationAPIView
from accounts.models import Organization
from accounts.page_doors import OrganizationPage
from billing import access
from billing.invoices import documents
from common import clock

PDF = "application/pdf"


# The policy is written for pages: `default-src 'none'` keeps some browsers' viewers from drawing a PDF, which runs
# nothing of this origin in any case.
@method_decorator(csp_exempt(), name="dispatch")
class InvoicePdfPage(OrganizationPage):
    """`/o/<slug>/invoices/<number>.pdf`: shown by the browser, saved under the invoice's number."""

    area = "orders"

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        return _pdf(self.organization, number)


class InvoicePdfView(OrganizationAPIView):
    area = "orders"

    @extend_schema(operation_id="invoices_pdf", responses={(200, PDF): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, number: str) -> HttpResponse:
        """The invoice or credit note as PDF, in the reader's language."""
        return _pdf(self.organization, number)


def _pdf(organization: Organization, number: str) -> HttpResponse:
    """Raises NotFound."""
    invoice = access.invoice_named(organization, number)
    response = HttpResponse(documents.invoice_pdf(invoice, clock.today()), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{invoice.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
