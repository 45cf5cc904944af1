"""API doors of the notification centre, inside one organization."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from common.api import api_time, listed
from common.api_schema import PAGES, list_of
from notifications import access, reading
from notifications.kinds import KINDS, text_of
from notifications.models import Notification


class NotificationShape(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(list(KINDS))
    text = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


READ_ALL = inline_serializer("NotificationsRead", {"read": serializers.IntegerField()})


def body(notice: Notification) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "text": text_of(notice.kind, notice.params),
        "url": notice.url,
        "at": api_time(notice.created_at),
        "read_at": api_time(notice.read_at),
    }


class NotificationsView(OrganizationAPIView):
    area = "organization"

    @extend_schema(operation_id="notifications_list", parameters=PAGES, responses={200: list_of(NotificationShape)})
    def get(self, request: Request, slug: str) -> Response:
        """What the person was told in this organization, newest first."""
        return listed(self, access.notices_in(self.organization, self.person), body)


class NotificationReadView(OrganizationAPIView):
    area = "organization"
    access = {"POST": "R"}

    @extend_schema(request=None, responses={200: NotificationShape})
    def post(self, request: Request, slug: str, number: int) -> Response:
        """It was seen; a second time changes nothing."""
        notice = access.notice(access.notices_in(self.organization, self.person), number)
        return Response(body(reading.mark_read(notice=notice, by=self.person)))


class NotificationsReadAllView(OrganizationAPIView):
    area = "organization"
    access = {"POST": "R"}

    @extend_schema(request=None, responses={200: READ_ALL})
    def post(self, request: Request, slug: str) -> Response:
        """All of this organization's were seen; answers how many were not before."""
        notices = access.notices_in(self.organization, self.person)
        return Response({"read": reading.mark_all_read(notices=notices, by=self.person)})
