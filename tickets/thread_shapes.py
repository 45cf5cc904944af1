"""What the API of regrading, merging, splitting, linking and explaining reads and writes (tickets/threads_api.py)."""

from __future__ import annotations

from rest_framework import serializers

from tickets.serializers import HistoryShape, Text, TimerShape


class RegradeIn(serializers.Serializer):
    severity = Text()
    reason = Text()


class ReclassifyIn(serializers.Serializer):
    kind = Text()
    reason = Text()


class MergeIn(serializers.Serializer):
    into = Text()


class SplitIn(serializers.Serializer):
    messages = serializers.ListField(child=serializers.IntegerField(), max_length=1000)
    subject = Text()


class LinkIn(serializers.Serializer):
    kind = Text()
    to = Text()


class StepShape(HistoryShape):
    text = serializers.CharField()


class ExplainedTimerShape(TimerShape):
    tier = serializers.CharField()
    severity = serializers.CharField()
    excluded = serializers.BooleanField()
    answered_by = serializers.CharField(allow_null=True)
    skipped_days = serializers.ListField(child=serializers.DateField())
    steps = StepShape(many=True)


class ExplanationShape(serializers.Serializer):
    """Lists are always written so; a ticket's timers fit one page."""

    results = ExplainedTimerShape(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
