"""The audience of an advisory as it is written down: which organizations it is meant for (spec page 6.1).

    {"families": ["customer"], "tiers": ["customer/enterprise"], "entitlements": ["enterprise_care"],
     "users_only": true, "organizations": ["acme"], "without": ["orbit"]}

Each list that is given narrows, and within a list one is enough. `organizations` are reached whatever the other lists
say; where nothing else is given, they alone are. `without` are never reached. `users_only` leaves out organizations
that are not known to use one of the advisory's products, or that are known to be in other regions alone. Nothing given
means everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organization
from common.problems import FieldErrors
from supportplans import versions
from supportplans.catalogue import Catalogue, Family, Tier

MOST = 1000


@dataclass(frozen=True)
class Criteria:
    """`tiers` are `family/tier` codes; `organizations` and `without` slugs."""

    families: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    entitlements: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    users_only: bool = False

    @property
    def narrows_by_plan(self) -> bool:
        return bool(self.families or self.tiers or self.entitlements)

    @property
    def names_alone(self) -> bool:
        """Whether only the organizations that are named are meant."""
        return bool(self.organizations) and not (self.narrows_by_plan or self.users_only)

    def fits(self, family: Family, tier: Tier) -> bool:
        """Whether an organization on this tier is meant."""
        if self.families and family.code not in self.families:
            return False
        if self.tiers and tier_code(family, tier) not in self.tiers:
            return False
        held = (tier.entitlement(code) for code in self.entitlements)
        return not self.entitlements or any(one is not None and not one.coming_soon for one in held)

    def document(self) -> dict[str, Any]:
        """As it is stored and as the API writes it: every part, also the empty ones."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


LISTS = tuple(field.name for field in fields(Criteria) if field.name != "users_only")


def tier_code(family: Family, tier: Tier) -> str:
    """A tier as criteria name it: `customer/enterprise`."""
    return f"{family.code}/{tier.code}"


def read(document: Mapping[str, Any]) -> Criteria:
    """What was stored; parts that are gone or unknown are passed over."""
    lists = {name: tuple(document.get(name) or ()) for name in LISTS}
    return Criteria(**lists, users_only=bool(document.get("users_only")))


def check(document: Any, catalogue: Catalogue) -> Criteria:
    """What somebody asks for. Raises FieldErrors naming each wrong part as `audience.<part>`."""
    if not isinstance(document, Mapping):
        raise FieldErrors({"audience": [_("Send a JSON object, such as {}.")]})
    errors: dict[str, list[str]] = {}
    for name in document:
        if name not in (*LISTS, "users_only"):
            errors[f"audience.{str(name)[:60]}"] = [_("There is no such part.")]
    users_only = document.get("users_only") or False
    if not isinstance(users_only, bool):
        errors["audience.users_only"] = [_("Send true or false.")]
    known = _known(catalogue)
    lists = {name: _texts(name, document.get(name), errors) for name in LISTS}
    for name, are_known in known.items():
        unknown = [text for text in lists[name] if text not in are_known(lists[name])]
        if unknown and f"audience.{name}" not in errors:
            errors[f"audience.{name}"] = [_("There is no %(code)s.") % {"code": unknown[0][:80]}]
    if errors:
        raise FieldErrors(errors)
    return Criteria(**lists, users_only=bool(users_only))


def plans_that_fit(criteria: Criteria, in_force: Catalogue) -> list[tuple[str, str, int]]:
    """(kind of organization, tier, row of the catalogue version) that are meant; the free tier is (kind, '', 0)."""
    found = []
    for row, catalogue in versions.all_published().items():
        for family in catalogue.families:
            found += [
                (family.organization_kind, tier.code, row) for tier in family.tiers if criteria.fits(family, tier)
            ]
    for family in in_force.families:
        if criteria.fits(family, family.base):
            found.append((family.organization_kind, "", 0))
    return found


def _known(catalogue: Catalogue) -> dict[str, Callable[[Sequence[str]], set[str]]]:
    families = {family.code for family in catalogue.families}
    tiers = {tier_code(family, tier) for family in catalogue.families for tier in family.tiers}
    entitlements = {entitlement.code for entitlement in catalogue.entitlements}
    return {
        "families": lambda _asked: families,
        "tiers": lambda _asked: tiers,
        "entitlements": lambda _asked: entitlements,
        "organizations": _existing,
        "without": _existing,
    }


def _existing(slugs: Sequence[str]) -> set[str]:
    return set(Organization.objects.filter(slug__in=slugs).values_list("slug", flat=True)) if slugs else set()


def _texts(name: str, asked: Any, errors: dict[str, list[str]]) -> tuple[str, ...]:
    if asked is None:
        return ()
    if not isinstance(asked, list | tuple) or not all(isinstance(each, str) for each in asked):
        errors[f"audience.{name}"] = [_("Send a list of texts.")]
        return ()
    if len(asked) > MOST:
        errors[f"audience.{name}"] = [_("Name at most %(most)s.") % {"most": MOST}]
        return ()
    return tuple(dict.fromkeys(each.strip() for each in asked if each.strip()))
