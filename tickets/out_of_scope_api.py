"""API of closing what the plan does not cover: `POST desk/tickets/{number}/close-out-of-scope` (spec page 7)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api_input import read_given
from tickets import out_of_scope
from tickets.api_input import files_of
from tickets.desk_api import DeskTicketDoor
from tickets.models import Channel
from tickets.serializers import DeskTicketShape, OutOfScopeIn


class CloseOutOfScopeView(DeskTicketDoor):
    area = "regrade"

    @extend_schema(operation_id="desk_tickets_close_out_of_scope", request=OutOfScopeIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Close it because support plans do not cover it: `reason` is a code of the catalogue's out-of-scope
        reasons, `body` the public answer that explains it.
        """
        ticket, asked = self.ticket(), read_given(OutOfScopeIn, request)
        out_of_scope.close_out_of_scope(
            ticket=ticket,
            reason=asked["reason"],
            body=asked["body"],
            by=self.person,
            at=clock.now(),
            channel=Channel.API,
            files=files_of(request),
        )
        return self.shown()
