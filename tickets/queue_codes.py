"""The codes that the queue can be narrowed to: the catalogue's, the channels, the kinds of tickets."""

from __future__ import annotations

from dataclasses import asdict, replace

from django.utils.translation import gettext as _

from common.problems import FieldErrors
from supportplans.catalogue import Catalogue
from tickets.models import Channel, Kind
from tickets.queue import LEVELS, Filters


def check(filters: Filters, catalogue: Catalogue) -> None:
    """Raises FieldErrors naming every filter whose code does not exist."""
    known = _known(catalogue)
    wrong = {
        name: [_("This is not one of: %(codes)s.") % {"codes": ", ".join(known[name])}]
        for name in _unknown(filters, known)
    }
    if wrong:
        raise FieldErrors(wrong)


def without_unknown(filters: Filters, catalogue: Catalogue) -> tuple[Filters, dict[str, str]]:
    """The filters that narrow to something that exists, and by name the codes of those that do not."""
    dropped = _unknown(filters, _known(catalogue))
    return replace(filters, **dict.fromkeys(dropped, "")), dropped


def _known(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    tiers = {tier.code: None for family in catalogue.families for tier in family.tiers}
    return {
        "product": catalogue.product_codes(),
        "tier": tuple(tiers),
        "severity": catalogue.severity_codes(),
        "channel": tuple(Channel.values),
        "level": LEVELS,
        "kind": tuple(Kind.values),
    }


def _unknown(filters: Filters, known: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: code for name, code in asdict(filters).items() if code and code not in known.get(name, (code,))}
