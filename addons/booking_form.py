"""The form of a booking: what is typed, and what of it a service asks for. The rules check it (addons/bookings.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from addons import booking_details
from addons.bookings import Wish
from addons.notice import OCCASION
from addons.service_quotas import ServiceBalance, services_of
from common.problems import FieldErrors, Problem
from supportplans.catalogue import Entitlement
from supportplans.entitlements import Entitlements

LISTS = ("regions", "products")
NAMES: dict[str, Any] = dict(booking_details.FIELDS)
# What a field asks, in the form's words; the names alone stand in booking_details.
HINTS: dict[str, Any] = {
    "expected_load": gettext_lazy("For example: three times the orders of a usual Friday, 40,000 a second."),
    "peak_times": gettext_lazy("For example: 20:00 to 22:00 on the first evening, Beijing time."),
    "venue": gettext_lazy("The address, the room, and whom to ask for at the door."),
    "facilities": gettext_lazy("Projector, network, power, seats: what is there for sure."),
}


@dataclass(frozen=True)
class Card:
    """A service to choose: how much is left of it, and which of the form's fields it asks for."""

    service: Entitlement
    balance: ServiceBalance | None
    asks: str
    binds: bool
    is_chosen: bool

    @property
    def is_occasion(self) -> bool:
        return self.service.unit == OCCASION


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-autosize": True})


class DaysForm(forms.Form):
    """The days alone, as they are chosen: what cannot be read is left out or asked for again, never refused here."""

    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    days = forms.IntegerField(label=gettext_lazy("Days"), required=False, min_value=1, initial=1)

    def typed_days(self) -> int:
        """The number of days: one where nothing was asked, 0 for what is no number of days."""
        return self.cleaned_data.get("days") or 0 if "days" in self.data else 1


class BookingForm(DaysForm):
    """`held`: the plan; `binding`: the services of which a booking binds it."""

    service = forms.ChoiceField(label=gettext_lazy("Service"), widget=forms.RadioSelect)
    contact = forms.CharField(
        label=gettext_lazy("Contact"),
        max_length=200,
        help_text=gettext_lazy("Who answers for you, and how to reach them."),
    )
    description = forms.CharField(
        label=pgettext_lazy("booking", "Description"),
        max_length=10_000,
        widget=_area(4),
        help_text=gettext_lazy("The system, what happens with it, and what you expect of us."),
    )
    event_kind = forms.ChoiceField(label=NAMES["event_kind"], required=False)
    expected_load = forms.CharField(label=NAMES["expected_load"], max_length=2000, required=False, widget=_area(2))
    peak_times = forms.CharField(label=NAMES["peak_times"], max_length=2000, required=False, widget=_area(2))
    venue = forms.CharField(label=NAMES["venue"], max_length=2000, required=False, widget=_area(2))
    facilities = forms.CharField(label=NAMES["facilities"], max_length=2000, required=False, widget=_area(2))
    regions = forms.MultipleChoiceField(label=NAMES["regions"], required=False, widget=forms.CheckboxSelectMultiple)
    products = forms.MultipleChoiceField(label=NAMES["products"], required=False, widget=forms.CheckboxSelectMultiple)
    acknowledge_binding = forms.BooleanField(
        label=gettext_lazy("I know that this booking binds our plan"), required=False
    )

    def __init__(self, *args: Any, held: Entitlements, binding: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue, language = held.catalogue, get_language() or "en"
        self.services = services_of(catalogue)
        self.binding = binding
        self._choices("service", [(each.code, each.name.en) for each in self.services])
        self._choices("event_kind", [("", _("Choose a kind")), *booking_details.EVENT_KINDS.items()])
        excluded = _("%(region)s (not served by support plans)")
        self._choices(
            "regions",
            [
                (each.code, excluded % {"region": name} if each.code in held.excluded_regions else name)
                for each in catalogue.regions
                if (name := each.name.in_language(language))
            ],
        )
        self._choices("products", [(each.code, each.name.in_language(language)) for each in catalogue.products])
        for name, hint in HINTS.items():
            self.fields[name].help_text = hint

    def clean(self) -> dict[str, Any]:
        """Only what the service asks for is kept, and all of it is asked for."""
        fields = self.cleaned_data
        service = self.chosen_service
        if service is None:
            return fields
        if service.unit != OCCASION and not fields.get("days") and "days" not in self.errors:
            self.add_error("days", _("Book a whole number of days, at least one."))
        for name in booking_details.missing(service.code, fields):
            if name not in self.errors:
                self.add_error(name, _("Choose at least one.") if name in LISTS else _("Say it here, please."))
        if service.code in self.binding and not fields.get("acknowledge_binding"):
            self.add_error(
                "acknowledge_binding", _("Confirm that you know it: what it binds cannot be taken back later.")
            )
        return fields

    def wish(self) -> Wish:
        """What is asked for, of a valid form."""
        fields = self.cleaned_data
        service = self.chosen_service
        assert service is not None
        asked = booking_details.asked_of(service.code)
        return Wish(
            service=service.code,
            starts_on=fields["starts_on"],
            days=1 if service.unit == OCCASION else fields["days"],
            contact=fields["contact"],
            description=fields["description"],
            details={name: fields[name] for name in asked},
            acknowledge_binding=fields["acknowledge_binding"] and service.code in self.binding,
        )

    @property
    def chosen_service(self) -> Entitlement | None:
        """The service that is chosen now, valid or not."""
        return next((each for each in self.services if each.code == self["service"].value()), None)

    def cards(self, balances: Iterable[ServiceBalance]) -> list[Card]:
        """The services of the plan to choose from, and the one that is chosen whatever the plan has."""
        of = {each.code: each for each in balances}
        chosen = self.chosen_service
        return [
            Card(
                service=each,
                balance=of.get(each.code),
                asks=" ".join(
                    [*booking_details.asked_of(each.code), *(["binding"] if each.code in self.binding else [])]
                ),
                binds=each.code in self.binding,
                is_chosen=each is chosen,
            )
            for each in self.services
            if each.code in of or each is chosen
        ]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def by_field(problem: Problem) -> Problem:
    """The rule's field errors under the form's names: `details.regions` is the field of the regions."""
    if not isinstance(problem, FieldErrors):
        return problem
    return FieldErrors({name.removeprefix("details."): said for name, said in problem.errors.items()})
