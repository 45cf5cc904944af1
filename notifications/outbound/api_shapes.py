"""Webhooks, IM groups and their deliveries as the API takes and writes them (spec page 7 'Shapes')."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers

from common.api import api_time
from notifications.im.groups import KINDS
from notifications.models import Delivery, Endpoint
from notifications.outbound.events import EVENTS
from notifications.outbound.words import reason


class _Text(serializers.CharField):
    """Text as it was sent; the rules say what is wrong with it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2000, **options)


class NewWebhook(serializers.Serializer):
    url = _Text()
    events = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)


class WebhookChange(serializers.Serializer):
    url = _Text(required=False)
    events = serializers.ListField(child=serializers.CharField(max_length=60), max_length=50, required=False)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    enabled = serializers.BooleanField(required=False)


class NewImGroup(NewWebhook):
    kind = serializers.CharField(max_length=20)


class EndpointShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(list(EVENTS)))
    enabled = serializers.BooleanField()
    disabled_reason = serializers.ChoiceField([code for code in Endpoint.Off.values if code], allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class WebhookShape(EndpointShape):
    old_secret_until = serializers.DateTimeField(allow_null=True)


class MadeWebhookShape(WebhookShape):
    secret = serializers.CharField()


class ImGroupShape(EndpointShape):
    kind = serializers.ChoiceField(KINDS)


class TryShape(serializers.Serializer):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    milliseconds = serializers.IntegerField()


class DeliveryShape(serializers.Serializer):
    id = serializers.IntegerField()
    n = serializers.IntegerField(help_text="The number in the delivery's address; the same as id")
    message_id = serializers.CharField(help_text="The header webhook-id: the same for every try")
    type = serializers.CharField()
    status = serializers.ChoiceField(Delivery.Status.values)
    created_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    last_attempt_at = serializers.DateTimeField(allow_null=True)
    response_status = serializers.IntegerField(allow_null=True)
    response_body = serializers.CharField(allow_blank=True, help_text="The beginning of the last answer")
    error = serializers.CharField(allow_null=True)
    body = serializers.JSONField()
    tries = TryShape(many=True)


def webhook_body(endpoint: Endpoint) -> dict[str, Any]:
    return _endpoint_body(endpoint) | {"old_secret_until": api_time(endpoint.old_secret_until)}


def im_group_body(endpoint: Endpoint) -> dict[str, Any]:
    return {**_endpoint_body(endpoint), "kind": endpoint.kind}


def _endpoint_body(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.pk,
        "name": endpoint.name,
        "url": endpoint.shown_url,
        "events": endpoint.events,
        "enabled": endpoint.is_on,
        "disabled_reason": endpoint.off or None,
        "failing_since": api_time(endpoint.failing_since),
        "created_at": api_time(endpoint.created_at),
    }


def delivery_body(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "n": delivery.pk,
        "message_id": delivery.key,
        "type": delivery.type,
        "status": delivery.status,
        "created_at": api_time(delivery.created_at),
        "attempts": delivery.attempts,
        "next_attempt_at": api_time(delivery.next_attempt_at),
        "last_attempt_at": api_time(delivery.last_attempt_at),
        "response_status": delivery.response_status,
        "response_body": delivery.response_excerpt,
        "error": reason(delivery.error) if delivery.error else None,
        "body": json.loads(delivery.body),
        "tries": delivery.tries,
    }
