"""Forms of webhooks and IM groups: what is typed, and how it is asked. The rules check it (endpoints.py, groups.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.models import Endpoint
from notifications.outbound.events import EVENTS

_HINT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "inputmode": "url"}


class WebhookForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("of a webhook", "Name"),
        max_length=200,
        required=False,
        help_text=_("So that you can tell it from others."),
    )
    url = forms.CharField(
        label=_("Web address"),
        max_length=2000,
        widget=forms.TextInput(attrs=_HINT | {"placeholder": "https://hooks.example.com/support"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )


class GroupForm(WebhookForm):
    kind = forms.ChoiceField(label=_("Chat"), choices=[])
    field_order = ["kind", "name", "url", "events"]

    def __init__(self, *args: Any, kinds: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        names = dict(Endpoint.Kind.choices)
        self.fields["kind"].choices = [(kind, names[kind]) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["url"].label = _("The robot's web address")
        self.fields["url"].help_text = _(
            "As the group's settings show it. It holds the robot's key and is kept secret."
        )
        self.fields["url"].widget.attrs["placeholder"] = ""


class GroupChangeForm(WebhookForm):
    """The stored address is secret: left empty, it stays."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["url"].label = _("Another web address of the robot")
        self.fields["url"].required = False
        self.fields["url"].help_text = _("Leave it empty to keep the one that is stored.")
        self.fields["url"].widget.attrs["placeholder"] = ""
