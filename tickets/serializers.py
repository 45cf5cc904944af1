"""What the API of tickets reads and writes: for checking types of input, and for the OpenAPI document.

Which codes exist and which are needed is the rule's matter (tickets/filing_fields.py): here only what is text.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tickets.models import Channel, Kind, ResponseTimer, Side, Status, TicketLink
from tickets.secrets import Given


class Text(serializers.CharField):
    """Text and nothing that only looks like it: no numbers, no booleans."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Send text."))
        return super().to_internal_value(data)


def optional_text() -> Text:
    return Text(required=False, allow_blank=True, allow_null=True)


@extend_schema_field({"type": ["integer", "string"]})
class IdOrText(serializers.Field):
    """The id of an end customer, or its name or reference."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, (int, str)):
            raise serializers.ValidationError(_("Send the id, the name or the reference."))
        return str(data)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"type": "string", "format": "binary"})
class BinaryFile(serializers.FileField):
    """A part of a multipart body."""


class SecretIn(serializers.Serializer):
    # mypy reads a field named label as the attribute of a field.
    label = Text()  # type: ignore[assignment]
    value = Text(trim_whitespace=False)


class GivenSecretIn(SecretIn):
    """One of those that come with a new ticket."""

    def to_internal_value(self, data: Any) -> Any:
        return Given(**super().to_internal_value(data))


class WatchersIn(serializers.Serializer):
    watchers = serializers.ListField(child=Text(), max_length=100)


class TicketIn(serializers.Serializer):
    kind = Text()
    severity = Text()
    subject = Text()
    body = Text()
    region = optional_text()
    product = optional_text()
    category = optional_text()
    software = optional_text()
    software_version = optional_text()
    end_customer = IdOrText(required=False, allow_null=True)
    tried = optional_text()
    booking = IdOrText(required=False, allow_null=True)
    watchers = serializers.ListField(child=Text(), required=False, max_length=100)
    answers = serializers.DictField(child=Text(allow_blank=True), required=False, allow_null=True)
    follow_up_of = optional_text()
    secrets = GivenSecretIn(many=True, required=False, allow_null=True, max_length=100)  # type: ignore[call-arg]


class MessageIn(serializers.Serializer):
    body = Text()


class ReplyIn(MessageIn):
    then = serializers.ChoiceField(["wait", "resolve"], required=False, allow_null=True)


class Score(serializers.IntegerField):
    """A whole number and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError(_("Send a whole number from 1 to 5."))
        return data


class SatisfactionIn(serializers.Serializer):
    score = Score(help_text="1 to 5")
    comment = optional_text()


class CallbackIn(serializers.Serializer):
    phone = Text()
    when = optional_text()


# The same with files, for the document alone: the doors read files beside the fields.
class TicketFormIn(TicketIn):
    attachments = serializers.ListField(child=BinaryFile(), required=False)


class MessageFormIn(MessageIn):
    attachments = serializers.ListField(child=BinaryFile(), required=False)


class ReplyFormIn(ReplyIn):
    attachments = serializers.ListField(child=BinaryFile(), required=False)


class AssignIn(serializers.Serializer):
    to = optional_text()


class OutOfScopeIn(MessageIn):
    reason = Text()


class TicketPersonShape(serializers.Serializer):
    name = serializers.CharField()


class ColleagueShape(TicketPersonShape):
    email = serializers.CharField()


class TicketEndCustomerShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    reference = serializers.CharField()


class SatisfactionShape(serializers.Serializer):
    score = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField()
    rated_at = serializers.DateTimeField()


class TicketShape(serializers.Serializer):
    number = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    severity = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    subject = serializers.CharField()
    product = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    region = serializers.CharField(allow_null=True)
    software = serializers.CharField(allow_null=True)
    software_version = serializers.CharField(allow_null=True)
    end_customer = TicketEndCustomerShape(allow_null=True)
    tried = serializers.CharField(allow_null=True)
    tier = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    booking = serializers.IntegerField(allow_null=True)
    reporter = TicketPersonShape(allow_null=True)
    assignee = TicketPersonShape(allow_null=True)
    created_at = serializers.DateTimeField()
    response_due_at = serializers.DateTimeField(allow_null=True)
    response_state = serializers.ChoiceField(ResponseTimer.State.choices)
    first_reply_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    out_of_scope_reason = serializers.CharField(allow_null=True)
    satisfaction = SatisfactionShape(allow_null=True)
    url = serializers.URLField()


class CallbackShape(serializers.Serializer):
    phone = serializers.CharField()
    when = serializers.CharField()
    requested_at = serializers.DateTimeField()


class QueueRowShape(TicketShape):
    reporter = ColleagueShape(allow_null=True)
    assignee = ColleagueShape(allow_null=True)
    organization = serializers.CharField()
    organization_name = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    resolution_priority = serializers.CharField()
    handler_level = serializers.CharField()
    seconds_left = serializers.IntegerField(allow_null=True)
    event_booking = serializers.IntegerField(allow_null=True)
    callback = CallbackShape(allow_null=True)


class AuthorShape(serializers.Serializer):
    name = serializers.CharField()
    side = serializers.ChoiceField(Side.choices)


class AttachmentShape(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    url = serializers.URLField()


class MessageShape(serializers.Serializer):
    id = serializers.IntegerField()
    author = AuthorShape()
    body = serializers.CharField()
    body_html = serializers.CharField()
    public = serializers.BooleanField()
    channel = serializers.ChoiceField(Channel.choices)
    at = serializers.DateTimeField()
    attachments = AttachmentShape(many=True)


class TimerShape(serializers.Serializer):
    kind = serializers.ChoiceField(["first", "next"])
    started_at = serializers.DateTimeField()
    target_minutes = serializers.IntegerField(allow_null=True)
    target_working_days = serializers.IntegerField(allow_null=True)
    due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(ResponseTimer.State.choices)


class HistoryShape(serializers.Serializer):
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    event = serializers.CharField()
    details = serializers.DictField()


class SecretShape(serializers.Serializer):
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    given_by = serializers.CharField()
    given_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True)


class RevealedSecretShape(serializers.Serializer):
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class TicketLinkShape(serializers.Serializer):
    kind = serializers.ChoiceField(sorted({*TicketLink.Kind.values, "follow_up_of"}))
    number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)


class _Surroundings(serializers.Serializer):
    watchers = serializers.ListField(child=serializers.CharField())
    answers = serializers.DictField(child=serializers.CharField())
    secrets = SecretShape(many=True)
    follow_up_of = serializers.CharField(allow_null=True)
    followed_up_by = serializers.ListField(child=serializers.CharField())
    merged_into = serializers.CharField(allow_null=True)
    links = TicketLinkShape(many=True)


class TicketDetailShape(_Surroundings, TicketShape):
    callback = CallbackShape(allow_null=True)
    body = serializers.CharField()
    messages = MessageShape(many=True)
    timers = TimerShape(many=True)
    history = HistoryShape(many=True)


class DeskTicketShape(_Surroundings, QueueRowShape):
    body = serializers.CharField()
    messages = MessageShape(many=True)
    timers = TimerShape(many=True)
    history = HistoryShape(many=True)
