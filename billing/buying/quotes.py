"""A change is always previewed: a quote says what would be charged and what else would happen (spec page 3.3).

A quote lives 30 minutes, at most until midnight in Beijing, and dies when the subscription changes under it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person
from billing.actions import action_named
from billing.actions.base import Draft, Line, Situation, Wish
from billing.models import Order, Quote
from billing.pricing import deadlines
from common import money, tenancy
from common.problems import OrganizationDisabled, Refusal

KEPT_FOR = timedelta(days=7)


class QuoteStale(Refusal):
    code = "quote_stale"
    title = _("This quote no longer fits")
    default_detail = _("Your plan changed since this quote was made, or it was ordered already. Make a new quote.")


class QuoteExpired(Refusal):
    code = "quote_expired"
    title = _("This quote has expired")
    default_detail = _("A quote holds for 30 minutes, at most until midnight. Make a new one: it takes a moment.")


def preview(*, organization: Organization, wish: Wish, at: datetime) -> tuple[Draft, Situation]:
    """Price a wish without keeping anything. Raises FieldErrors, then the Refusal that stands against it."""
    action = action_named(wish.action)
    situation = Situation.of(organization, at)
    try:
        action.check(wish, situation)
    except Refusal:
        refuse_disabled(organization)  # it comes before every other refusal, after mistakes in fields
        raise
    refuse_disabled(organization)
    return action.draft(wish, situation), situation


def make_quote(*, organization: Organization, wish: Wish, at: datetime, by: Person | None) -> Quote:
    """Price a wish and keep it. Raises as `preview` does; a refused change gets no quote."""
    draft, situation = preview(organization=organization, wish=wish, at=at)
    return Quote.objects.create(
        organization=organization,
        action=wish.action,
        tier=wish.tier,
        cycle=wish.cycle,
        quantity=wish.quantity,
        at=wish.at,
        catalogue_version=draft.catalogue_version or situation.catalogue.version,
        lines=stored_lines(draft),
        effects=[dict(effect) for effect in draft.effects],
        effective=draft.effective,
        total=draft.total,
        currency=situation.catalogue.currency,
        fingerprint=situation.fingerprint_for(action_named(wish.action)),
        created_by=by,
        created_at=at,
        expires_at=deadlines.quote_expires_at(at),
    )


def wish_of(quote: Quote) -> Wish:
    """What the quote was made for."""
    return Wish(
        action=quote.action,
        tier=quote.tier,
        cycle=quote.cycle,
        quantity=quote.quantity,
        at=quote.at,
        catalogue_version=quote.catalogue_version,
    )


def lines_of(quote: Quote) -> list[Line]:
    """The quote's lines as they were priced."""
    return [Line(**line | {"amount": Decimal(line["amount"])}) for line in quote.lines]


def check_alive(quote: Quote, situation: Situation) -> None:
    """Raises QuoteExpired or QuoteStale when the quote can no longer be ordered."""
    if Order.objects.filter(quote=quote).exists():
        raise QuoteStale
    if situation.at >= quote.expires_at:
        raise QuoteExpired
    if situation.fingerprint_for(action_named(quote.action)) != quote.fingerprint:
        raise QuoteStale


def forget_old(*, at: datetime) -> int:
    """Delete quotes that expired more than a week ago and were never ordered; returns how many."""
    with tenancy.everything():
        old = Quote.objects.filter(expires_at__lt=at - KEPT_FOR, order__isnull=True)
        return old.delete()[0]


def refuse_disabled(organization: Organization) -> None:
    """Raises OrganizationDisabled: everything but reading and paying is refused."""
    if organization.is_disabled:
        raise OrganizationDisabled


def stored_lines(draft: Draft) -> list[dict[str, Any]]:
    """The lines as JSON, amounts as text."""
    return [asdict(line) | {"amount": money.plain(line.amount), "params": dict(line.params)} for line in draft.lines]
