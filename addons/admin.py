"""The admin of the quota ledger and of bookings: read only, for every staff role that may read them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.roles import allows, staff_role_key
from addons.models import Booking, QuotaCounter, QuotaEntry
from common.admin_doors import ReadOnlyAdmin


class QuotaAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    area = "plan"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        role = request.user.staff_role() if request.user.is_authenticated else ""
        return bool(role) and allows(staff_role_key(role), self.area, "R")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(QuotaCounter)
class QuotaCounterAdmin(QuotaAdmin):
    list_display = ["organization", "code", "period_start", "used", "packs_granted", "packs_lapsed"]
    list_select_related = ["organization"]
    list_filter = ["code"]
    search_fields = ["organization__slug"]
    ordering = ["-period_start", "pk"]


@admin.register(QuotaEntry)
class QuotaEntryAdmin(QuotaAdmin):
    list_display = [
        "at",
        "organization",
        "code",
        "kind",
        "quantity",
        "reason",
        "ticket_number",
        "booking",
        "order_number",
        "by",
    ]
    list_select_related = ["organization", "booking", "by"]
    list_filter = ["kind", "reason"]
    search_fields = ["organization__slug", "ticket_number", "order_number"]
    ordering = ["-pk"]


@admin.register(Booking)
class BookingAdmin(QuotaAdmin):
    area = "bookings"
    list_display = ["organization", "service", "status", "starts_on", "ends_on", "days", "short_notice", "created_at"]
    list_select_related = ["organization"]
    list_filter = ["status", "service"]
    search_fields = ["organization__slug"]
    ordering = ["-pk"]
