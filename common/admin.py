"""The admin of the foundations: the calendar's corrections; trail, outbox and jobs to read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import outbox
from common.admin_doors import ReadOnlyAdmin, StaffAdmin, acting
from common.audit import record
from common.calendar_days import correct_day, corrected
from common.models import AuditEntry, CalendarDay, Heartbeat, JobRun, OutboxEvent
from common.problems import FieldErrors


class CalendarDayForm(forms.ModelForm):
    class Meta:
        model = CalendarDay
        fields = ["date", "is_working", "note"]

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if not 2000 <= day.year <= 2099:
            raise forms.ValidationError(_("Choose a day of the years 2000 to 2099."))
        return day


@admin.register(CalendarDay)
class CalendarDayAdmin(StaffAdmin):
    """Corrections of the official calendar of mainland China."""

    form = CalendarDayForm
    list_display = ["date", "is_working", "note"]
    list_filter = ["is_working"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["date"] if obj else []

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        try:
            correct_day(day=obj.date, is_working=obj.is_working, note=obj.note, by=acting(request))
        except FieldErrors as problem:  # the form has asked the same before
            raise forms.ValidationError(str(problem.errors)) from problem

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        before = {"is_working": obj.is_working, "note": obj.note}
        day = obj.date.isoformat()
        super().delete_model(request, obj)
        record(by=acting(request), organization_id=None, action="calendar.uncorrected", object=day, before=before)
        corrected(date.fromisoformat(day), acting(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        for day in queryset:
            self.delete_model(request, day)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "action", "object", "organization_id"]
    search_fields = ["object", "by", "action"]
    list_filter = ["action"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Events on their way; `done` with an error were given up."""

    list_display = ["pk", "topic", "organization_id", "created_at", "attempts", "available_at", "done_at"]
    list_filter = ["topic", ("done_at", admin.EmptyFieldListFilter)]
    search_fields = ["topic", "key"]
    fields = ["topic", "key", "organization_id", "created_at", "available_at", "attempts", "done_at", "error"]
    ordering = ["-pk"]
    actions = ["send_again"]
    show_full_result_count = False

    @admin.action(description=gettext_lazy("Send again now"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> None:
        count = outbox.retry_now(queryset)
        said = ngettext("%(count)s event leaves again.", "%(count)s events leave again.", count)
        messages.success(request, said % {"count": count})
        record(by=acting(request), organization_id=None, action="outbox.retried", object=f"{count}")


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["name", "last_due_at", "finished_at", "held_until"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "at"]
