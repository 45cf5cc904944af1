"""Views of the queue that a person keeps: a view with its filters under a name (spec page 4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID
from accounts.models import Person
from common.problems import FieldErrors, NotFound, Refusal
from tickets.models import SavedView
from tickets.queue import VIEWS, Filters

LONGEST_NAME = 60
LONGEST_FILTER = 200
MOST_VIEWS = 30
NAMES = tuple(one.name for one in fields(Filters))


class TooManyViews(Refusal):
    code = "too_many_views"
    title = gettext_lazy("There are enough saved views")
    default_detail = gettext_lazy("Delete one that you do not use, then save this one.")


def views_of(person: Person) -> list[SavedView]:
    """A person's views in their order; one statement."""
    return list(SavedView.objects.filter(person=person))


def view_of(person: Person, number: int) -> SavedView:
    """One of them; NotFound for others'."""
    found = SavedView.objects.filter(person=person, pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def filters_of(saved: SavedView) -> Filters:
    """Its filters; names that are gone since do not narrow."""
    return Filters(**{name: str(saved.filters.get(name, "")) for name in NAMES})


def as_filters(asked: Mapping[str, str]) -> Filters:
    """Filters by their names. Raises FieldErrors for names that are none, and for texts that are too long."""
    return Filters(**_checked_filters(VIEWS[0], asked))


def save_view(*, person: Person, name: str, view: str, filters: Mapping[str, str]) -> SavedView:
    """Keep a view under a name; the same name again keeps the new one in its place.

    `filters` are fields of queue.Filters. Raises FieldErrors, TooManyViews.
    """
    name = _checked_name(name)
    narrowed = _checked_filters(view, filters)
    mine = SavedView.objects.select_for_update().filter(person=person)
    same = mine.filter(name=name).first()
    if same is not None:
        same.view, same.filters = view, narrowed
        same.save(update_fields=["view", "filters"])
        return same
    if mine.count() >= MOST_VIEWS:
        raise TooManyViews
    last = SavedView.objects.filter(person=person).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    return SavedView.objects.create(person=person, name=name, view=view, filters=narrowed, position=position)


def change_view(
    *, saved: SavedView, name: str | None = None, view: str | None = None, filters: Mapping[str, str] | None = None
) -> SavedView:
    """Another name, view or filters for it. Raises FieldErrors; a name that another one has is refused."""
    if name is not None:
        name = _checked_name(name)
        others = SavedView.objects.filter(person_id=saved.person_id, name=name).exclude(pk=saved.pk)
        if others.exists():
            raise FieldErrors({"name": [_("You have a view with this name already.")]})
        saved.name = name
    wanted = saved.filters if filters is None else filters
    saved.filters = _checked_filters(saved.view if view is None else view, wanted)
    saved.view = saved.view if view is None else view
    saved.save(update_fields=["name", "view", "filters"])
    return saved


def delete_view(*, saved: SavedView) -> None:
    """Keep it no longer; `restore_view` with what it was brings it back."""
    SavedView.objects.filter(pk=saved.pk).delete()


def restore_view(*, person: Person, name: str, view: str, filters: Mapping[str, str], position: int) -> SavedView:
    """Bring a deleted one back, in its place."""
    saved = save_view(person=person, name=name, view=view, filters=filters)
    place_view(saved=saved, position=position)
    return saved


def place_view(*, saved: SavedView, position: int) -> list[SavedView]:
    """Put it at a place among the person's views, 0 the first; returns all in their order."""
    order = [one.pk for one in views_of(saved.person) if one.pk != saved.pk]
    order.insert(max(0, min(position, len(order))), saved.pk)
    return order_views(person=saved.person, order=order)


def order_views(*, person: Person, order: Sequence[int]) -> list[SavedView]:
    """Put a person's views in the order of these ids; those not named come after them. Returns all in their order."""
    place = {pk: at for at, pk in enumerate(order)}
    mine = sorted(views_of(person), key=lambda one: place.get(one.pk, len(place)))
    for position, one in enumerate(mine):
        one.position = position
    SavedView.objects.bulk_update(mine, ["position"])
    return mine


def move_view(*, saved: SavedView, by: int) -> list[SavedView]:
    """Move it `by` places down, or up when negative."""
    order = [one.pk for one in views_of(saved.person)]
    return place_view(saved=saved, position=order.index(saved.pk) + by)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise FieldErrors({"name": [_("Use 1 to %(longest)s characters.") % {"longest": LONGEST_NAME}]})
    return name


def _checked_filters(view: str, filters: Mapping[str, str]) -> dict[str, str]:
    if view not in VIEWS:
        raise FieldErrors({"view": [_("Choose one of: %(views)s.") % {"views": ", ".join(VIEWS)}]})
    unknown = sorted(set(filters) - set(NAMES))
    if unknown:
        raise FieldErrors({"filters": [_("These are no filters: %(names)s.") % {"names": ", ".join(unknown)}]})
    if any(not isinstance(value, str) or len(value) > LONGEST_FILTER for value in filters.values()):
        raise FieldErrors({"filters": [_("Use at most %(longest)s characters.") % {"longest": LONGEST_FILTER}]})
    return {name: value for name, value in asdict(Filters(**filters)).items() if value}
