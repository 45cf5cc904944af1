"""API of work on many tickets and of saved views: `desk/bulk`, `desk/views`. Thin doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import StaffAPIView
from accounts.models import Person
from common import clock
from common.api import api_time
from common.api_input import read_given
from common.problems import FieldErrors
from tickets import queue
from tickets.desk import bulk_actions, saved_filters
from tickets.models import BulkAction, SavedView
from tickets.serializers import Text, optional_text


class FiltersIn(serializers.DictField):
    child = Text(allow_blank=True)


class BulkIn(serializers.Serializer):
    action = serializers.ChoiceField(list(bulk_actions.ACTIONS))
    numbers = serializers.ListField(child=Text(), required=False, max_length=bulk_actions.MOST_TICKETS)
    view = optional_text()
    filters = FiltersIn(required=False)
    to = optional_text()
    add = serializers.ListField(child=Text(), required=False, max_length=20)
    remove = serializers.ListField(child=Text(), required=False, max_length=20)
    body = optional_text()
    canned_reply = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    then = serializers.ChoiceField(["wait", "resolve"], required=False, allow_null=True)
    severity = optional_text()
    reason = optional_text()
    into = optional_text()


class RefusedShape(serializers.Serializer):
    number = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class BulkShape(serializers.Serializer):
    id = serializers.IntegerField()
    action = serializers.ChoiceField(list(bulk_actions.ACTIONS))
    by = serializers.CharField()
    total = serializers.IntegerField()
    position = serializers.IntegerField(help_text="How many of them are done or refused")
    refused = RefusedShape(many=True)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class SavedViewIn(serializers.Serializer):
    name = Text()
    view = Text(required=False)
    filters = FiltersIn(required=False)


class SavedViewChangeIn(SavedViewIn):
    name = Text(required=False)
    position = serializers.IntegerField(required=False, min_value=0, max_value=1000)


class SavedViewShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    view = serializers.ChoiceField(queue.VIEWS)
    filters = serializers.DictField(child=serializers.CharField())


class SavedViewsShape(serializers.Serializer):
    results = SavedViewShape(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def bulk_document(row: BulkAction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "action": row.action,
        "by": row.by.display_name(),
        "total": len(row.numbers),
        "position": row.position,
        "refused": row.refused,
        "started_at": api_time(row.started_at),
        "finished_at": api_time(row.finished_at),
    }


def view_document(saved: SavedView) -> dict[str, Any]:
    return {"id": saved.pk, "name": saved.name, "view": saved.view, "filters": saved.filters}


class BulkActionsView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_bulk_create", request=BulkIn, responses={201: BulkShape})
    def post(self, request: Request) -> Response:
        """Do one action on many tickets: those of `numbers`, else the most urgent 1,000 of a view with filters.

        It goes on by itself, ticket by ticket; look at it again until `finished_at` is set.
        """
        asked, at = read_given(BulkIn, request), clock.now()
        numbers = asked["numbers"] if "numbers" in asked else _matching(asked, self.person)
        row = bulk_actions.begin(action=asked["action"], params=asked, numbers=numbers, by=self.person, at=at)
        return Response(bulk_document(row), status=201)


def _matching(asked: dict[str, Any], person: Person) -> list[str]:
    if not asked.get("view"):
        raise FieldErrors({"numbers": [_("Name the tickets, or a view with filters.")]})
    return queue.numbers(
        view=asked["view"],
        person=person,
        at=clock.now(),
        filters=saved_filters.as_filters(asked.get("filters", {})),
        limit=bulk_actions.MOST_TICKETS,
    )


class BulkActionView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_bulk_retrieve", responses=BulkShape)
    def get(self, request: Request, number: int) -> Response:
        """How far it is, and what was refused."""
        return Response(bulk_document(bulk_actions.one(number)))


class BulkStopView(StaffAPIView):
    area = "internal_notes"

    @extend_schema(operation_id="desk_bulk_stop", request=None, responses=BulkShape)
    def post(self, request: Request, number: int) -> Response:
        """Do no more tickets; what was done stays done."""
        bulk_actions.stop(bulk=bulk_actions.one(number), at=clock.now())
        return Response(bulk_document(bulk_actions.one(number)))


class SavedViewsView(StaffAPIView):
    area = "internal_notes"
    access = {"POST": "R"}

    @extend_schema(operation_id="desk_views_list", responses=SavedViewsShape)
    def get(self, request: Request) -> Response:
        """Your saved views, in your order."""
        found = saved_filters.views_of(self.person)
        return Response({"results": [view_document(one) for one in found], "next": None, "previous": None})

    @extend_schema(operation_id="desk_views_create", request=SavedViewIn, responses={201: SavedViewShape})
    def post(self, request: Request) -> Response:
        """Keep a view with its filters under a name; the same name again keeps the new one."""
        asked = read_given(SavedViewIn, request)
        saved = saved_filters.save_view(
            person=self.person,
            name=asked["name"],
            view=asked.get("view", "all"),
            filters=asked.get("filters", {}),
        )
        return Response(view_document(saved), status=201)


class SavedViewView(StaffAPIView):
    area = "internal_notes"
    access = {"PATCH": "R", "DELETE": "R"}

    @extend_schema(operation_id="desk_views_update", request=SavedViewChangeIn, responses=SavedViewShape)
    def patch(self, request: Request, number: int) -> Response:
        """Rename it, keep other filters, or put it at a `position` among your views."""
        saved, asked = saved_filters.view_of(self.person, number), read_given(SavedViewChangeIn, request)
        position = asked.pop("position", None)
        saved = saved_filters.change_view(saved=saved, **asked)
        if position is not None:
            saved_filters.place_view(saved=saved, position=position)
        return Response(view_document(saved))

    @extend_schema(operation_id="desk_views_destroy", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        """Keep it no longer."""
        saved_filters.delete_view(saved=saved_filters.view_of(self.person, number))
        return Response(status=204)
