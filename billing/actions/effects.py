"""What else a change would do, as facts: a code and what its sentence needs (billing/buying/effect_wording.py).

An effect never changes while its quote lives unless the subscription does, what was used of it, or a staff member's
doing: the checkout page compares them with what it showed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from addons import plan_binding, service_quotas, ticket_quota
from addons.allowance import Allowance
from addons.service_quotas import ServiceBalance
from billing.actions.base import Situation
from common import money
from common.beijing import BEIJING, Month
from supportplans import access, overrides, versions
from supportplans.catalogue import Tier
from supportplans.change_frequency import ALLOWED_IN_WINDOW, WINDOW, changes_in_window
from supportplans.models import ProvisioningTask, Term
from supportplans.renewing import NextTerm
from supportplans.terms import Bounds

Effect = Mapping[str, Any]


def names(tier: Tier) -> dict[str, str]:
    """A tier's name in both languages."""
    return {"en": tier.name.en, "zh": tier.name.zh}


def days_of(bounds: Bounds) -> dict[str, str]:
    """Of a term."""
    return {"starts_on": bounds.starts_on.isoformat(), "ends_on": bounds.ends_on.isoformat()}


def first_term(bounds: Bounds) -> Effect:
    """A subscription's days."""
    return {"code": "term", **days_of(bounds)}


def tickets_left(tier: Tier, situation: Situation) -> Effect:
    """How many technical tickets the tier would leave this month (spec page 4.2)."""
    now = ticket_quota.balance(situation.organization, situation.at, situation.entitlements)
    plan = tier.technical_tickets.monthly_quota if tier.technical_tickets.included else 0
    then = Allowance(plan=plan, packs=now.of.packs, used=now.used)
    return {"code": "technical_tickets", "allowance": then.total, "used": then.used, "remaining": then.remaining}


def services_granted(tier: Tier, cycle: str) -> list[Effect]:
    """The yearly services that come with a new subscription, and those that need a yearly order."""
    return [
        _service(
            "service_granted" if cycle == "yearly" or not entitlement.yearly_orders_only else _NEEDS_YEARLY,
            entitlement.code,
            {"en": entitlement.name.en, "zh": entitlement.name.zh},
            unit=entitlement.unit,
            quantity=entitlement.quota,
        )
        for entitlement in tier.entitlements
        if entitlement.quota is not None and not entitlement.coming_soon
    ]


_NEEDS_YEARLY = "service_needs_yearly_order"


def services_after(tier: Tier, situation: Situation) -> list[Effect]:
    """How a change to `tier` leaves the yearly services: fewer, more, gone, or only from the next term on."""
    held, at, organization = situation.entitlements, situation.at, situation.organization
    before = {each.code: each for each in service_quotas.balances(organization, at, held)}
    after = plan_binding.balances_after(organization=organization, at=at, new_tier=tier, held=held)
    found: list[Effect] = []
    for each in after:
        was = before.pop(each.code, None)
        found += _service_after(each, was.allowance if was else 0, tier, situation)
    return found + [_ended(gone) for gone in before.values() if gone.allowance]


def _service_after(now: ServiceBalance, was: int, tier: Tier, situation: Situation) -> list[Effect]:
    name = {"en": now.service.name.en, "zh": now.service.name.zh}
    found: list[Effect] = []
    if was and not now.allowance:
        found.append(_ended(now))
    elif was != now.allowance:
        found.append(
            _service(
                "service_changes", now.code, name, unit=now.unit, before=was, quantity=now.allowance, used=now.used
            )
        )
    standard = service_quotas.standard_quota(tier, now.code)
    if standard > now.allowance:
        term = situation.standing.term
        yearly = term is not None and term.cycle == "yearly"
        code = "service_next_term" if yearly else _NEEDS_YEARLY
        found.append(_service(code, now.code, name, unit=now.unit, quantity=standard))
    return found


def services_ended(situation: Situation) -> list[Effect]:
    """The yearly services that end with the plan."""
    balances = service_quotas.balances(situation.organization, situation.at, situation.entitlements)
    return [_ended(balance) for balance in balances if balance.allowance]


def _ended(balance: ServiceBalance) -> Effect:
    name = balance.service.name
    return _service("service_ends", balance.code, {"en": name.en, "zh": name.zh}, unit=balance.unit)


def _service(code: str, service: str, name: Mapping[str, str], **facts: Any) -> Effect:
    return {"code": code, "service": service, "name": dict(name), **facts}


def included_after(tier: Tier, situation: Situation) -> list[Effect]:
    """What the tier includes and the one held does not, and the other way round: lines, groups and people with it."""
    held = situation.entitlements.tier
    set_up = {task.kind: task for task in access.live_provisioning(situation.organization)}
    lost = [_set_up("leaves", code, situation, set_up.get(code)) for code in _only_in(held, tier)]
    won = [_set_up("comes", code, situation, None) for code in _only_in(tier, held)]
    return [*lost, *won]


