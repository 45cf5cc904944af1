"""API of what a customer says beside the conversation: how content they are, and that they want to be called."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api_input import read_given
from tickets import satisfaction
from tickets.api import TicketDoor
from tickets.api_documents import ticket_detail
from tickets.desk import callbacks
from tickets.serializers import CallbackIn, SatisfactionIn, TicketDetailShape


class TicketSatisfactionView(TicketDoor):
    @extend_schema(operation_id="tickets_satisfaction", request=SatisfactionIn, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Rate a resolved ticket from 1 to 5; it may be changed for 7 days after it was first given."""
        ticket, at = self.ticket(), clock.now()
        asked = {"comment": ""} | read_given(SatisfactionIn, request)
        satisfaction.rate(ticket=ticket, organization=self.organization, by=self.person, at=at, **asked)
        return Response(ticket_detail(self.ticket(), at=at))


class TicketCallbackView(TicketDoor):
    @extend_schema(operation_id="tickets_callback", request=CallbackIn, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """Ask to be called back; asked again, the open request is changed."""
        ticket, at = self.ticket(), clock.now()
        asked = {"when": ""} | read_given(CallbackIn, request)
        callbacks.ask_to_be_called(ticket=ticket, organization=self.organization, by=self.person, at=at, **asked)
        return Response(ticket_detail(self.ticket(), at=at))


class TicketCallbackWithdrawView(TicketDoor):
    @extend_schema(operation_id="tickets_callback_withdraw", request=None, responses=TicketDetailShape)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """No call is needed any more."""
        ticket, at = self.ticket(), clock.now()
        callbacks.withdraw_request(ticket=ticket, organization=self.organization, by=self.person, at=at)
        return Response(ticket_detail(self.ticket(), at=at))
