"""The admin of money: read only, for the staff roles that may read orders."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest
from unfold.admin import TabularInline

from accounts.roles import allows, staff_role_key
from billing.models import (
    GatewayNotification,
    IncomingTransfer,
    Invoice,
    InvoiceLine,
    Order,
    Payment,
    PaymentMethod,
    Refund,
    UsageLoad,
    UsageRecord,
    UsageReject,
)
from common.admin_doors import ReadOnlyAdmin


def may_read_orders(request: HttpRequest) -> bool:
    """By the table of roles: billing operators and administrators."""
    role = request.user.staff_role() if request.user.is_authenticated else ""
    return bool(role) and allows(staff_role_key(role), "orders", "R")


class MoneyAdmin(ReadOnlyAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_orders(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_read_orders(request)


class MoneyInline(TabularInline):
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_orders(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PaymentsOfOrder(MoneyInline):
    model = Payment
    fields = ["reference", "gateway", "amount", "status", "refunded", "paid_at"]


class RefundsOfPayment(MoneyInline):
    model = Refund
    fields = ["reference", "amount", "reason", "status", "requested_at", "completed_at"]


class LinesOfInvoice(MoneyInline):
    model = InvoiceLine
    fields = ["code", "quantity", "days", "of_days", "amount", "starts_on", "ends_on"]


@admin.register(Order)
class OrderAdmin(MoneyAdmin):
    list_display = ["number", "organization", "action", "status", "total", "placed_at", "fulfilled_at"]
    list_select_related = ["organization"]
    list_filter = ["status", "action"]
    search_fields = ["number", "organization__slug", "organization__name"]
    inlines = [PaymentsOfOrder]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(Payment)
class PaymentAdmin(MoneyAdmin):
    list_display = ["reference", "organization", "gateway", "amount", "currency", "status", "refunded", "paid_at"]
    list_select_related = ["organization"]
    list_filter = ["status", "gateway"]
    search_fields = ["reference", "order__number", "organization__slug"]
    inlines = [RefundsOfPayment]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(Refund)
class RefundAdmin(MoneyAdmin):
    list_display = ["reference", "organization", "payment", "amount", "reason", "status", "requested_at"]
    list_select_related = ["organization", "payment"]
    list_filter = ["status", "reason"]
    search_fields = ["reference", "payment__reference", "organization__slug"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(Invoice)
class InvoiceAdmin(MoneyAdmin):
    list_display = ["number", "organization", "status", "issued_on", "total", "tax_included", "paid"]
    list_select_related = ["organization"]
    list_filter = ["status"]
    search_fields = ["number", "organization__slug", "order__number"]
    inlines = [LinesOfInvoice]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(PaymentMethod)
class PaymentMethodAdmin(MoneyAdmin):
    """Without the token: it is the gateway's and nobody's to read."""

    list_display = ["label", "organization", "gateway", "is_default", "created_at", "removed_at"]
    list_select_related = ["organization"]
    list_filter = ["gateway"]
    search_fields = ["label", "organization__slug"]
    exclude = ["token"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(IncomingTransfer)
class IncomingTransferAdmin(MoneyAdmin):
    list_display = ["bank_reference", "amount", "currency", "payer", "received_on", "payment_reference"]
    search_fields = ["bank_reference", "payer", "purpose", "payment_reference"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(GatewayNotification)
class GatewayNotificationAdmin(MoneyAdmin):
    list_display = ["event_id", "gateway", "reference", "outcome", "received_at", "processed_at"]
    list_filter = ["gateway", "outcome"]
    search_fields = ["event_id", "reference"]
    ordering = ["-pk"]
    show_full_result_count = False


class NewestTenThousand(Paginator):
    """Of millions of rows the newest are leafed through, and none are counted; the search finds the others."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows.order_by("-pk").values_list("pk")[: self.most])


@admin.register(UsageRecord)
class UsageRecordAdmin(MoneyAdmin):
    list_display = ["record_id", "organization", "product", "category", "list_amount", "starts_on", "ends_on"]
    list_select_related = ["organization"]
    list_filter = ["category", "charge_mode"]
    search_fields = ["=record_id", "=organization__slug"]
    ordering = ["-pk"]
    show_full_result_count = False
    paginator = NewestTenThousand


class RejectsOfLoad(MoneyInline):
    model = UsageReject
    fields = ["index", "record_id", "code", "detail"]


@admin.register(UsageLoad)
class UsageLoadAdmin(MoneyAdmin):
    list_display = ["source", "status", "accepted", "duplicates", "rejected", "by", "started_at", "finished_at"]
    list_select_related = ["by"]
    list_filter = ["status"]
    search_fields = ["source"]
    inlines = [RejectsOfLoad]
    ordering = ["-pk"]
    show_full_result_count = False
