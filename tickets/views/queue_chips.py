"""What the queue is narrowed to, as chips: each says its filter in words and leads to the queue without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from common import labels
from supportplans.catalogue import Catalogue
from tickets.models import Channel, Kind
from tickets.queue import Filters

NAMES: dict[str, str | Promise] = {
    "product": gettext_lazy("Product"),
    "tier": gettext_lazy("Tier"),
    "organization": gettext_lazy("Organization"),
    "channel": gettext_lazy("Channel"),
    "level": gettext_lazy("Handler level"),
    "severity": gettext_lazy("Severity"),
    "kind": gettext_lazy("Kind"),
    "tag": gettext_lazy("Tag"),
    "tam": gettext_lazy("TAM"),
    "q": gettext_lazy("Text"),
}


@dataclass(frozen=True)
class Chip:
    """`url` is the queue without this filter."""

    name: str | Promise
    value: str
    url: str


def chips(filters: Filters, catalogue: Catalogue, address: Callable[..., str]) -> list[Chip]:
    """One for each filter that narrows; `address(name="")` is the queue without the filter `name`."""
    return [
        Chip(NAMES[name], words(name, value, catalogue), address(**{name: ""}))
        for name, value in asdict(filters).items()
        if value
    ]


def words(name: str, value: str, catalogue: Catalogue) -> str:
    """A filter's value as the reader knows it; an unknown code stays as it is."""
    language = get_language() or "en"
    lists = {"product": "products", "level": "handler_levels"}
    if name in lists:
        return catalogue.name_of(lists[name], value).in_language(language)
    if name == "tier":
        tiers = (tier for family in catalogue.families for tier in family.tiers if tier.code == value)
        return next((tier.name.in_language(language) for tier in tiers), value)
    if name == "severity":
        return str(labels.look(labels.SEVERITIES, value).label)
    choices = {"channel": dict(Channel.choices), "kind": dict(Kind.choices)}
    return str(choices.get(name, {}).get(value, value))
