"""The form that ends a provisioning task: asks what its kind needs; the rules check it (provisioning_facts.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.im import groups
from notifications.models import Endpoint
from supportplans import access
from supportplans.models import ProvisioningTask
from supportplans.provisioning_facts import GROUP_KINDS, LINE_KINDS, LONGEST_REFERENCE, PERSON_KINDS

_ADDRESS = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "inputmode": "url"}


class LineForm(forms.Form):
    reference = forms.CharField(
        label=_("Number and menu digit"),
        max_length=LONGEST_REFERENCE,
        help_text=_("As the organization dials it, such as 400-820-1234, digit 7."),
    )
    callers = forms.CharField(
        label=_("Numbers they call from"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": True, "inputmode": "tel"}),
        help_text=_("One a line. Who calls from one of them is found without the caller code."),
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, of a valid form."""
        return {"reference": self.cleaned_data["reference"], "callers": self.cleaned_data["callers"].splitlines()}


class GroupForm(forms.Form):
    chat = forms.ChoiceField(label=_("Chat"))
    reference = forms.CharField(
        label=_("Name of the group"), max_length=80, help_text=_("As people find it in their chat.")
    )
    robot = forms.CharField(
        label=_("The robot's web address"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs=_ADDRESS),
    )

    def __init__(self, *args: Any, task: ProvisioningTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Endpoint.Kind.choices)
        kinds = [(kind, names[kind]) for kind in groups.kinds_for(task.organization)]
        self.fields["chat"].choices = kinds  # type: ignore[attr-defined]
        self.fields["robot"].help_text = (
            _("Leave it empty to keep the one that is stored.")
            if task.endpoint
            else _("With it the portal writes into the group. It is kept secret; without it people alone write there.")
        )

    def facts(self) -> dict[str, Any]:
        """What was typed, of a valid form."""
        return dict(self.cleaned_data)


class PeopleForm(forms.Form):
    person = forms.ChoiceField(label=_("Technical service manager"))
    deputy = forms.ChoiceField(
        label=_("Deputy"),
        help_text=_("Stands in and is told of the same things."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (("person", access.possible_managers()), ("deputy", access.possible_deputies())):
            choices = [(person.email, person.display_name()) for person in people]
            self.fields[name].choices = [("", _("Choose somebody")), *choices]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The people who were chosen, of a valid form."""
        return {name: access.staff_named(self.cleaned_data[name]) for name in ("person", "deputy")}


def form_for(task: ProvisioningTask, data: Any = None) -> forms.Form:
    """The form of the task's kind, with what is there already, or was there under an earlier plan."""
    known = task if task.state == ProvisioningTask.State.DONE else access.earlier_provisioning(task)
    if task.kind in PERSON_KINDS:
        return PeopleForm(data, initial=_people(known))
    initial = {"reference": known.reference, "chat": known.chat} if known else {}
    if task.kind in GROUP_KINDS:
        return GroupForm(data, task=task, initial=initial)
    form = LineForm(data, initial=initial | {"callers": "\n".join(known.callers) if known else ""})
    if task.kind not in LINE_KINDS:
        del form.fields["callers"]
    return form


def _people(known: ProvisioningTask | None) -> dict[str, str]:
    people = (("person", known.person), ("deputy", known.deputy)) if known else ()
    return {name: person.email for name, person in people if person and person.is_active}
