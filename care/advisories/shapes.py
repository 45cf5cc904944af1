"""What the API of advisories reads and says (spec page 7): for checking types, and for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from care.models import Advisory, AdvisoryTask, AdvisoryUpdate
from tickets.serializers import BinaryFile, TicketIn


class AudienceIn(serializers.Serializer):
    """Every part narrows; care/advisories/criteria.py says how. Nothing given: everybody."""

    families = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    tiers = serializers.ListField(child=serializers.CharField(max_length=80), required=False, help_text="family/tier")
    entitlements = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    organizations = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=1000)
    without = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=1000)
    users_only = serializers.BooleanField(
        required=False, help_text="Only who is known to use one of the products, and not known to be elsewhere."
    )

    def to_internal_value(self, data: Any) -> Any:
        """As it was sent: the rule names unknown parts."""
        super().to_internal_value(data)
        return dict(data)


def _codes() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=100)


def _text(longest: int, **more: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=longest, **more)


def _for_both(longest: int) -> serializers.CharField:
    return _text(longest, help_text="For both languages, where one has no text of its own here")


class AdvisoryIn(serializers.Serializer):
    """Bodies and advice are Markdown; a draft may lack what publishing needs."""

    kind = serializers.CharField(max_length=40, help_text=", ".join(Advisory.Kind.values))
    severity = serializers.ChoiceField(Advisory.Severity.choices)
    title = _for_both(150)
    body = _for_both(20_000)
    advice = _for_both(20_000)
    title_en = _text(150)
    title_zh = _text(150)
    body_en = _text(20_000)
    body_zh = _text(20_000)
    advice_en = _text(20_000)
    advice_zh = _text(20_000)
    products = _codes()
    regions = _codes()
    versions = _text(200)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    audience = AudienceIn(required=False)
    on_status_page = serializers.BooleanField(required=False)


class AdvisoryChangeIn(AdvisoryIn):
    """What is not sent stays."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class PreviewIn(serializers.Serializer):
    kind = serializers.ChoiceField(Advisory.Kind.choices, required=False)
    products = _codes()
    regions = _codes()
    audience = AudienceIn(required=False)


class PreviewShape(serializers.Serializer):
    organizations = serializers.IntegerField()
    people = serializers.IntegerField()
    by_tier = serializers.DictField(child=serializers.IntegerField())
    names = serializers.ListField(child=serializers.CharField())
    tasks = serializers.IntegerField()


class UpdateIn(serializers.Serializer):
    state = serializers.ChoiceField(AdvisoryUpdate.State.choices)
    body_en = serializers.CharField(max_length=20_000)
    body_zh = serializers.CharField(max_length=20_000)


class UpdateShape(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(AdvisoryUpdate.State.choices)
    at = serializers.DateTimeField()
    body = serializers.CharField()
    body_html = serializers.CharField()
    body_en = serializers.CharField()
    body_zh = serializers.CharField()


class AffectedIn(serializers.Serializer):
    organization = serializers.CharField(max_length=40)
    note = _text(500)


class AffectedShape(serializers.Serializer):
    organization = serializers.CharField()
    name = serializers.CharField()
    note = serializers.CharField()
    marked_by = serializers.CharField()
    marked_at = serializers.DateTimeField()


class ReceiptShape(serializers.Serializer):
    organization = serializers.CharField()
    name = serializers.CharField()
    received_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(allow_null=True)


class ProgressShape(serializers.Serializer):
    organizations = serializers.IntegerField()
    told = serializers.IntegerField()
    percent = serializers.IntegerField()
    done_at = serializers.DateTimeField(allow_null=True)


class _AdvisoryRowShape(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(Advisory.Kind.choices)
    severity = serializers.ChoiceField(Advisory.Severity.choices)
    status = serializers.ChoiceField(Advisory.Status.choices)
    title = serializers.CharField()
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    products = serializers.ListField(child=serializers.CharField())
    regions = serializers.ListField(child=serializers.CharField())
    versions = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()


class _TextsShape(serializers.Serializer):
    body = serializers.CharField()
    body_html = serializers.CharField()
    body_en = serializers.CharField()
    body_zh = serializers.CharField()
    advice = serializers.CharField()
    advice_html = serializers.CharField()
    advice_en = serializers.CharField()
    advice_zh = serializers.CharField()
    updates = UpdateShape(many=True)


class OwnAdvisoryShape(_AdvisoryRowShape):
    received_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(allow_null=True)


class OwnTaskShape(serializers.Serializer):
    state = serializers.ChoiceField(AdvisoryTask.State.choices)
    manager = serializers.CharField(allow_null=True)
    contacted_at = serializers.DateTimeField(allow_null=True)
    plan = serializers.CharField()
    plan_html = serializers.CharField()
    result = serializers.CharField()
    result_html = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(allow_null=True)


class OwnAdvisoryTextShape(OwnAdvisoryShape, _TextsShape):
    tickets = serializers.ListField(child=serializers.CharField())
    task = OwnTaskShape(allow_null=True)


class DeskAdvisoryShape(_AdvisoryRowShape):
    on_status_page = serializers.BooleanField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_by = serializers.CharField(allow_null=True)
    progress = ProgressShape(allow_null=True)


class DeskAdvisoryTextShape(DeskAdvisoryShape, _TextsShape):
    audience = AudienceIn()
    acknowledged = serializers.IntegerField()
    tasks = serializers.DictField(child=serializers.IntegerField(), help_text="How many in each state")


class AdvisoryTaskShape(OwnTaskShape):
    id = serializers.IntegerField()
    advisory = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(Advisory.Kind.choices)
    title = serializers.CharField()
    organization = serializers.CharField()
    organization_name = serializers.CharField()
    person = serializers.EmailField(allow_null=True)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField(), help_text="What is left before it can be done")


class PlanTextIn(serializers.Serializer):
    plan = serializers.CharField(max_length=20_000)


class TaskDoneIn(serializers.Serializer):
    result = serializers.CharField(max_length=20_000)


class TaskDoneFormIn(TaskDoneIn):
    file = BinaryFile(required=False)


class NotRelevantIn(serializers.Serializer):
    reason = serializers.CharField(max_length=20_000)


class AskIn(TicketIn):
    """The body alone is needed: the other fields are proposed from the advisory and the plan."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "body"
        return fields


class AskFormIn(AskIn):
    attachments = serializers.ListField(child=BinaryFile(), required=False)


class StatusUpdateShape(serializers.Serializer):
    state = serializers.ChoiceField(AdvisoryUpdate.State.choices)
    at = serializers.DateTimeField()
    body_en = serializers.CharField()
    body_zh = serializers.CharField()


class StatusRowShape(serializers.Serializer):
    number = serializers.CharField()
    kind = serializers.ChoiceField(Advisory.Kind.choices)
    severity = serializers.ChoiceField(Advisory.Severity.choices)
    title_en = serializers.CharField()
    title_zh = serializers.CharField()
    body_en = serializers.CharField()
    body_zh = serializers.CharField()
    products = serializers.ListField(child=serializers.CharField())
    regions = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(AdvisoryUpdate.State.choices, allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    updates = StatusUpdateShape(many=True)


class StatusShape(serializers.Serializer):
    running = StatusRowShape(many=True)
    planned = StatusRowShape(many=True)
    past = StatusRowShape(many=True)
