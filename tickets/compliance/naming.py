"""What the rows of a breakdown are called, and the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import labels, readings
from common.beijing import Month
from supportplans.catalogue import Catalogue

# What stands for a ticket without a product or end customer.
NONE = "none"


def name_of(by: str, key: str, catalogue: Catalogue) -> str:
    """The row's name in the reader's language; a code that nobody knows any more is its own name."""
    language = get_language() or "en"
    if by == "tier":
        names = {tier.code: tier.name for family in catalogue.families for tier in family.tiers}
        return names[key].in_language(language) if key in names else key
    if by == "severity":
        return severity_name(key)
    if by == "month":
        return readings.short_month(Month.parse(key).first_day)
    if key == NONE:
        return _("No product") if by == "product" else _("No end customer")
    return catalogue.name_of("products", key).in_language(language) if by == "product" else key


def severity_name(code: str) -> str:
    return str(labels.look(labels.SEVERITIES, code).label)


def in_order(by: str, keys: Iterable[str], catalogue: Catalogue) -> list[str]:
    """Tiers and severities as the catalogue lists them, months as they passed, others by name; "none" last."""
    listed: dict[str, list[str]] = {
        "tier": [tier.code for family in catalogue.families for tier in family.tiers],
        "severity": list(catalogue.severity_codes()),
    }
    places = {code: place for place, code in enumerate(dict.fromkeys(listed.get(by, [])))}
    word: Callable[[str], str] = (lambda key: key) if by == "month" else lambda key: name_of(by, key, catalogue)
    return sorted(set(keys), key=lambda key: (key == NONE, places.get(key, len(places)), word(key)))
