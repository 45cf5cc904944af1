"""Forms of training: what is typed, and how it is asked. The rules check it (sessions.py, places.py, planning.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from addons.models import Topic, TrainingSession
from addons.training import planning, sessions, videos, wording
from common import clock


class _Moment(forms.DateTimeField):
    """A Beijing time, chosen to the minute."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-autosize": True})


class SessionForm(forms.Form):
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    title_en = forms.CharField(label=_("Title (English)"), max_length=150)
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=150)
    about_en = forms.CharField(label=_("Contents (English)"), max_length=10_000, required=False, widget=_area(4))
    about_zh = forms.CharField(label=_("Contents (Chinese)"), max_length=10_000, required=False, widget=_area(4))
    mode = forms.ChoiceField(label=_("Mode"), choices=TrainingSession.Mode.choices)
    meeting = forms.CharField(
        label=_("Meeting id or address"), max_length=200, required=False, help_text=_("Of an online session.")
    )
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, help_text=_("Of a session by telepresence or on site.")
    )
    starts_at = _Moment(label=pgettext_lazy("period", "From"), help_text=_("Beijing time"))
    ends_at = _Moment(label=_("Until"), help_text=_("Beijing time"))
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=sessions.MOST_SEATS, initial=30)
    tiers = forms.MultipleChoiceField(label=_("Who may register"), widget=forms.CheckboxSelectMultiple)
    trainer = forms.ChoiceField(label=_("Trainer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(code, wording.pick(names)) for code, names in sessions.tiers_on_offer(clock.now())]
        trainers = [(person.email, person.display_name()) for person in sessions.trainers()]
        self.fields["tiers"].choices = tiers  # type: ignore[attr-defined]
        self.fields["trainer"].choices = [("", _("Nobody yet")), *trainers]  # type: ignore[attr-defined]

    def draft(self) -> sessions.Draft:
        """What was typed, of a valid form."""
        return sessions.Draft(**self.cleaned_data | {"tiers": tuple(self.cleaned_data["tiers"])})


class PlaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), max_length=254)


class RatingForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        coerce=int,
        choices=[(5, _("5, very good")), (4, "4"), (3, "3"), (2, "2"), (1, _("1, poor"))],
    )
    comment = forms.CharField(label=_("Comment"), max_length=2000, required=False, widget=_area(2))


class NeedsForm(forms.Form):
    topics = forms.MultipleChoiceField(
        label=_("Which topics?"), choices=Topic.choices, widget=forms.CheckboxSelectMultiple
    )
    modes = forms.MultipleChoiceField(
        label=_("How would you like to learn?"),
        choices=TrainingSession.Mode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    people = forms.IntegerField(label=_("How many people?"), min_value=1, max_value=planning.MOST_PEOPLE, initial=1)
    wishes = forms.CharField(
        label=_("Anything else?"), max_length=planning.LONGEST_WISHES, required=False, widget=_area(3)
    )

    def answer(self) -> planning.Answer:
        """What was answered, of a valid form."""
        lists = {name: tuple(self.cleaned_data[name]) for name in ("topics", "modes")}
        return planning.Answer(**self.cleaned_data | lists)


class VideoForm(forms.Form):
    course = forms.ChoiceField(label=_("Course"), required=False)
    position = forms.IntegerField(label=_("Place in the course"), min_value=0, max_value=1000, initial=0)
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    title_en = forms.CharField(label=_("Title (English)"), max_length=150)
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=150)
    about_en = forms.CharField(label=_("Contents (English)"), max_length=5000, required=False, widget=_area(3))
    about_zh = forms.CharField(label=_("Contents (Chinese)"), max_length=5000, required=False, widget=_area(3))
    url = forms.URLField(label=_("Address"), max_length=300, assume_scheme="https")
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1000, initial=0)
    published = forms.BooleanField(label=_("Everyone sees it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [("", _("None")), *videos.COURSES.items()]  # type: ignore[attr-defined]
