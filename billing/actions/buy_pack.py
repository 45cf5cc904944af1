"""`buy_pack`: technical tickets on top of this month's quota (spec page 5, section 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from addons import packs, ticket_quota
from addons.allowance import Allowance
from billing.actions.base import AT_PAYMENT, NOW, Draft, Line, Period, Situation, Wish
from billing.pricing import deadlines
from common import money
from common.beijing import BEIJING, Month
from common.problems import FieldErrors

MOST_PACKS = 1000


class BuyPack:
    code = "buy_pack"
    changes_subscription = False
    minds_auto_renew = False

    def check(self, wish: Wish, situation: Situation) -> None:
        errors: dict[str, list[Any]] = {}
        if wish.quantity is None or not 1 <= wish.quantity <= MOST_PACKS:
            errors["quantity"] = [_("Give a whole number from 1 to %(most)s.") % {"most": MOST_PACKS}]
        if wish.at != NOW:
            errors["at"] = [_("Packs count from the payment on: leave this out, or give now.")]
        if errors:
            raise FieldErrors(errors)
        packs.check_metered(situation.entitlements)

    def draft(self, wish: Wish, situation: Situation) -> Draft:
        assert wish.quantity is not None
        pack = situation.catalogue.ticket_pack
        line = Line(
            code="ticket_pack",
            amount=money.round_fen(wish.quantity * pack.price),
            quantity=wish.quantity,
            params={"tickets": pack.tickets, "price": money.plain(pack.price)},
        )
        return Draft((line,), (_effect(wish.quantity * pack.tickets, situation),), AT_PAYMENT)

    def payable_until(
        self, placed_at: datetime, situation: Situation, *, waits: timedelta = deadlines.ORDER_WAITS
    ) -> datetime:
        return deadlines.order_payable_until(placed_at, waits)

    def carry_out(
        self, wish: Wish, situation: Situation, *, order_number: str, by: Person | None
    ) -> list[Period | None]:
        assert wish.quantity is not None
        # The payment's own month, unless it has ended: both are the month of this instant.
        month = Month.of_instant(situation.at)
        packs.add_packs(
            organization=situation.organization,
            entitlements=situation.entitlements,
            quantity=wish.quantity,
            month=month,
            at=situation.at,
            order_number=order_number,
            by=by,
        )
        return [Period(situation.today, month.next().first_day)]


def _effect(tickets: int, situation: Situation) -> Mapping[str, Any]:
    now = ticket_quota.balance(situation.organization, situation.at, situation.entitlements)
    then = Allowance(plan=now.of.plan, packs=now.of.packs + tickets, used=now.used)
    return {
        "code": "pack_tickets",
        "tickets": tickets,
        "remaining": then.remaining,
        "month": str(now.month),
        "valid_until": now.month.ends_at.astimezone(BEIJING).isoformat(),
    }
