"""The checkout page's one step: what was shown is quoted, ordered, and nothing else (spec page 3, section 3.3).

The page shows a preview, which keeps nothing. Confirming makes the quote and orders it in one transaction, if it says
exactly what the page said.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from billing.actions import Wish
from billing.actions.base import Draft, Situation
from billing.buying import orders
from billing.buying.quotes import QuoteStale, make_quote, preview, stored_lines
from billing.models import Order
from billing.paying.ways_to_pay import ANY, Choice
from common.idempotency import fingerprint
from common.problems import FieldErrors


def digest(draft: Draft, situation: Situation) -> str:
    """Of everything the page says: amounts, dates, effects and the subscription they were made for."""
    shown = [stored_lines(draft), [dict(effect) for effect in draft.effects], draft.effective, situation.fingerprint]
    return fingerprint(json.loads(json.dumps(shown)))


def confirm(
    *,
    organization: Organization,
    wish: Wish,
    shown: str,
    terms_accepted: bool,
    at: datetime,
    by: Person,
    pay_with: Choice = ANY,
) -> Order:
    """Order what the page showed. Raises FieldErrors without the terms, QuoteStale when it would say something else
    now, and the refusals of quote and order.
    """
    draft, situation = preview(organization=organization, wish=wish, at=at)
    if not terms_accepted:
        raise FieldErrors({"accept_terms": [_("Accept the terms of service to go on.")]})
    if digest(draft, situation) != shown:
        raise QuoteStale(_("Prices, dates or your plan changed since this page was shown. Look again, then confirm."))
    quote = make_quote(organization=organization, wish=wish, at=at, by=by)
    return orders.place_order(organization=organization, quote_id=quote.pk, at=at, by=by, pay_with=pay_with)
