"""What else a change would do, as sentences in the reader's language: one for each code of billing/actions/effects.py.

Facts are stored with the quote; the sentence is made when it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from common import money, readings
from common.beijing import Month

Effect = Mapping[str, Any]


def describe_effect(effect: Effect) -> str:
    """What else would happen, as a sentence. Raises LookupError for a code that has none."""
    code = effect["code"]
    if code not in _SENTENCES:
        raise LookupError(code)
    return _SENTENCES[code](effect)


def _term(effect: Effect) -> str:
    return _("Paid today, the plan runs from %(first)s up to and including %(last)s.") % _days(effect)


def _tier_changes(effect: Effect) -> str:
    facts = {"tier": _name(effect["tier"])} | _days(effect)
    if effect["effective"] == "at_payment":
        return _("From the payment on, the plan is %(tier)s, up to and including %(last)s.") % facts
    return _("At once, the plan is %(tier)s, up to and including %(last)s.") % facts


def _technical_tickets(effect: Effect) -> str:
    if effect["allowance"] is None:
        return _("Technical tickets are unlimited.")
    if effect["allowance"] == 0:
        return _("Technical tickets are not included.")
    return _("Of %(allowance)s technical tickets this month, %(remaining)s are left.") % {
        "allowance": effect["allowance"],
        "remaining": effect["remaining"],
    }


def _pack_tickets(effect: Effect) -> str:
    return _(
        "Paid now, %(remaining)s technical tickets are left in %(month)s. Packs are valid until its end, %(until)s."
    ) % {
        "remaining": effect["remaining"],
        "month": readings.month(Month.parse(effect["month"]).first_day),
        "until": readings.moment(datetime.fromisoformat(effect["valid_until"])),
    }


def _service_granted(effect: Effect) -> str:
    return _("Comes with it: %(name)s, %(quota)s a year.") % _service(effect)


def _service_needs_yearly_order(effect: Effect) -> str:
    return _("Only with a yearly order: %(name)s, %(quota)s a year.") % _service(effect)


def _service_next_term(effect: Effect) -> str:
    return _("Only from the next yearly term on: %(name)s, %(quota)s a year.") % _service(effect)


def _service_changes(effect: Effect) -> str:
    facts = _service(effect) | {"used": effect["used"], "before": _quota(effect["before"], effect["unit"])}
    if not effect["before"]:
        return _("Comes with it: %(name)s, %(quota)s.") % facts
    return _("%(name)s: %(quota)s instead of %(before)s; %(used)s are used.") % facts


def _service_ends(effect: Effect) -> str:
    return _("Ends with it: %(name)s.") % {"name": _name(effect["name"])}


def _included_comes(effect: Effect) -> str:
    facts = {"name": _name(effect["name"])}
    if effect["set_up"]:
        return _("Comes with it: %(name)s. Our staff set it up.") % facts
    return _("Comes with it: %(name)s.") % facts


def _included_leaves(effect: Effect) -> str:
    facts = {"name": _name(effect["name"]), "who": pgettext("between people", ", ").join(effect["who"])}
    if effect["who"]:
        return _("No longer included: %(name)s (%(who)s).") % facts
    return _("No longer included: %(name)s.") % facts


def _bookings_withdrawn(effect: Effect) -> str:
    sentence = _("%(name)s, %(first)s to %(last)s")
    listed = [
        sentence
        % {
            "name": _name(booking["name"]),
            "first": readings.day(date.fromisoformat(booking["starts_on"])),
            "last": readings.day(date.fromisoformat(booking["ends_on"])),
        }
        for booking in effect["bookings"]
    ]
    return _("Bookings that are withdrawn: %(bookings)s.") % {
        "bookings": pgettext("between the lines of an order", "; ").join(listed)
    }


def _changes_left(effect: Effect) -> str:
    return ngettext(
        "After this change, the tier can be changed %(left)s time more within %(days)s days.",
        "After this change, the tier can be changed %(left)s times more within %(days)s days.",
        effect["left"],
    ) % {"left": effect["left"], "days": effect["days"]}


def _override_used(effect: Effect) -> str:
    until = readings.moment(datetime.fromisoformat(effect["expires_at"]))
    return _("It uses up the change that our staff allowed until %(until)s.") % {"until": until}


def _auto_renew_off(effect: Effect) -> str:
    return _("The plan no longer renews by itself.")


def _queued_cancelled(effect: Effect) -> str:
    return _("The next term, from %(first)s up to and including %(last)s, is cancelled.") % _days(effect)


def _queued_follows(effect: Effect) -> str:
    return _("The next term, from %(first)s up to and including %(last)s, is %(tier)s, %(cycle)s.") % _next(effect)


def _wish_dropped(effect: Effect) -> str:
    return _("What was chosen for the next term, %(tier)s, is dropped.") % {"tier": _name(effect["tier"])}


def _next_term(effect: Effect) -> str:
    return _("The next term runs from %(first)s up to and including %(last)s: %(tier)s, %(cycle)s.") % _next(effect)


def _next_term_wished(effect: Effect) -> str:
    facts = _next(effect) | {"price": money.shown(Decimal(effect["price"]))}
    return _("From %(first)s on, the plan is %(tier)s, %(cycle)s, for %(price)s as prices are now.") % facts


def _renews_by_itself(effect: Effect) -> str:
    return _("The plan renews by itself; nothing is charged before.")


def _renew_before(effect: Effect) -> str:
    return _("Renew the plan before %(first)s, or it ends. Nothing is charged before.") % _days(effect)


def _free_plan_now(effect: Effect) -> str:
    return _("At once, the plan is %(tier)s, which is free.") % {"tier": _name(effect["tier"])}


def _free_plan_from(effect: Effect) -> str:
    return _("From %(day)s on, the plan is %(tier)s, which is free.") % {
        "tier": _name(effect["tier"]),
        "day": readings.day(date.fromisoformat(effect["ends_on"])),
    }


def _fee_still_settled(effect: Effect) -> str:
    month = readings.month(Month.parse(effect["month"]).first_day)
    return _("The incremental support fee of %(month)s is settled at the beginning of the next month.") % {
        "month": month
    }


_SENTENCES: dict[str, Callable[[Effect], str]] = {
    "term": _term,
    "tier_changes": _tier_changes,
    "technical_tickets": _technical_tickets,
    "pack_tickets": _pack_tickets,
    "service_granted": _service_granted,
    "service_needs_yearly_order": _service_needs_yearly_order,
    "service_next_term": _service_next_term,
    "service_changes": _service_changes,
    "service_ends": _service_ends,
    "included_comes": _included_comes,
    "included_leaves": _included_leaves,
    "bookings_withdrawn": _bookings_withdrawn,
    "changes_left": _changes_left,
    "override_used": _override_used,
    "auto_renew_off": _auto_renew_off,
    "queued_cancelled": _queued_cancelled,
    "queued_follows": _queued_follows,
    "wish_dropped": _wish_dropped,
    "next_term": _next_term,
    "next_term_wished": _next_term_wished,
    "renews_by_itself": _renews_by_itself,
    "renew_before": _renew_before,
    "free_plan_now": _free_plan_now,
    "free_plan_from": _free_plan_from,
    "fee_still_settled": _fee_still_settled,
}


def _service(effect: Effect) -> dict[str, Any]:
    return {"name": _name(effect["name"]), "quota": _quota(effect["quantity"], effect["unit"])}


def _next(effect: Effect) -> dict[str, Any]:
    cycle = {"monthly": _("one month"), "yearly": _("one year")}[effect["cycle"]]
    return {"tier": _name(effect["tier"]), "cycle": cycle, **_days(effect)}


def _quota(count: int, unit: str) -> str:
    sentences = {
        "natural_day": ngettext("%(count)s natural day", "%(count)s natural days", count),
        "working_day": ngettext("%(count)s working day", "%(count)s working days", count),
        "occasion": ngettext("%(count)s occasion", "%(count)s occasions", count),
    }
    return sentences[unit] % {"count": count}


def _days(effect: Effect) -> dict[str, str]:
    ends_on = date.fromisoformat(effect["ends_on"])
    return {
        "first": readings.day(date.fromisoformat(effect["starts_on"])),
        "last": readings.day(date.fromordinal(ends_on.toordinal() - 1)),
    }


def _name(texts: Mapping[str, str]) -> str:
    return texts["zh"] if (get_language() or "").startswith("zh") else texts["en"]
