"""The admin of notices: to read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from common.admin_doors import ReadOnlyAdmin
from notifications.kinds import text_of
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "person", "kind", "text", "organization", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["person", "organization"]
    search_fields = ["person__email", "key"]
    ordering = ["-pk"]
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Text"))
    def text(self, notice: Notification) -> str:
        return text_of(notice.kind, notice.params)
