"""The form in which the staff write an advisory. The rules check it (care/advisories/writing.py)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from care.advisories import writing
from care.advisories.audience import CARE, NOT_REGIONAL
from care.advisories.criteria import LISTS, tier_code
from care.advisories.writing import Draft
from care.models import Advisory
from common.beijing import date_of
from common.problems import FieldErrors, Problem
from supportplans import versions

BY_NAME = ("organizations", "without")
_STATUS_PAGE = (("", _("Incidents only")), ("yes", _("Yes")), ("no", _("No")))
_TOLD = {"yes": True, "no": False}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-autosize": True, "class": "adv-editor"})


def _title() -> forms.CharField:
    return forms.CharField(label=_("Title"), max_length=writing.LONGEST_TITLE, required=False)


def _body() -> forms.CharField:
    label = _("What happens")
    return forms.CharField(label=label, max_length=writing.LONGEST_TEXT, required=False, widget=_area(8))


def _advice() -> forms.CharField:
    label = _("What to do")
    return forms.CharField(label=label, max_length=writing.LONGEST_TEXT, required=False, widget=_area(5))


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


def _slugs(label: Any, hint: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "data-autosize": True})
    return forms.CharField(label=label, required=False, max_length=50_000, widget=widget, help_text=hint)


class WritingForm(forms.Form):
    """Both languages side by side; codes of the catalogue in force at `at` to choose from."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose a kind")), *Advisory.Kind.choices])
    severity = forms.ChoiceField(label=_("Severity"), choices=Advisory.Severity.choices, initial="medium")
    title_en = _title()
    title_zh = _title()
    body_en = _body()
    body_zh = _body()
    advice_en = _advice()
    advice_zh = _advice()
    products = _several(_("Products"))
    regions = _several(_("Regions"))
    versions = forms.CharField(
        label=_("Affected versions"),
        max_length=writing.LONGEST_VERSIONS,
        required=False,
        help_text=_("For example: 5.7.38 and before."),
    )
    starts_at = _moment(pgettext_lazy("time", "From"))
    ends_at = _moment(_("Until"))
    on_status_page = forms.ChoiceField(label=_("On the public status page"), required=False, choices=_STATUS_PAGE)
    families = _several(_("Plans"))
    tiers = _several(_("Support levels"))
    entitlements = _several(_("Entitlements"))
    users_only = forms.BooleanField(
        label=_("Only organizations that use these products in these regions"),
        required=False,
        help_text=_("As known from the usage of the last 90 days, tickets and bookings."),
    )
    organizations = _slugs(
        _("Organizations"),
        _(
            "Short names, separated by commas. They are reached whatever else is chosen; "
            "if nothing else is, only they are."
        ),
    )
    without = _slugs(_("Except"), _("Short names, separated by commas. They are never reached."))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue, language = versions.current(date_of(at)), get_language() or "en"
        regions = [region for region in catalogue.regions if region.code != NOT_REGIONAL]
        services = [each for each in catalogue.entitlements if each.code == CARE or each.unit is None]
        for name, things in (("products", catalogue.products), ("regions", regions), ("entitlements", services)):
            self._choices(name, [(each.code, each.name.in_language(language)) for each in things])
        self._choices("families", [(each.code, each.name.in_language(language)) for each in catalogue.families])
        self._choices(
            "tiers",
            [
                (tier_code(family, tier), f"{family.name.in_language(language)} · {tier.name.in_language(language)}")
                for family in catalogue.families
                for tier in family.tiers
            ],
        )

    def draft(self) -> Draft:
        """What is written, of a valid form."""
        fields = dict(self.cleaned_data)
        audience = {name: fields.pop(name) for name in LISTS} | {"users_only": fields.pop("users_only")}
        for name in BY_NAME:
            audience[name] = _split(audience[name])
        fields["on_status_page"] = _TOLD.get(fields["on_status_page"])
        fields["products"], fields["regions"] = tuple(fields["products"]), tuple(fields["regions"])
        return Draft(audience=audience, **fields)

    def audience_draft(self) -> Draft:
        """The same of a form that may have mistakes: fields that are wrong count as not filled in."""
        for name, field in self.fields.items():
            nothing: Any = [] if isinstance(field, forms.MultipleChoiceField) else field.to_python("")
            self.cleaned_data.setdefault(name, nothing)
        return self.draft()

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def form_of(advisory: Advisory, at: datetime) -> WritingForm:
    """The form filled with a stored draft."""
    draft = writing.as_draft(advisory)
    known = {name: getattr(draft, name) for name in writing.NAMES if name not in ("audience", "on_status_page")}
    audience = dict(draft.audience)
    for name in BY_NAME:
        audience[name] = ", ".join(audience.get(name) or ())
    on_status_page = "yes" if draft.on_status_page else "no"
    return WritingForm(initial=known | audience | {"on_status_page": on_status_page}, at=at)


def by_field(problem: Problem) -> Problem:
    """The rule's field errors under the form's names: `audience.tiers` is the field of the tiers."""
    if not isinstance(problem, FieldErrors):
        return problem
    return FieldErrors({name.removeprefix("audience."): said for name, said in problem.errors.items()})


def _split(typed: str) -> list[str]:
    return [slug for slug in re.split(r"[\s,;，；、]+", typed.lower()) if slug]
