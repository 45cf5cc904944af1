"""The catalogue and a subscription as the API writes them (spec page 7), in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from common.api import api_time
from common.money import plain
from supportplans import overrides, renewing
from supportplans.catalogue import Catalogue, Entitlement, Family, Software, Tier
from supportplans.document_reading import Text
from supportplans.models import CatalogueVersion, ChangeOverride, Term
from supportplans.standing import Standing


@lru_cache(maxsize=8)
def catalogue_document(catalogue: Catalogue, language: str) -> dict[str, Any]:
    """`GET catalogue`; tiers by rank, severities from the most to the least urgent. Callers do not change it."""
    return {
        "version": catalogue.version,
        "effective_on": catalogue.effective_on.isoformat(),
        "families": [_family(family, catalogue, language) for family in catalogue.families],
        "third_party_software": [_software(software, language) for software in catalogue.third_party_software],
        "scope": {family.code: _scope(family, language) for family in catalogue.families},
        "excluded_regions": {family.code: list(family.excluded_regions) for family in catalogue.families},
        "ticket_pack": {
            "tickets": catalogue.ticket_pack.tickets,
            "price": plain(catalogue.ticket_pack.price),
            "currency": catalogue.currency,
        },
        "severities": [
            {
                "code": severity.code,
                "name": severity.name.in_language(language),
                "definition": severity.definition.in_language(language),
                "example": severity.example.in_language(language),
            }
            for severity in catalogue.severities
        ],
        "categories": {
            family.code: [
                {"code": category.code, "name": category.name.in_language(language), "kinds": list(category.kinds)}
                for category in family.categories
            ]
            for family in catalogue.families
        },
        "out_of_scope_reasons": _named(catalogue.out_of_scope_reasons, language),
        "products": _named(catalogue.products, language),
        "regions": _named(catalogue.regions, language),
    }


def _named(things: tuple[Any, ...], language: str) -> list[dict[str, str]]:
    return [{"code": thing.code, "name": thing.name.in_language(language)} for thing in things]


def _texts(texts: tuple[Text, ...], language: str) -> list[str]:
    return [text.in_language(language) for text in texts]


def _scope(family: Family, language: str) -> dict[str, list[str]]:
    return {"in": _texts(family.scope.inside, language), "out": _texts(family.scope.outside, language)}


def _software(software: Software, language: str) -> dict[str, str]:
    return {
        "code": software.code,
        "group": software.group,
        "name": software.name.in_language(language),
        "versions": software.versions.in_language(language),
        "help": software.help.in_language(language),
    }


def _family(family: Family, catalogue: Catalogue, language: str) -> dict[str, Any]:
    return {
        "code": family.code,
        "name": family.name.in_language(language),
        "tiers": [_tier(tier, catalogue, language) for tier in family.tiers],
    }


def _tier(tier: Tier, catalogue: Catalogue, language: str) -> dict[str, Any]:
    return {
        "code": tier.code,
        "rank": tier.rank,
        "name": tier.name.in_language(language),
        "key_feature": tier.key_feature.in_language(language),
        "meant_for": tier.meant_for.in_language(language),
        "prices": {"monthly": plain(tier.prices.monthly), "yearly": plain(tier.prices.yearly)},
        "currency": catalogue.currency,
        "usage_mode": tier.usage_mode,
        "usage_brackets": [
            {"from": plain(bracket.from_amount), "rate": str(bracket.rate)} for bracket in tier.usage_brackets
        ],
        "severities": [{"code": s.code, "target_minutes": s.target_minutes} for s in tier.severities],
        "accept_within_working_days": tier.accept_within_working_days,
        "resolution_priority": tier.resolution_priority,
        "handler_level": tier.handler_level,
        "channels": {"business": list(tier.channels.business), "technical": list(tier.channels.technical)},
        "technical_tickets": {
            "included": tier.technical_tickets.included,
            "monthly_quota": tier.technical_tickets.monthly_quota,
        },
        "entitlements": [_entitlement(entitlement, language) for entitlement in tier.entitlements],
    }


def _entitlement(entitlement: Entitlement, language: str) -> dict[str, Any]:
    return {
        "code": entitlement.code,
        "name": entitlement.name.in_language(language),
        "quota": entitlement.quota,
        "unit": entitlement.unit if entitlement.quota is not None else None,
        "yearly_orders_only": entitlement.yearly_orders_only,
        "notice_working_days": entitlement.notice_working_days,
        "notice_is_binding": entitlement.notice_is_binding,
        "binds_plan": entitlement.binds_plan,
        "coming_soon": entitlement.coming_soon,
    }


def subscription_document(held: Standing, queued: Term | None) -> dict[str, Any]:
    """`GET orgs/{slug}/subscription`; dates and cycle are null on the free tier."""
    term = held.term
    return {
        "family": held.family.code,
        "tier": held.tier.code,
        "cycle": term.cycle if term else None,
        "status": held.status,
        "starts_on": term.starts_on.isoformat() if term else None,
        "ends_on": term.ends_on.isoformat() if term else None,
        "anchor_day": held.anchor_day,
        "auto_renew": held.auto_renew,
        "next_tier": (planned := _planned(held, queued))[0],
        "next_cycle": planned[1],
        "catalogue_version": held.catalogue.version,
        "queued_term": {
            "tier": queued.tier,
            "cycle": queued.cycle,
            "starts_on": queued.starts_on.isoformat(),
            "ends_on": queued.ends_on.isoformat(),
        }
        if queued
        else None,
    }


def _planned(held: Standing, queued: Term | None) -> tuple[str | None, str | None]:
    return renewing.planned(held, queued) if held.term else (None, None)


def override_document(row: ChangeOverride) -> dict[str, Any]:
    """`desk/orgs/{slug}/overrides`: a tier change that staff allow."""
    return {
        "kind": overrides.TOO_FREQUENT_CHANGES,
        "organization": row.organization.slug,
        "reason": row.reason,
        "by": row.by.display_name(),
        "at": api_time(row.at),
        "expires_at": api_time(row.expires_at),
        "used_at": api_time(row.used_at),
        "order": row.order_number or None,
    }


def version_document(row: CatalogueVersion) -> dict[str, Any]:
    """`operator/catalogue`: a version as in its file, and when it was published."""
    return {**row.document, "published_at": api_time(row.published_at)}
