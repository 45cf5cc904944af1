"""The admin: catalogue versions (drafts are edited, published ones are final), terms, provisioning."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import Person
from common import clock
from common.admin_doors import ReadOnlyAdmin, StaffAdmin
from common.problems import FieldErrors, Problem
from supportplans import provisioning, provisioning_facts, publishing
from supportplans.models import CatalogueVersion, ChangeOverride, ProvisioningTask, Subscription, Term
from supportplans.provisioning_facts import Facts


class DraftForm(forms.ModelForm):
    """A draft as the text of its file."""

    text = forms.CharField(
        label=gettext_lazy("Catalogue"),
        help_text=gettext_lazy("YAML as in the project's files. Give it a new version and its effective date."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 40, "spellcheck": "false"}),
        strip=False,
    )

    class Meta:
        model = CatalogueVersion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["text"] = publishing.as_file(self.instance.document)
        else:
            newest = CatalogueVersion.objects.filter(published_at__isnull=False).first()
            self.initial["text"] = publishing.as_file(newest.document) if newest else ""

    def clean_text(self) -> str:
        """The text; `self.document` is what it says."""
        own = self.instance if self.instance.pk else None
        try:
            self.document = publishing.read_draft(self.cleaned_data["text"], own)
        except FieldErrors as mistakes:
            lines = [f"{path}: {' '.join(said)}" for path, said in mistakes.errors.items()]
            raise forms.ValidationError(lines) from mistakes
        except publishing.VersionExists as taken:
            raise forms.ValidationError(str(taken.detail)) from taken
        return self.cleaned_data["text"]


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(StaffAdmin):
    form = DraftForm
    list_display = ["number", "effective_on", "published_at"]
    search_fields = ["number"]
    actions = ["publish"]

    def get_fields(self, request: HttpRequest, obj: CatalogueVersion | None = None) -> list[str]:
        return ["number", "effective_on", "published_at", "contents"] if self._is_final(obj) else ["text"]

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogueVersion | None = None) -> list[str]:
        return ["number", "effective_on", "published_at", "contents"] if self._is_final(obj) else []

    def has_change_permission(self, request: HttpRequest, obj: CatalogueVersion | None = None) -> bool:
        return not self._is_final(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueVersion | None = None) -> bool:
        return not self._is_final(obj) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Drafts are deleted one by one on their page: the bulk action would meet published ones."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=gettext_lazy("Catalogue"))
    def contents(self, obj: CatalogueVersion) -> str:
        """The version as in its file."""
        return format_html("<pre>{}</pre>", publishing.as_file(obj.document))

    def save_model(self, request: HttpRequest, obj: CatalogueVersion, form: DraftForm, change: bool) -> None:
        """Store the draft; what it says has been read by the form."""
        publishing.keep_draft(draft=obj, document=form.document, by=_person(request))

    @admin.action(description=gettext_lazy("Publish the chosen drafts: they never change afterwards"))
    def publish(self, request: HttpRequest, queryset: QuerySet[CatalogueVersion]) -> None:
        """Publish drafts; one that cannot be is told, the others are published."""
        for draft in queryset.order_by("pk"):
            try:
                publishing.publish_draft(draft=draft, by=_person(request))
            except Problem as problem:
                self.message_user(request, f"{draft.number}: {problem.detail}", messages.ERROR)
            else:
                self.message_user(request, _("%(version)s is published.") % {"version": draft.number})

    @staticmethod
    def _is_final(obj: CatalogueVersion | None) -> bool:
        return obj is not None and obj.published_at is not None


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ["organization", "anchor_day", "paid_since", "auto_renew", "suspended_at"]
    list_select_related = ["organization"]
    list_filter = ["auto_renew"]
    search_fields = ["organization__slug", "organization__name"]


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin):
    list_display = ["organization", "family", "tier", "cycle", "starts_on", "ends_on", "left_because"]
    list_select_related = ["organization"]
    list_filter = ["family", "tier", "cycle", "left_because"]
    search_fields = ["organization__slug", "organization__name", "order_number"]


@admin.register(ChangeOverride)
class ChangeOverrideAdmin(ReadOnlyAdmin):
    """Given on the desk's page of the organization or by the API, where desk leads can, too."""

    list_display = ["organization", "reason", "by", "at", "expires_at", "used_at", "order_number"]
    list_select_related = ["organization", "by"]
    search_fields = ["organization__slug", "organization__name", "reason", "order_number"]


class CompletionForm(forms.ModelForm):
    """What ends a task: a number or a group's id, or two people."""

    class Meta:
        model = ProvisioningTask
        fields = ["reference", "person", "deputy"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        try:
            provisioning_facts.check(
                self.instance,
                Facts(
                    reference=(told.get("reference") or "").strip(),
                    chat=self.instance.chat,
                    person=told.get("person"),
                    deputy=told.get("deputy"),
                ),
            )
        except FieldErrors as mistakes:
            for name, sentences in mistakes.errors.items():
                self.add_error(name if name in self.fields else None, sentences)
        return told


@admin.register(ProvisioningTask)
class ProvisioningTaskAdmin(StaffAdmin):
    form = CompletionForm
    list_display = ["organization", "kind", "state", "reference", "person", "deputy", "opened_at"]
    list_select_related = ["organization", "person", "deputy"]
    list_filter = ["state", "kind"]
    search_fields = ["organization__slug", "organization__name", "reference"]
    fields = ["organization", "kind", "term", "state", "reference", "person", "deputy", "opened_at", "done_at"]
    readonly_fields = ["organization", "kind", "term", "state", "opened_at", "done_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ProvisioningTask | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Lines are looked after by staff alone."""
        kwargs["queryset"] = Person.objects.staff().order_by("email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ProvisioningTask, form: CompletionForm, change: bool) -> None:
        """Saving a task completes it, or corrects a completed one."""
        told = form.cleaned_data
        provisioning.complete(
            task=obj,
            by=_person(request),
            at=clock.now(),
            reference=told["reference"],
            person=told["person"],
            deputy=told["deputy"],
        )


def _person(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]