def _only_in(tier: Tier, other: Tier) -> list[str]:
    """Codes of what is included without a count; announced things are not."""
    there = {each.code for each in other.entitlements if not each.coming_soon}
    return [
        each.code
        for each in tier.entitlements
        if each.quota is None and not each.coming_soon and each.code not in there
    ]


def _set_up(happens: str, code: str, situation: Situation, task: ProvisioningTask | None) -> Effect:
    """`who`: the people or the group that leave; `set_up`: staff have to do something before it works."""
    entitlement = next(each for each in situation.catalogue.entitlements if each.code == code)
    who = [person.display_name() for person in (task.person, task.deputy) if person] if task else []
    return {
        "code": f"included_{happens}",
        "entitlement": code,
        "name": {"en": entitlement.name.en, "zh": entitlement.name.zh},
        "set_up": entitlement.provisioned,
        "who": who or ([task.reference] if task and task.reference else []),
    }


def bookings_withdrawn(situation: Situation, last_paid_day: date) -> list[Effect]:
    """Bookings that reach beyond the last day that stays paid."""
    organization = situation.organization
    ended = plan_binding.bookings_ended_by(organization=organization, last_paid_day=last_paid_day)
    if not ended:
        return []
    known = {each.code: {"en": each.name.en, "zh": each.name.zh} for each in situation.catalogue.entitlements}
    return [
        {
            "code": "bookings_withdrawn",
            "bookings": [
                {
                    "id": booking.pk,
                    "service": booking.service,
                    "name": known.get(booking.service, {"en": booking.service, "zh": booking.service}),
                    "starts_on": booking.starts_on.isoformat(),
                    "ends_on": booking.ends_on.isoformat(),
                }
                for booking in ended
            ],
        }
    ]


def frequency_after(tier: Tier, situation: Situation) -> list[Effect]:
    """How many changes are left in 90 days after this one; or that it takes what staff allowed."""
    organization, at = situation.organization, situation.at
    if overrides.is_needed(organization=organization, tier=tier.code, at=at):
        override = overrides.live(organization, at)
        return (
            [{"code": "override_used", "expires_at": override.expires_at.astimezone(BEIJING).isoformat()}]
            if override
            else []
        )
    made = changes_in_window(access.tier_history(organization, at), at) + 1
    return [{"code": "changes_left", "left": ALLOWED_IN_WINDOW - made, "days": WINDOW.days}]


def auto_renew_off(situation: Situation) -> list[Effect]:
    """Where it is on."""
    return [{"code": "auto_renew_off"}] if situation.standing.auto_renew else []


def queued_cancelled(situation: Situation) -> list[Effect]:
    """Where a term is queued."""
    queued = situation.queued
    return [{"code": "queued_cancelled", **days_of(queued.bounds)}] if queued else []


def queued_follows(queued: Term | None, new: NextTerm) -> list[Effect]:
    """The queued term as it would be."""
    if queued is None:
        return []
    return [{"code": "queued_follows", "tier": names(new.tier), "cycle": new.cycle, **days_of(new.bounds)}]


def wish_dropped(situation: Situation, keeps: str = "") -> list[Effect]:
    """The tier, or with `keeps` "" whatever was wished for the next term, when it is dropped."""
    held = situation.standing
    if held.term is None or not held.next_tier or held.next_tier == keeps:
        return []
    sold = versions.current(held.term.ends_on).family(held.family.code)
    known = next((tier for tier in sold.tiers if tier.code == held.next_tier), None)
    tier = names(known) if known else {"en": held.next_tier, "zh": held.next_tier}
    return [{"code": "wish_dropped", "tier": tier}]


def next_term(new: NextTerm) -> Effect:
    """The term that a renewal buys."""
    return {"code": "next_term", "tier": names(new.tier), "cycle": new.cycle, **days_of(new.bounds)}


def next_term_wished(new: NextTerm, situation: Situation) -> list[Effect]:
    """What the next term will have when it is bought; nothing is charged before."""
    wished = {
        "code": "next_term_wished",
        "tier": names(new.tier),
        "cycle": new.cycle,
        "price": money.plain(new.price),
        **days_of(new.bounds),
    }
    reminder = "renews_by_itself" if situation.standing.auto_renew else "renew_before"
    return [wished, {"code": reminder, **days_of(new.bounds)}]


def back_to_free(situation: Situation, *, at_end: bool) -> Effect:
    """The free tier, at once or from the term's end on."""
    held = situation.standing
    assert held.term is not None
    tier = names(held.family.base)
    if at_end:
        return {"code": "free_plan_from", "tier": tier, "ends_on": held.term.ends_on.isoformat()}
    return {"code": "free_plan_now", "tier": tier}


def fee_still_settled(situation: Situation) -> list[Effect]:
    """Who leaves in a month still owes its incremental fee."""
    if not situation.standing.tier.usage_brackets:
        return []
    return [{"code": "fee_still_settled", "month": str(Month.of_instant(situation.at))}]


def together(*parts: Effect | Iterable[Effect]) -> tuple[Effect, ...]:
    """One tuple of single effects and lists of them."""
    found: list[Effect] = []
    for part in parts:
        found += [part] if isinstance(part, Mapping) else list(part)
    return tuple(found)
