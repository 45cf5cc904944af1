"""API of the quotas (spec page 7): what is left, and every movement."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import OrganizationAPIView
from addons import access, wording
from addons.models import QuotaEntry
from addons.quota_listing import Quota, quotas_of
from common import clock
from common.api import api_time, listed, whole_list
from common.api_schema import PAGES, list_of


class QuotaPeriodShape(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class QuotaSourceShape(serializers.Serializer):
    kind = serializers.ChoiceField(["plan", "pack", "consumed"])
    quantity = serializers.IntegerField(allow_null=True)


class QuotaShape(serializers.Serializer):
    code = serializers.CharField()
    unit = serializers.CharField()
    period = QuotaPeriodShape()
    allowance = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField()
    remaining = serializers.IntegerField(allow_null=True)
    source = QuotaSourceShape(many=True)  # type: ignore[assignment]


class QuotaEntryShape(serializers.Serializer):
    quantity = serializers.IntegerField()
    kind = serializers.ChoiceField(QuotaEntry.Kind.choices)
    reason = serializers.CharField()
    description = serializers.CharField()
    at = serializers.DateTimeField()
    ticket = serializers.CharField(allow_null=True)
    booking = serializers.IntegerField(allow_null=True)
    order = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True)


class QuotasView(OrganizationAPIView):
    area = "plan"

    @extend_schema(operation_id="quotas_list", responses={200: list_of(QuotaShape)})
    def get(self, request: Request, slug: str) -> Response:
        return whole_list([_quota_body(quota) for quota in quotas_of(self.organization, clock.now())])


class QuotaEntriesView(OrganizationAPIView):
    area = "plan"

    @extend_schema(operation_id="quota_entries_list", parameters=PAGES, responses={200: list_of(QuotaEntryShape)})
    def get(self, request: Request, slug: str, code: str) -> Response:
        return listed(self, access.entries_of(self.organization, code, clock.now()), _entry_body)


def _quota_body(quota: Quota) -> dict[str, Any]:
    return {
        "code": quota.code,
        "unit": quota.unit,
        "period": {"starts_at": api_time(quota.starts_at), "ends_at": api_time(quota.ends_at)},
        "allowance": quota.allowance,
        "used": quota.used,
        "remaining": quota.remaining,
        "source": [{"kind": source.kind, "quantity": source.quantity} for source in quota.sources],
    }


def _entry_body(entry: QuotaEntry) -> dict[str, Any]:
    """`quantity`: granted is positive, taken is negative. `by` None is the portal itself."""
    return {
        "quantity": entry.quantity,
        "kind": entry.kind,
        "reason": entry.reason,
        "description": wording.describe(entry),
        "at": api_time(entry.at),
        "ticket": entry.ticket_number or None,
        "booking": entry.booking_id,
        "order": entry.order_number or None,
        "by": entry.by.display_name() if entry.by else None,
    }
