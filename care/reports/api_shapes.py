"""What the API of reports reads and writes (spec page 7)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.access import Reach
from care.models import MonthlyReport, Recommendation, ReportExclusion, ReportFeed
from care.reports import access, reading
from care.reports.feed_wording import Collected
from common.api import api_time
from common.beijing import Month


class ReportSectionShape(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    data = serializers.JSONField()  # type: ignore[assignment]  # the contract's name


class MonthlyReportShape(serializers.Serializer):
    month = serializers.CharField()
    status = serializers.ChoiceField(MonthlyReport.Status.choices)
    sent_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    language = serializers.CharField()
    reason = serializers.CharField(allow_null=True, help_text="Why there is none: poc or dedicated_cloud")
    explanation = serializers.CharField(allow_null=True)
    sections = ReportSectionShape(many=True)


class CollectedShape(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()


class MonthlyReportListShape(serializers.Serializer):
    results = MonthlyReportShape(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    availability = serializers.ChoiceField(["included", "coming_soon", "not_included", "not_reportable"])
    explanation = serializers.CharField(allow_null=True)
    collected = CollectedShape(many=True)


class AddressesShape(serializers.Serializer):
    registered_email = serializers.EmailField()
    addresses = serializers.ListField(child=serializers.CharField())


class AddressesChange(serializers.Serializer):
    addresses = serializers.ListField(child=serializers.CharField(max_length=300, allow_blank=True))


class RecommendationShape(serializers.Serializer):
    id = serializers.IntegerField()
    rule = serializers.CharField(help_text="The name of the rule; empty: written by a person")
    text = serializers.CharField()
    evidence = serializers.JSONField()
    left_out = serializers.BooleanField()
    edited_by = serializers.CharField(allow_null=True)


class DeskReportShape(MonthlyReportShape):
    id = serializers.IntegerField()
    organization = serializers.CharField()
    made_at = serializers.DateTimeField(allow_null=True)
    foreword = serializers.CharField()
    edited_by = serializers.CharField(allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)
    feeds = serializers.DictField(child=serializers.DateTimeField(), help_text="When each kind arrived")
    recommendations = RecommendationShape(many=True)


class DeskRowShape(serializers.Serializer):
    id = serializers.IntegerField()
    organization = serializers.CharField()
    month = serializers.CharField()
    status = serializers.ChoiceField(MonthlyReport.Status.choices)
    due_on = serializers.DateField()
    made_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)


class ForewordChange(serializers.Serializer):
    foreword = serializers.CharField(max_length=10_000, allow_blank=True, trim_whitespace=False)


class NewRecommendation(serializers.Serializer):
    text = serializers.CharField(max_length=5_000, trim_whitespace=False)


class RecommendationChange(serializers.Serializer):
    text = serializers.CharField(max_length=5_000, required=False, trim_whitespace=False)
    left_out = serializers.BooleanField(required=False)


class RecommendationOrder(serializers.Serializer):
    recommendations = serializers.ListField(child=serializers.IntegerField(), max_length=200)


class FeedFields(serializers.Serializer):
    organization = serializers.CharField(max_length=100, help_text="The slug")
    month = serializers.CharField(max_length=10, help_text="Such as 2026-11; the running month or one before it")
    items = serializers.ListField(child=serializers.JSONField(), help_text="What the kind of feed holds, item by item")


class FeedShape(serializers.Serializer):
    organization = serializers.CharField()
    month = serializers.CharField()
    kind = serializers.CharField()
    items = serializers.IntegerField(help_text="How many were kept")
    ignored = serializers.ListField(
        child=serializers.CharField(), help_text="Fields that the kind does not have: not kept"
    )
    received_at = serializers.DateTimeField()


class ExclusionChange(serializers.Serializer):
    reason = serializers.CharField(max_length=40, help_text="poc or dedicated_cloud")
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class ExclusionShape(serializers.Serializer):
    organization = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


def report_body(report: MonthlyReport, reached: Reach | None = None) -> dict[str, Any]:
    """A report; its sections are [] for who may not read it (yet). `reached` None: for the desk."""
    readable = reached is None or reading.may_read(report, reached)
    return {
        "month": str(Month.of(report.month)),
        "status": report.status,
        "sent_at": api_time(report.sent_at),
        "due_on": report.due_on.isoformat(),
        "first_day": report.first_day.isoformat(),
        "last_day": report.last_day.isoformat(),
        "language": report.language,
        "reason": report.reason or None,
        "explanation": reading.why_not(report) or None,
        "sections": reading.sections_of(report) if readable else [],
    }


def desk_body(report: MonthlyReport) -> dict[str, Any]:
    """A report with what its technical service manager works on."""
    feeds = access.feeds_of(report.organization, Month.of(report.month))
    return report_body(report) | {
        "id": report.pk,
        "organization": report.organization.slug,
        "made_at": api_time(report.made_at),
        "foreword": report.foreword,
        "edited_by": report.edited_by.display_name() if report.edited_by else None,
        "edited_at": api_time(report.edited_at),
        "feeds": {kind: api_time(feed.received_at) for kind, feed in sorted(feeds.items())},
        "recommendations": [recommendation_body(row) for row in access.recommendations_of(report)],
    }


def desk_row(report: MonthlyReport) -> dict[str, Any]:
    """A report in the desk's list."""
    return {
        "id": report.pk,
        "organization": report.organization.slug,
        "month": str(Month.of(report.month)),
        "status": report.status,
        "due_on": report.due_on.isoformat(),
        "made_at": api_time(report.made_at),
        "sent_at": api_time(report.sent_at),
        "edited_at": api_time(report.edited_at),
    }


def recommendation_body(row: Recommendation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "rule": row.rule,
        "text": row.text,
        "evidence": row.evidence,
        "left_out": row.left_out,
        "edited_by": row.edited_by.display_name() if row.edited_by else None,
    }


def collected_body(each: Collected) -> dict[str, str]:
    return {"kind": each.kind, "name": each.name, "what": each.what, "why": each.why}


def feed_body(feed: ReportFeed, slug: str, ignored: list[str]) -> dict[str, Any]:
    return {
        "organization": slug,
        "month": str(Month.of(feed.month)),
        "kind": feed.kind,
        "items": len(feed.items),
        "ignored": ignored,
        "received_at": api_time(feed.received_at),
    }


def exclusion_body(row: ReportExclusion) -> dict[str, Any]:
    return {
        "organization": row.organization.slug,
        "reason": row.reason,
        "note": row.note,
        "by": row.by.display_name(),
        "at": api_time(row.at),
    }
