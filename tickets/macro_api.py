"""API of macros: `desk/macros`, and `POST desk/tickets/{number}/run-macro`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common import clock
from common.api import whole_list
from common.api_input import read_given
from common.api_schema import list_of
from tickets.desk import macro_steps, macros
from tickets.desk_api import DeskTicketDoor
from tickets.models import Macro
from tickets.serializers import DeskTicketShape, Text


class MacroStepShape(serializers.Serializer):
    """A step: `do`, and the fields that this step needs."""

    do = serializers.ChoiceField(list(macro_steps.KINDS))
    canned_reply = serializers.IntegerField(required=False, help_text="reply: the id of a shared canned reply")
    body = serializers.CharField(required=False, help_text="note")
    tag = serializers.CharField(required=False, help_text="tag, untag")
    to = serializers.CharField(required=False, help_text="assign: an e-mail address")
    severity = serializers.CharField(required=False, help_text="severity")
    reason = serializers.CharField(required=False, help_text="severity")


class MacroChangeIn(serializers.Serializer):
    name = Text(required=False)
    steps = MacroStepShape(many=True, required=False)
    position = serializers.IntegerField(required=False)


class MacroIn(MacroChangeIn):
    name = Text()
    steps = MacroStepShape(many=True)


class MacroShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    steps = MacroStepShape(many=True)


class RunMacroIn(serializers.Serializer):
    macro = serializers.IntegerField()


def document(macro: Macro) -> dict[str, Any]:
    return {"id": macro.pk, "name": macro.name, "position": macro.position, "steps": macro.steps}


class MacrosView(StaffAPIView):
    area = "desk_settings"

    @extend_schema(operation_id="desk_macros_list", responses={200: list_of(MacroShape)})
    def get(self, request: Request) -> Response:
        """All macros that can be run, in their order."""
        return whole_list([document(macro) for macro in macros.offered()])

    @extend_schema(operation_id="desk_macros_create", request=MacroIn, responses={201: MacroShape})
    def post(self, request: Request) -> Response:
        """Make one; what is wrong with a step is said under `steps` with its number."""
        return Response(document(macros.keep(by=self.person, **read_given(MacroIn, request))), status=201)


class MacroView(StaffAPIView):
    area = "desk_settings"

    @extend_schema(operation_id="desk_macros_retrieve", responses=MacroShape)
    def get(self, request: Request, number: int) -> Response:
        return Response(document(macros.one(number)))

    @extend_schema(operation_id="desk_macros_change", request=MacroChangeIn, responses=MacroShape)
    def patch(self, request: Request, number: int) -> Response:
        """Write it anew; a field that is left out stays."""
        macro = macros.one(number)
        said = {"name": macro.name, "steps": macro.steps, "position": macro.position}
        return Response(document(macros.keep(macro=macro, by=self.person, **said | read_given(MacroChangeIn, request))))

    @extend_schema(operation_id="desk_macros_delete", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        """It is offered no longer."""
        macros.retire(macro=macros.one(number), by=self.person, at=clock.now())
        return Response(status=204)


class RunMacroView(DeskTicketDoor):
    @extend_schema(operation_id="desk_tickets_run_macro", request=RunMacroIn, responses=DeskTicketShape)
    def post(self, request: Request, number: str) -> Response:
        """Do all steps of a macro or none; 409 `macro_refused` names the step (`step`, `do`, `refusal`)."""
        ticket, asked = self.ticket(), read_given(RunMacroIn, request)
        macros.run(ticket=ticket, macro=macros.named_in_a_body(asked["macro"]), by=self.person, at=clock.now())
        return self.shown()
