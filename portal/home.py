"""An organization's home: its plan and the days left, its quota, what is due and what waits for its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.access import Reach
from addons import service_quotas, ticket_quota
from addons.access import OPEN, bookings_of
from addons.models import Booking
from addons.ticket_quota import Balance
from care.advisories import message_centre
from common import clock
from common.beijing import date_of
from portal import home_money
from portal.term_picture import TermPicture, term_picture
from supportplans.catalogue import Tier
from supportplans.document_reading import Text
from supportplans.entitlements import Entitlements, entitlements
from tickets import own_tickets

OPEN_SHOWN = 8
WAITING_SHOWN = 5
ACTIVITY_SHOWN = 8
BOOKINGS_SHOWN = 3
GAINS_SHOWN = 4
# A term that ends by itself is worth a word this long before.
ENDS_SOON = timedelta(days=7)


@dataclass(frozen=True)
class PlanCard:
    """What the organization holds: `ends_on` is the last day of the term, None on the free tier."""

    tier: Tier
    status: str
    suspended: bool
    picture: TermPicture | None
    ends_on: date | None
    auto_renew: bool
    ends_soon: bool
    may_subscribe: bool


@dataclass(frozen=True)
class Upgrade:
    """What the next tier brings: its fastest answer in minutes (None: no promise) and what is new in it."""

    tier: Tier
    fastest_minutes: int | None
    brings_technical: bool
    gains: tuple[Text, ...]


def overview(reach: Reach) -> dict[str, Any]:
    """What templates/portal/organization_home.html shows; inside the organization's tenant scope."""
    now = clock.now()
    organization = reach.organization
    shown: dict[str, Any] = {"live_channels": [f"org:{organization.pk}"], "plan": None, "quota": None}
    if reach.may("plan", "R"):
        held = entitlements(organization, now)
        shown["plan"] = plan_card(held, now, partner_type=organization.partner_type)
        shown["upgrade"] = upgrade(held) if shown["plan"].may_subscribe else None
        shown["quota"] = quota_card(ticket_quota.balance(organization, now, held))
        shown["services"] = [each for each in service_quotas.balances(organization, now, held) if each.allowance]
        shown["bookings"] = bookings_card(reach, held)
        shown["pack"] = held.catalogue.ticket_pack
        shown["accept_within"] = held.tier.accept_within_working_days
    if reach.may("tickets", "R"):
        shown["sees_tickets"] = True
        shown["open"] = own_tickets.most_urgent(organization, OPEN_SHOWN)
        shown["waiting"] = own_tickets.waiting_for_customer(organization, WAITING_SHOWN)
        shown["activity"] = own_tickets.recent_activity(organization, ACTIVITY_SHOWN)
    if reach.may("reports", "R"):
        shown["concerns"] = message_centre.concerning(organization, now)
    shown |= home_money.overview(reach, now)
    shown["may_file"] = reach.may("tickets", "W") and not reach.is_staff and not organization.is_disabled
    return shown


def plan_card(held: Entitlements, at: datetime, *, partner_type: str) -> PlanCard:
    """The plan as a card."""
    today = date_of(at)
    term = held.term
    ends_soon = term is not None and not held.standing.auto_renew and term.ends_on - today <= ENDS_SOON
    return PlanCard(
        tier=held.tier,
        status=held.standing.status,
        suspended=held.suspended,
        picture=term_picture(term.starts_on, term.ends_on, today) if term else None,
        ends_on=term.ends_on - timedelta(days=1) if term else None,
        auto_renew=held.standing.auto_renew,
        ends_soon=ends_soon,
        may_subscribe=held.family.may_subscribe(partner_type),
    )


def upgrade(held: Entitlements) -> Upgrade | None:
    """What the tier above the free one would bring; None for who pays for a plan already."""
    if held.term is not None or len(held.family.tiers) < 2:
        return None
    above = held.family.tiers[1]
    has = {entitlement.code for entitlement in held.tier.entitlements}
    gains = [each.name for each in above.entitlements if each.code not in has and not each.coming_soon]
    targets = [severity.target_minutes for severity in above.severities if severity.target_minutes is not None]
    return Upgrade(
        tier=above,
        fastest_minutes=min(targets, default=None),
        brings_technical=above.technical_tickets.included and not held.technical_included,
        gains=tuple(gains[:GAINS_SHOWN]),
    )


def bookings_card(reach: Reach, held: Entitlements) -> list[tuple[Booking, Text]]:
    """The next bookings with the names of their services, those that run first; no statement on the free tier."""
    if held.term is None or not reach.may("bookings", "R"):
        return []
    rows = bookings_of(reach.organization).filter(status__in=OPEN).order_by("starts_on", "pk")[:BOOKINGS_SHOWN]
    return [(row, held.catalogue.name_of("entitlements", row.service)) for row in rows]


def quota_card(left: Balance) -> dict[str, Any]:
    """The month's technical tickets; `state`: unlimited, none, calm, low or exhausted."""
    if left.allowance is None:
        state = "unlimited"
    elif not left.of.metered:
        state = "none"
    else:
        state = "exhausted" if left.of.is_exhausted else "low" if left.of.is_low else "calm"
    return {"state": state, "used": left.used, "allowance": left.allowance, "remaining": left.remaining,
            "resets_on": left.month.next().first_day, "packs": left.of.counted_packs}  # fmt: skip
