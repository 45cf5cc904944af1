"""Later versions of the project's catalogue, for tests."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from supportplans.models import CatalogueVersion


def next_version(effective_on: str) -> dict[str, Any]:
    """The first version again, under the number and date `effective_on`."""
    document = deepcopy(CatalogueVersion.objects.get(number="2022-01-06").document)
    return document | {"version": effective_on, "effective_on": effective_on}


def with_prices(effective_on: str, **prices: tuple[str, str]) -> dict[str, Any]:
    """`with_prices("2026-04-01", business=("800.00", "9000.00"))`: monthly and yearly."""
    document = next_version(effective_on)
    for family in document["families"]:
        for tier in family["tiers"]:
            if tier["code"] in prices:
                tier["prices"] = dict(zip(("monthly", "yearly"), prices[tier["code"]], strict=True))
    return document


def without_tier(effective_on: str, code: str) -> dict[str, Any]:
    """A version that no longer sells a tier."""
    document = next_version(effective_on)
    for family in document["families"]:
        family["tiers"] = [tier for tier in family["tiers"] if tier["code"] != code]
        for rank, tier in enumerate(family["tiers"]):
            tier["rank"] = rank
    return document
