"""Forms of accounts: what is typed, and how it is asked. The rules check it (joining.py, invitations.py, …)."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import ApiToken, Membership, Organization, Person


class SignUpForm(SignupForm):
    """Name, e-mail and password; the organization is made on the next page."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "email", "password1"]

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            # A new account costs a password hash; a known mailbox must not answer faster.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class NewOrganizationForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the organization"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    slug = forms.CharField(
        label=pgettext_lazy("of an organization", "Address"),
        max_length=40,
        required=False,  # left empty, it follows from the name: whoever is quicker than the suggestion loses nothing
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    kind = forms.ChoiceField(
        label=_("What are you?"),
        choices=[
            (Organization.Kind.CUSTOMER, _("A customer: we use the cloud ourselves")),
            (Organization.Kind.PARTNER, _("A partner: we serve our own customers on the cloud")),
        ],
        initial=Organization.Kind.CUSTOMER,
        widget=forms.RadioSelect,
    )
    partner_type = forms.ChoiceField(
        label=_("Kind of partner"),
        choices=[choice for choice in Organization.PartnerType.choices if choice[0]],
        initial=Organization.PartnerType.CONSULTING,
        required=False,
        help_text=_("Partner support plans are for consulting partners."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # The field is hidden, not empty, for a customer.
        if cleaned.get("kind") != Organization.Kind.PARTNER:
            cleaned["partner_type"] = ""
        return cleaned


class OrganizationForm(forms.ModelForm):
    class Meta:
        model = Organization
        fields = ["name", "registered_email", "language"]
        help_texts = {
            "registered_email": _("Reports and letters go there."),
            "language": _("For mail to people who have not chosen their own."),
        }


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER)


class AcceptForm(forms.Form):
    """For an invited mailbox without an account."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, and not one that many people use."),
    )


class AccountForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ["name", "language", "theme"]
        labels = {"name": pgettext_lazy("of a person", "Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        language = self.fields["language"]
        assert isinstance(language, forms.TypedChoiceField)
        language.choices = settings.LANGUAGES


class TokenForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("of a token", "Name"), max_length=80, help_text=_("What uses it, such as “backup script”.")
    )
    scope = forms.ChoiceField(label=_("Scope"), choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ)
    organization = forms.ChoiceField(label=_("Only for"), required=False)
    expires_on = forms.DateField(
        label=_("Works until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until you delete it."),
    )

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.fields["organization"]
        assert isinstance(organization, forms.ChoiceField)
        organization.choices = [
            ("", _("All of mine")),
            *((one.slug, one.name) for one in organizations),
        ]


class EndCustomerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    reference = forms.CharField(label=_("Your reference"), max_length=80, required=False)
