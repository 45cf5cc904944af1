"""API of canned replies: `desk/canned-replies`, and as they read on one ticket."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from common.api import listed, whole_list
from common.api_input import read_given, text_parameter
from common.api_schema import PAGES, list_of
from tickets.desk import canned_replies
from tickets.desk.canned_replies import Filled, Wording
from tickets.desk_api import DeskTicketDoor
from tickets.models import CannedReply
from tickets.serializers import Text, optional_text

Q = OpenApiParameter("q", str, description="Part of the title or of a text")


class CannedReplyChangeIn(serializers.Serializer):
    title = Text(required=False)
    body_en = optional_text()
    body_zh = optional_text()
    product = optional_text()


class CannedReplyIn(CannedReplyChangeIn):
    title = Text()
    shared = serializers.BooleanField(required=False, help_text="Everybody's; leads and administrators write these")


class CannedReplyShape(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    body_en = serializers.CharField()
    body_zh = serializers.CharField()
    product = serializers.CharField(allow_null=True)
    shared = serializers.BooleanField()
    used = serializers.IntegerField()


class FilledReplyShape(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    language = serializers.ChoiceField(["en", "zh-hans"])
    text = serializers.CharField(help_text="With its variables filled in, in the reporter's language where it has it")


def document(reply: CannedReply) -> dict[str, Any]:
    return {
        "id": reply.pk,
        "title": reply.title,
        "body_en": reply.body_en,
        "body_zh": reply.body_zh,
        "product": reply.product or None,
        "shared": reply.owner_id is None,
        "used": reply.used,
    }


def _filled(one: Filled) -> dict[str, Any]:
    return {"id": one.reply.pk, "title": one.reply.title, "language": one.language, "text": one.text}


class CannedReplyDoor(StaffAPIView):
    """Everybody at the desk; whose reply may be written is the rule's matter."""

    area = "internal_notes"
    access = {"POST": "R", "PATCH": "R", "DELETE": "R"}

    def reply(self) -> CannedReply:
        return canned_replies.one_seen_by(self.person, self.kwargs["number"])


class CannedRepliesView(CannedReplyDoor):
    @extend_schema(
        operation_id="desk_canned_replies_list", parameters=[Q, *PAGES], responses={200: list_of(CannedReplyShape)}
    )
    def get(self, request: Request) -> Response:
        """Shared ones and one's own, newest first."""
        return listed(self, canned_replies.seen_by(self.person, text_parameter(request, "q")), document)

    @extend_schema(operation_id="desk_canned_replies_create", request=CannedReplyIn, responses={201: CannedReplyShape})
    def post(self, request: Request) -> Response:
        """Keep one; a variable that does not exist is named under `body_en` or `body_zh`."""
        kept = canned_replies.keep(wording=Wording(**read_given(CannedReplyIn, request)), by=self.person)
        return Response(document(kept), status=201)


class CannedReplyView(CannedReplyDoor):
    @extend_schema(operation_id="desk_canned_replies_retrieve", responses=CannedReplyShape)
    def get(self, request: Request, number: int) -> Response:
        return Response(document(self.reply()))

    @extend_schema(operation_id="desk_canned_replies_change", request=CannedReplyChangeIn, responses=CannedReplyShape)
    def patch(self, request: Request, number: int) -> Response:
        """Write it anew; a field that is left out stays."""
        reply = self.reply()
        canned_replies.require_may_change(self.person, reply)
        said = {name: getattr(reply, name) for name in ("title", "body_en", "body_zh", "product")}
        wording = Wording(**said | read_given(CannedReplyChangeIn, request))
        return Response(document(canned_replies.change(reply=reply, wording=wording, by=self.person)))

    @extend_schema(operation_id="desk_canned_replies_delete", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        """Keep it no longer; 409 `canned_reply_in_use` while a macro sends it."""
        canned_replies.delete(reply=self.reply(), by=self.person)
        return Response(status=204)


class TicketCannedRepliesView(DeskTicketDoor):
    @extend_schema(
        operation_id="desk_tickets_canned_replies", parameters=[Q], responses={200: list_of(FilledReplyShape)}
    )
    def get(self, request: Request, number: str) -> Response:
        """The replies that fit this ticket, with its facts filled in, the best first."""
        q = text_parameter(request, "q")
        return whole_list(
            [_filled(one) for one in canned_replies.offered(ticket=self.ticket(), person=self.person, q=q)]
        )
