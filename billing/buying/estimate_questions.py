"""What the price calculator is asked: read and checked once for its page and its API (spec page 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common import money
from common.money import ZERO, Money
from common.problems import FieldErrors
from supportplans.catalogue import CYCLES, Catalogue, Family, Tier, UnknownCode

# What people type around an amount.
_LEFT_OUT = str.maketrans("", "", ",，¥￥ \t\u00a0")

FIELDS = ("family", "tier", "cycle", "monthly_usage")


@dataclass(frozen=True)
class Question:
    """A tier, how it would be paid, and the cloud usage of a month."""

    family: Family
    tier: Tier
    cycle: str
    monthly_usage: Money


def read(catalogue: Catalogue, asked: Mapping[str, str]) -> Question:
    """The question in `asked`, which has a text for each of FIELDS. Raises FieldErrors that name every wrong field."""
    errors: dict[str, list[Any]] = {name: [_("This field is required.")] for name in FIELDS if not asked.get(name)}
    family = tier = None
    if "family" not in errors:
        family = _family(catalogue, asked["family"])
        if family is None:
            errors["family"] = [_("There is no such family.")]
    if "tier" not in errors:
        tier = _tier(catalogue, family, asked["tier"])
        if tier is None:
            errors["tier"] = [_("There is no such tier in this family.") if family else _("There is no such tier.")]
    if "cycle" not in errors and asked["cycle"] not in CYCLES:
        errors["cycle"] = [_("Choose monthly or yearly.")]
    usage = ZERO
    if "monthly_usage" not in errors:
        try:
            usage = read_usage(asked["monthly_usage"])
        except FieldErrors as wrong:
            errors |= wrong.errors
    if errors or family is None or tier is None:
        raise FieldErrors(errors)
    return Question(family, tier, asked["cycle"], usage)


def read_usage(text: str) -> Money:
    """An amount of yuan, 0 or more, in whole fen. Raises FieldErrors for `monthly_usage`."""
    try:
        usage = money.parse(text)
    except ValueError:
        usage = None
    if usage is None or usage < 0:
        raise FieldErrors({"monthly_usage": [_("Enter an amount of 0 or more, in yuan with at most two decimals.")]})
    return usage


def read_typed(typed: str) -> tuple[Money | None, str]:
    """The amount that a person typed, "¥1,234.50" too, and what is wrong with it; None where nothing was typed."""
    try:
        return (read_usage(bare) if (bare := typed.translate(_LEFT_OUT)) else None), ""
    except FieldErrors as wrong:
        return None, wrong.errors["monthly_usage"][0]


def _family(catalogue: Catalogue, code: str) -> Family | None:
    return next((family for family in catalogue.families if family.code == code), None)


def _tier(catalogue: Catalogue, family: Family | None, code: str) -> Tier | None:
    """In the family; where that is wrong too, in any of them."""
    for line in (family,) if family else catalogue.families:
        try:
            return line.tier(code)
        except UnknownCode:
            continue
    return None
