"""API of the staff's search over all tickets: `desk/search`. A thin door over tickets/search."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.api_doors import StaffAPIView
from common import clock
from common.api_input import text_parameter
from common.api_schema import PAGES, list_of
from common.problems import FieldErrors
from tickets.api_documents import queue_row
from tickets.api_input import size_parameter
from tickets.search import results
from tickets.serializers import QueueRowShape


class FoundTicketShape(QueueRowShape):
    excerpt = serializers.CharField(allow_blank=True)
    excerpt_internal = serializers.BooleanField()


class SearchView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(
        operation_id="desk_search_list",
        parameters=[OpenApiParameter("q", str), *PAGES],
        responses={200: list_of(FoundTicketShape)},
    )
    def get(self, request: Request) -> Response:
        """Tickets of every status that hold the words, internal notes included; the newest first."""
        at = clock.now()
        found = results.search(
            text_parameter(request, "q"),
            before=_place(request.query_params.get("cursor", "")),
            size=size_parameter(request, results.PAGE, results.LARGEST_PAGE),
        )
        address = request.build_absolute_uri()
        return Response(
            {
                "results": [_document(row, queue_row(row.ticket, at=at)) for row in found.rows],
                "next": found.before and replace_query_param(address, "cursor", found.before),
                "previous": None,
            }
        )


def _document(row: results.Result, ticket: dict[str, object]) -> dict[str, object]:
    excerpt = "".join(piece for piece, _is_hit in row.excerpt)
    return ticket | {"excerpt": excerpt, "excerpt_internal": row.is_note}


def _place(marker: str) -> int | None:
    if not marker:
        return None
    if not (marker.isascii() and marker.isdigit() and len(marker) < 18):
        raise FieldErrors({"cursor": [_("This page marker is not valid. Start from the first page.")]})
    return int(marker)
