"""API doors of the notification centre: inside one organization, and of one's own altogether."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView, PersonAPIView
from accounts.models import Person
from common import tenancy
from common.api import api_time, listed
from common.api_input import read
from common.api_schema import PAGES, list_of
from common.problems import FieldErrors
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


FILTERS = [
    *PAGES,
    OpenApiParameter("unread", bool, description="true: only those that are not read; false: only those that are"),
    OpenApiParameter("kind", str, description="Only this kind", enum=list(KINDS)),
]
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


class NoticeChange(serializers.Serializer):
    read = serializers.BooleanField()


class _InOrganization(OrganizationAPIView):
    """The person's notices of one organization."""

    area = "organization"
    access = {"POST": "R", "PATCH": "R", "DELETE": "R"}

    def notices(self) -> QuerySet[Notification]:
        return access.notices_in(self.organization, self.person)


class _Own(PersonAPIView):
    """All notices of the person; with a token for one organization only that one's."""

    def enter(self) -> None:
        tenancy.enter(tenancy.EVERYTHING)

    def notices(self) -> QuerySet[Notification]:
        rows = access.notices_of(self.person)
        limited_to = self.token.organization_id if self.token else None
        return rows if limited_to is None else rows.filter(organization=limited_to)


class _List(PersonAPIView):
    notices: Callable[[], QuerySet[Notification]]

    @extend_schema(parameters=FILTERS, responses={200: list_of(NotificationShape)})
    def get(self, request: Request, **_path: str) -> Response:
        """What the person was told, newest first."""
        return listed(self, filtered(self.notices(), request), body)


class _One(PersonAPIView):
    notices: Callable[[], QuerySet[Notification]]

    @extend_schema(responses=NotificationShape)
    def get(self, request: Request, number: int, **_path: str) -> Response:
        return Response(body(access.notice(self.notices(), number)))

    @extend_schema(request=NoticeChange, responses=NotificationShape)
    def patch(self, request: Request, number: int, **_path: str) -> Response:
        """Mark it as read or as unread."""
        return Response(body(marked(access.notice(self.notices(), number), request, self.person)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, number: int, **_path: str) -> Response:
        """Take it out of the centre."""
        reading.remove(notice=access.notice(self.notices(), number), by=self.person)
        return Response(status=204)


class _ReadAll(PersonAPIView):
    notices: Callable[[], QuerySet[Notification]]

    @extend_schema(request=None, responses={200: READ_ALL})
    def post(self, request: Request, **_path: str) -> Response:
        """All were seen; answers how many were not before."""
        return Response({"read": reading.mark_all_read(notices=self.notices(), by=self.person)})


@extend_schema_view(get=extend_schema(operation_id="notifications_list"))
class NotificationsView(_InOrganization, _List):
    """`orgs/{slug}/notifications`"""


class NotificationView(_InOrganization, _One):
    """`orgs/{slug}/notifications/{number}`"""


class NotificationsReadAllView(_InOrganization, _ReadAll):
    """`orgs/{slug}/notifications/read-all`"""


class NotificationReadView(_InOrganization):
    @extend_schema(request=None, responses={200: NotificationShape})
    def post(self, request: Request, slug: str, number: int) -> Response:
        """It was seen; a second time changes nothing."""
        return Response(body(reading.mark_read(notice=access.notice(self.notices(), number), by=self.person)))


@extend_schema_view(get=extend_schema(operation_id="own_notifications_list"))
class OwnNotificationsView(_Own, _List):
    """`notifications`"""


class OwnNotificationView(_Own, _One):
    """`notifications/{number}`"""


class OwnNotificationsReadAllView(_Own, _ReadAll):
    """`notifications/read-all`"""


def filtered(rows: QuerySet[Notification], request: Request) -> QuerySet[Notification]:
    """Narrowed to what the address asks for; raises FieldErrors for what it cannot."""
    unread, kind = request.query_params.get("unread"), request.query_params.get("kind")
    if unread is not None and unread not in ("true", "false"):
        raise FieldErrors({"unread": [_("Say true or false.")]})
    if kind is not None and kind not in KINDS:
        raise FieldErrors({"kind": [_("There is no such kind.")]})
    if unread is not None:
        rows = rows.filter(read_at__isnull=unread == "true")
    return rows if kind is None else rows.filter(kind=kind)


def marked(notice: Notification, request: Request, by: Person) -> Notification:
    """The notice as the request's body wants it."""
    mark = reading.mark_read if read(NoticeChange, request)["read"] else reading.mark_unread
    return mark(notice=notice, by=by)
