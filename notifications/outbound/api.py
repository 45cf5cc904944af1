"""API doors of webhooks and IM groups: `orgs/{slug}/webhooks` and `orgs/{slug}/im-groups`."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from common.api import listed
from common.api_input import read
from common.api_schema import PAGES, list_of
from notifications import access
from notifications.im import groups
from notifications.models import Endpoint
from notifications.outbound import api_shapes as shapes
from notifications.outbound import endpoints


class WebhooksView(OrganizationAPIView):
    area = "members"

    @extend_schema(operation_id="webhooks_list", parameters=PAGES, responses={200: list_of(shapes.WebhookShape)})
    def get(self, request: Request, slug: str) -> Response:
        """The organization's webhooks, newest first; secrets are not shown again."""
        return listed(self, access.webhooks_of(self.organization), shapes.webhook_body)

    @extend_schema(request=shapes.NewWebhook, responses={201: shapes.MadeWebhookShape})
    def post(self, request: Request, slug: str) -> Response:
        """A new webhook; the secret that signs what is sent (Standard Webhooks) is in this answer only."""
        asked = read(shapes.NewWebhook, request)
        endpoint, secret = endpoints.add_webhook(organization=self.organization, by=self.person, **asked)
        return Response(shapes.webhook_body(endpoint) | {"secret": secret}, status=201)


class _EndpointView(OrganizationAPIView):
    """One address or what belongs to it: `rows` says among which it is looked for."""

    area = "members"
    is_webhook: ClassVar[bool] = True

    def rows(self) -> QuerySet[Endpoint]:
        return (access.webhooks_of if self.is_webhook else access.im_groups_of)(self.organization)

    def endpoint(self, number: int) -> Endpoint:
        return access.endpoint(self.rows(), number)


class WebhookView(_EndpointView):
    @extend_schema(responses=shapes.WebhookShape)
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(shapes.webhook_body(self.endpoint(number)))

    @extend_schema(request=shapes.WebhookChange, responses=shapes.WebhookShape)
    def patch(self, request: Request, slug: str, number: int) -> Response:
        """Another address, other events, or on and off."""
        endpoint = self.endpoint(number)
        asked = read(shapes.WebhookChange, request)
        return Response(shapes.webhook_body(endpoints.change_webhook(endpoint=endpoint, by=self.person, **asked)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """Nothing is sent there any more; its log goes with it."""
        endpoints.delete(endpoint=self.endpoint(number), by=self.person)
        return Response(status=204)


class RotateSecretView(_EndpointView):
    @extend_schema(request=None, responses={200: shapes.MadeWebhookShape})
    def post(self, request: Request, slug: str, number: int) -> Response:
        """A new secret, in this answer only; the old one signs beside it for 24 hours."""
        endpoint, secret = endpoints.rotate_secret(endpoint=self.endpoint(number), by=self.person)
        return Response(shapes.webhook_body(endpoint) | {"secret": secret})


class _TestView(_EndpointView):
    def post(self, request: Request, slug: str, number: int) -> Response:
        sent = endpoints.send_test(endpoint=self.endpoint(number), by=self.person)
        return Response(shapes.delivery_body(sent), status=201)


class _DeliveriesView(_EndpointView):
    def get(self, request: Request, slug: str, number: int) -> Response:
        return listed(self, access.deliveries_of(self.endpoint(number)), shapes.delivery_body)


class _ResendView(_EndpointView):
    def post(self, request: Request, slug: str, number: int, delivery: int) -> Response:
        known = access.delivery(self.endpoint(number), delivery)
        return Response(shapes.delivery_body(endpoints.resend(delivery=known, by=self.person)))


class WebhookTestView(_TestView):
    @extend_schema(request=None, responses={201: shapes.DeliveryShape})
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Send a test event now."""
        return super().post(request, slug, number)


class WebhookDeliveriesView(_DeliveriesView):
    @extend_schema(
        operation_id="webhook_deliveries_list", parameters=PAGES, responses={200: list_of(shapes.DeliveryShape)}
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """What was sent, newest first, with the last answer and every try; kept for 30 days."""
        return super().get(request, slug, number)


class WebhookResendView(_ResendView):
    @extend_schema(request=None, responses={200: shapes.DeliveryShape})
    def post(self, request: Request, slug: str, number: int, delivery: int) -> Response:
        """Send it again under the same id, with three days of tries before it."""
        return super().post(request, slug, number, delivery)


class ImGroupsView(OrganizationAPIView):
    area = "members"

    @extend_schema(operation_id="im_groups_list", parameters=PAGES, responses={200: list_of(shapes.ImGroupShape)})
    def get(self, request: Request, slug: str) -> Response:
        """The organization's IM groups, newest first; a robot's key is not shown again."""
        return listed(self, access.im_groups_of(self.organization), shapes.im_group_body)

    @extend_schema(request=shapes.NewImGroup, responses={201: shapes.ImGroupShape})
    def post(self, request: Request, slug: str) -> Response:
        """A group whose robot writes what happens; for plans that include an IM group."""
        asked = read(shapes.NewImGroup, request)
        return Response(
            shapes.im_group_body(groups.add_group(organization=self.organization, by=self.person, **asked)), status=201
        )


class ImGroupView(_EndpointView):
    is_webhook = False

    @extend_schema(responses=shapes.ImGroupShape)
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(shapes.im_group_body(self.endpoint(number)))

    @extend_schema(request=shapes.WebhookChange, responses=shapes.ImGroupShape)
    def patch(self, request: Request, slug: str, number: int) -> Response:
        """Another robot, other events, or on and off."""
        endpoint = self.endpoint(number)
        asked = read(shapes.WebhookChange, request)
        return Response(shapes.im_group_body(groups.change_group(endpoint=endpoint, by=self.person, **asked)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        """The robot writes nothing any more; its log goes with it."""
        endpoints.delete(endpoint=self.endpoint(number), by=self.person)
        return Response(status=204)


class ImGroupTestView(_TestView):
    is_webhook = False

    @extend_schema(request=None, responses={201: shapes.DeliveryShape})
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Let the robot write a test sentence now."""
        return super().post(request, slug, number)


class ImGroupDeliveriesView(_DeliveriesView):
    is_webhook = False

    @extend_schema(
        operation_id="im_group_deliveries_list", parameters=PAGES, responses={200: list_of(shapes.DeliveryShape)}
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """What the robot was told, newest first."""
        return super().get(request, slug, number)


class ImGroupResendView(_ResendView):
    is_webhook = False

    @extend_schema(request=None, responses={200: shapes.DeliveryShape})
    def post(self, request: Request, slug: str, number: int, delivery: int) -> Response:
        """Let the robot write it again."""
        return super().post(request, slug, number, delivery)
