"""Files of an organization's own tickets: pages' links and the API's paths hand out the same."""

from __future__ import annotations

from csp.decorators import csp_exempt
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from common import clock, spreadsheets
from supportplans import versions
from tickets import api, own_tickets
from tickets.customer_ticket import CustomerTicket
from tickets.exports import ticket_list
from tickets.exports.conversation import conversation_pdf
from tickets.views import customer

PART = OpenApiParameter("part", int, description="Of a conversation too long for one document; 1 unless given")
PDF, CSV = "application/pdf", "text/csv"


class TicketListFile(customer.CustomerPage):
    """`/o/<slug>/tickets/export.csv`: what the list page lists, narrowed by the same filters, for people."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        catalogue, at = versions.current(clock.today()), clock.now()
        filters = own_tickets.filters_from(
            request.GET, severities=catalogue.severity_codes(), products=catalogue.product_codes()
        )
        parts = ticket_list.parts(
            own_tickets.narrowed(self.organization, filters), self.organization, catalogue, for_people=True, at=at
        )
        name = ticket_list.filename(self.organization, at)
        return spreadsheets.stream(name, ticket_list.header(for_people=True), parts)


class TicketListFileView(api.TicketDoor):
    @extend_schema(operation_id="tickets_csv", parameters=api.NARROWING, responses={(200, CSV): OpenApiTypes.STR})
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """The organization's tickets as CSV, newest first; columns are named as fields, codes stay codes."""
        catalogue, at = versions.current(clock.today()), clock.now()
        parts = ticket_list.parts(self.narrowed(request), self.organization, catalogue, for_people=False, at=at)
        name = ticket_list.filename(self.organization, at)
        return spreadsheets.stream(name, ticket_list.header(for_people=False), parts)


# The policy is written for pages: `default-src 'none'` keeps some browsers' viewers from drawing a PDF, which runs
# nothing of this origin in any case.
@method_decorator(csp_exempt(), name="dispatch")
class ConversationFile(customer.TicketDoor):
    """`/o/<slug>/tickets/<number>/conversation.pdf`: shown by the browser, saved under the ticket's number."""

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        return _pdf(self.reading(), request.GET.get("part", ""))


class ConversationFileView(api.TicketDoor):
    @extend_schema(operation_id="tickets_pdf", parameters=[PART], responses={(200, PDF): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, number: str) -> HttpResponse:
        """The public conversation as PDF, in the reader's language."""
        return _pdf(CustomerTicket(self.reach, number, at=clock.now()), request.query_params.get("part", ""))


def _pdf(reading: CustomerTicket, asked: str) -> HttpResponse:
    """Raises NotFound."""
    part = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    response = HttpResponse(conversation_pdf(reading, part), content_type=PDF)
    ending = f"-{part}" if part > 1 else ""
    response["Content-Disposition"] = f'inline; filename="{reading.ticket.number}{ending}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
