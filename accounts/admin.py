"""The admin of organizations and people: doors over joining.py, organizations.py and staffing.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts import joining, organizations, people, staffing
from accounts.models import ApiToken, Invitation, Membership, Organization, Person, StaffProfile
from common.admin_doors import AuditedAdmin, ReadOnlyAdmin
from common.problems import FieldErrors, Problem


def person_of(request: HttpRequest) -> Person:
    """Who is at work: the admin's site lets nobody in without an account."""
    assert request.user.is_authenticated
    return request.user


def add_errors(form: forms.BaseForm, problem: Problem) -> None:
    """The rule's refusal beside the fields of an admin form."""
    errors = problem.errors if isinstance(problem, FieldErrors) else {"": [str(problem.detail)]}
    for name, sentences in errors.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class ReasonForm(BaseDialogForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class NewOrganizationForm(forms.ModelForm):
    owner_email = forms.EmailField(
        label=gettext_lazy("Owner's e-mail"),
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The account is made where missing; its owner gets a link to choose a password."),
    )

    class Meta:
        model = Organization
        fields = ["slug", "name", "kind", "partner_type"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                joining.check_for_owner(**cleaned)
            except Problem as problem:
                add_errors(self, problem)
        return cleaned


class MembersInline(TabularInline):
    model = Membership
    extra = 0
    can_delete = False
    fields = readonly_fields = ["person", "role", "since"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(AuditedAdmin):
    """Members, plan and tickets are managed on the portal's own pages."""

    list_display = ["name", "slug", "kind", "partner_type", "caller_code", "disabled_at"]
    list_filter = ["kind", "partner_type"]
    search_fields = ["name", "slug", "caller_code", "registered_email"]
    readonly_fields = ["slug", "kind", "caller_code", "disabled_at", "created_at"]
    fields = ["name", "slug", "kind", "partner_type", "caller_code", "registered_email", "language"]
    fields += ["disabled_at", "created_at"]
    inlines = [MembersInline]
    actions_detail = ["open_page", "disable", "enable"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, form=NewOrganizationForm, **kwargs)
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else [*NewOrganizationForm.Meta.fields, "owner_email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        # A customer has no partner type to change.
        return self.readonly_fields + ([] if obj.kind == Organization.Kind.PARTNER else ["partner_type"])

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = joining.create_for_owner(by=person_of(request), **form.cleaned_data)
        obj.__dict__.update(made.__dict__)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @action(description=gettext_lazy("Members and roles"), url_path="page")
    def open_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        organization = Organization.objects.get(pk=object_id)
        return HttpResponse(status=302, headers={"Location": reverse("accounts:members", args=[organization.slug])})

    def has_disable_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request) and self._is_disabled(object_id) is False

    def has_enable_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request) and self._is_disabled(object_id) is True

    @action(
        description=gettext_lazy("Disable"),
        url_path="disable",
        permissions=["disable"],
        dialog={
            "title": gettext_lazy("Disable this organization?"),
            "description": gettext_lazy("It can read and pay, nothing else. The reason is kept in the audit trail."),
            "form_class": ReasonForm,
            "form_submit_text": gettext_lazy("Disable"),
        },
    )
    def disable(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        organization = Organization.objects.get(pk=object_id)
        organizations.disable(organization=organization, reason=form.cleaned_data["reason"], by=person_of(request))
        return self._done(request, organization, _("The organization is disabled."))

    @action(
        description=gettext_lazy("Enable again"),
        url_path="enable",
        permissions=["enable"],
        dialog={
            "title": gettext_lazy("Enable this organization again?"),
            "description": gettext_lazy("The reason is kept in the audit trail."),
            "form_class": ReasonForm,
            "form_submit_text": gettext_lazy("Enable"),
        },
    )
    def enable(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        organization = Organization.objects.get(pk=object_id)
        organizations.enable(organization=organization, reason=form.cleaned_data["reason"], by=person_of(request))
        return self._done(request, organization, _("The organization goes on."))

    def _is_disabled(self, object_id: Any) -> bool | None:
        found = Organization.objects.filter(pk=object_id).first() if object_id else None
        return found.is_disabled if found else None

    def _done(self, request: HttpRequest, organization: Organization, sentence: str) -> HttpResponse:
        messages.success(request, sentence)
        url = reverse("admin:accounts_organization_change", args=[organization.pk])
        return HttpResponse(status=204, headers={"HX-Redirect": url})


class PersonForm(forms.ModelForm):
    """An account, and whether it is staff."""

    staff_role = forms.ChoiceField(
        label=gettext_lazy("Staff role"),
        required=False,
        choices=[("", gettext_lazy("none: a member of organizations")), *StaffProfile.Role.choices],
        widget=UnfoldAdminSelectWidget,
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        required=False,
        choices=StaffProfile.Level.choices,
        widget=UnfoldAdminSelectWidget,
    )
    products = forms.CharField(
        label=gettext_lazy("Product teams"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Codes of products, separated by commas."),
    )

    class Meta:
        model = Person
        fields = ["email", "name", "language", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = getattr(self.instance, "staff", None)
        if profile is not None:
            own: dict[str, Any] = {
                "staff_role": profile.role,
                "level": profile.level,
                "products": ", ".join(profile.products),
            }
            self.initial = {**self.initial, **own}

    def clean_email(self) -> str:
        try:
            return people.mailbox(self.cleaned_data["email"])
        except FieldErrors as problem:
            raise forms.ValidationError(problem.errors["email"]) from problem

    def clean_products(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["products"].split(",") if code.strip()]

    def clean_staff_role(self) -> str:
        role = self.cleaned_data["staff_role"]
        if role and self.instance.pk and staffing.is_member(self.instance):
            raise forms.ValidationError(str(staffing.MemberAccount.default_detail))
        if not role and not self.instance.pk:
            raise forms.ValidationError(_("Members sign up themselves or are invited: choose a staff role."))
        return role


@admin.register(Person)
class PersonAdmin(AuditedAdmin):
    form = PersonForm
    recorded_elsewhere = ("staff_role", "level", "products")
    list_display = ["email", "name", "role", "is_active", "date_joined", "last_login"]
    list_filter = ["staff__role", "is_active"]
    list_select_related = ["staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "staff_role", "level", "products", "is_active", "date_joined", "last_login"]
    readonly_fields = ["date_joined", "last_login"]

    @admin.display(description=gettext_lazy("Staff role"))
    def role(self, person: Person) -> str:
        return str(StaffProfile.Role(person.staff_role()).label) if person.staff_role() else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # People change their own mailbox, by proving the new one.
        return [*self.readonly_fields, "email"] if obj else [*self.readonly_fields, "is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        if change:
            super().save_model(request, obj, form, change)
        else:
            made = people.make_person(
                email=typed["email"], name=typed["name"], language=typed["language"], by=person_of(request)
            )
            obj.__dict__.update(made.__dict__)
        role, level, products = typed["staff_role"], typed["level"] or None, typed["products"]
        if not role:
            staffing.dismiss(person=obj, by=person_of(request))
        elif not change or set(self.recorded_elsewhere) & set(form.changed_data):
            level = level or StaffProfile.Level.ENGINEER
            staffing.appoint(person=obj, role=role, level=level, products=products, by=person_of(request))


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["person", "organization", "role", "since"]
    list_filter = ["role"]
    list_select_related = ["person", "organization"]
    search_fields = ["person__email", "organization__slug", "organization__name"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "organization", "role", "created_at", "expires_at", "accepted_at"]
    list_select_related = ["organization"]
    search_fields = ["email", "organization__slug"]
    fields = ["email", "organization", "role", "invited_by", "created_at", "expires_at", "accepted_at"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ["name", "person", "scope", "organization", "expires_at", "last_used_on", "revoked_at"]
    list_filter = ["scope"]
    list_select_related = ["person", "organization"]
    search_fields = ["name", "person__email", "organization__slug"]
    fields = ["name", "person", "organization", "scope", "hint", "created_at", "expires_at"]
    fields += ["last_used_on", "revoked_at"]
