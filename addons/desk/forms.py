"""Forms of the desk's bookings: what is typed, and how it is asked. The rules check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from addons import booking_details, capacity_plan, completion_reports, duty_cover, patrol
from addons.desk import access
from addons.models import Booking, BookingDuty
from addons.service_quotas import services_of
from common.beijing import BEIJING, date_of
from supportplans import versions
from supportplans.catalogue import Catalogue


class _Moment(forms.DateTimeField):
    """A Beijing time, chosen to the minute."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-autosize": True})


def named(catalogue: Catalogue, list_name: str, codes: Any) -> list[tuple[str, str]]:
    """(code, name in the reader's language) of codes of the catalogue."""
    language = get_language() or "en"
    return [(code, catalogue.name_of(list_name, code).in_language(language)) for code in codes]


def service_names(at: datetime) -> dict[str, str]:
    """{code: name} of the services that can be booked, in the reader's language."""
    catalogue = versions.current(date_of(at))
    return dict(named(catalogue, "entitlements", [service.code for service in services_of(catalogue)]))


class ConfirmForm(forms.Form):
    """The details that the service asks for and nobody has said yet; all of them are needed."""

    def __init__(self, booking: Booking, at: datetime, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        catalogue = versions.current(date_of(at))
        for name in booking_details.missing(booking.service, booking.details):
            self.fields[name] = _detail_field(name, catalogue)

    def details(self) -> dict[str, Any]:
        """What was typed, of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def _detail_field(name: str, catalogue: Catalogue) -> forms.Field:
    label = str(booking_details.FIELDS[name])
    if name in ("regions", "products"):
        codes = catalogue.region_codes() if name == "regions" else catalogue.product_codes()
        return forms.MultipleChoiceField(
            label=label, choices=named(catalogue, name, codes), widget=forms.CheckboxSelectMultiple
        )
    if name == "event_kind":
        choices = [("", _("Choose")), *booking_details.EVENT_KINDS.items()]
        return forms.ChoiceField(label=label, choices=choices)
    return forms.CharField(label=label, max_length=2000, widget=_area(2))


class CompleteForm(forms.Form):
    """The summary, the sections of the service's report, and the report itself."""

    summary = forms.CharField(label=_("Summary"), max_length=20_000, widget=_area(4))
    report = forms.FileField(
        label=_("Report (PDF)"),
        help_text=_("At most 20 MB. The organization can download it."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, booking: Booking, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.sections = completion_reports.sections_of(booking.service)
        for code, label in self.sections.items():
            self.fields[f"section_{code}"] = forms.CharField(label=str(label), max_length=20_000, widget=_area(4))
        self.order_fields(["summary", *(f"section_{code}" for code in self.sections), "report"])

    def written(self) -> dict[str, str]:
        """{section: text}, of a valid form."""
        return {code: self.cleaned_data[f"section_{code}"] for code in self.sections}


class TeamForm(forms.Form):
    service_manager = forms.ChoiceField(label=_("Service manager"), required=False)
    im_group = forms.CharField(
        label=_("IM group"), max_length=200, required=False, help_text=_("Its name or link, as people find it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service_manager"].choices = [("", _("Nobody yet")), *_people()]  # type: ignore[attr-defined]


class DutyForm(forms.Form):
    person = forms.ChoiceField(label=_("Person"))
    task = forms.ChoiceField(label=_("Task"), choices=BookingDuty.Task.choices)
    starts_at = _Moment(label=pgettext_lazy("period", "From"), help_text=_("Beijing time"))
    ends_at = _Moment(label=_("Until"), help_text=_("Beijing time"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Choose")), *_people()]  # type: ignore[attr-defined]

    @classmethod
    def proposing(cls, span: duty_cover.Span) -> DutyForm:
        """An empty form with the times of a hole in the roster."""
        return cls(initial={"starts_at": span[0].astimezone(BEIJING), "ends_at": span[1].astimezone(BEIJING)})


class PatrolForm(forms.Form):
    body = forms.CharField(label=_("What did you see, and do?"), max_length=patrol.LONGEST, widget=_area(3))
    all_well = forms.TypedChoiceField(
        label=_("How is it?"),
        coerce=lambda text: text == "yes",
        choices=[("yes", _("All is well")), ("no", _("Something is not as it should be"))],
        widget=forms.RadioSelect,
        initial="yes",
    )


class CapacityForm(forms.Form):
    """The standard of each service; empty: no limit."""

    def __init__(self, names: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in names.items():
            self.fields[code] = forms.IntegerField(
                label=name, min_value=0, max_value=capacity_plan.LARGEST, required=False
            )


class ExceptionForm(forms.Form):
    """A day with another capacity."""

    service = forms.ChoiceField(label=_("Service"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    capacity = forms.IntegerField(label=_("Bookings that day"), min_value=0, max_value=capacity_plan.LARGEST)
    note = forms.CharField(label=_("Why?"), max_length=capacity_plan.LONGEST_NOTE, required=False)

    def __init__(self, names: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = list(names.items())  # type: ignore[attr-defined]


def _people() -> list[tuple[str, str]]:
    return [(person.email, person.display_name()) for person in access.workers()]
