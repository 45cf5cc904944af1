"""One action on many tickets (spec page 4.5 'desk'): what can be asked, and how it begins, is followed and stopped.

Each ticket is acted on by the same rule as one ticket alone, in a transaction of its own (bulk_work.py); what a rule
refuses is kept with its reason, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID
from accounts.models import Person
from common import clock, live
from common.problems import FieldErrors, NotFound
from supportplans import versions
from tickets import access, conversation, handling, merging, regrading
from tickets.desk import bulk_bell, canned_replies, tagging
from tickets.filing_fields import check_body
from tickets.models import BulkAction, Ticket
from tickets.numbering import is_ticket_number

# What is done at once; "all that match" takes the most urgent of them.
MOST_TICKETS = 1000


@dataclass(frozen=True)
class Action:
    """`act(ticket, params, by, at)` calls the rule; `check(params, by)` raises FieldErrors before anything begins.

    `name` stands on buttons, `done` above the result; `fields` are the names of its parameters.
    """

    name: str | Promise
    done: str | Promise
    act: Callable[[Ticket, dict[str, Any], Person, datetime], Any]
    fields: tuple[str, ...] = ()
    check: Callable[[dict[str, Any], Person], Any] = lambda _params, _by: None


def _reply(ticket: Ticket, params: dict[str, Any], by: Person, at: datetime) -> Any:
    body = params.get("body", "")
    if params.get("canned_reply"):
        reply = canned_replies.one_seen_by(by, params["canned_reply"])
        body = canned_replies.filled(reply, ticket=ticket, by=by).text
    return conversation.staff_reply(ticket=ticket, by=by, body=body, then=params.get("then") or None, at=at)


def _check_reply(params: dict[str, Any], by: Person) -> None:
    if not params.get("canned_reply"):
        check_body(params.get("body", ""))
    else:
        try:
            canned_replies.one_seen_by(by, params["canned_reply"])
        except NotFound as error:
            raise FieldErrors({"canned_reply": [_("There is no such canned reply.")]}) from error
    if params.get("then", "") not in ("", conversation.WAIT, conversation.RESOLVE):
        raise FieldErrors({"then": [_("Use null, wait or resolve.")]})


def _check_severity(params: dict[str, Any], by: Person) -> None:
    known = versions.current(clock.today()).severity_codes()
    if params.get("severity", "") not in known:
        raise FieldErrors({"severity": [_("Choose one of: %(codes)s.") % {"codes": ", ".join(known)}]})
    regrading.checked_reason(params.get("reason", ""))


def _check_target(params: dict[str, Any], by: Person) -> None:
    try:
        access.any_ticket(params.get("into", "").strip())
    except NotFound as error:
        raise FieldErrors({"into": [_("There is no ticket with this number.")]}) from error


def _check_tags(params: dict[str, Any], by: Person) -> None:
    tagging.check(params.get("add", ()))
    if not params.get("add") and not params.get("remove"):
        raise FieldErrors({"add": [_("Name a tag to add or to remove.")]})


# In the order of the page; names are those of the API.
ACTIONS: dict[str, Action] = {
    "claim": Action(
        gettext_lazy("Claim"),
        gettext_lazy("Claimed"),
        lambda ticket, params, by, at: handling.claim(ticket=ticket, by=by, at=at),
    ),
    "assign": Action(
        gettext_lazy("Assign"),
        gettext_lazy("Assigned"),
        lambda ticket, params, by, at: handling.assign(ticket=ticket, to=params["to"], by=by, at=at),
        ("to",),
        lambda params, by: handling.require_colleague(params.get("to", "")),
    ),
    "release": Action(
        gettext_lazy("Release"),
        gettext_lazy("Released"),
        lambda ticket, params, by, at: handling.release(ticket=ticket, by=by, at=at),
    ),
    "tag": Action(
        gettext_lazy("Tag"),
        gettext_lazy("Tagged"),
        lambda ticket, params, by, at: tagging.retag(
            ticket=ticket, add=params.get("add", ()), remove=params.get("remove", ()), by=by, at=at
        ),
        ("add", "remove"),
        _check_tags,
    ),
    "reply": Action(
        gettext_lazy("Reply"),
        gettext_lazy("Answered"),
        _reply,
        ("body", "canned_reply", "then"),
        _check_reply,
    ),
    "wait": Action(
        gettext_lazy("Wait for the customer"),
        gettext_lazy("Waiting for the customer"),
        lambda ticket, params, by, at: handling.wait(ticket=ticket, by=by, at=at),
    ),
    "resolve": Action(
        gettext_lazy("Resolve"),
        gettext_lazy("Resolved"),
        lambda ticket, params, by, at: handling.resolve(ticket=ticket, by=by, at=at),
    ),
    "regrade": Action(
        gettext_lazy("Regrade"),
        gettext_lazy("Regraded"),
        lambda ticket, params, by, at: regrading.regrade(
            ticket=ticket, severity=params["severity"], reason=params["reason"], by=by, at=at
        ),
        ("severity", "reason"),
        _check_severity,
    ),
    "merge": Action(
        gettext_lazy("Merge"),
        gettext_lazy("Merged"),
        lambda ticket, params, by, at: merging.merge(ticket=ticket, into=params["into"].strip(), by=by, at=at),
        ("into",),
        _check_target,
    ),
}


def begin(*, action: str, params: dict[str, Any], numbers: Sequence[str], by: Person, at: datetime) -> BulkAction:
    """Start `action` on the tickets with `numbers`, in their order; returns the row that tells how far it is.

    Raises FieldErrors for an unknown action, its parameters, no ticket at all, or more than 1,000.
    """
    if action not in ACTIONS:
        raise FieldErrors({"action": [_("Choose one of: %(codes)s.") % {"codes": ", ".join(ACTIONS)}]})
    chosen = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not chosen:
        raise FieldErrors({"numbers": [_("Choose at least one ticket.")]})
    if len(chosen) > MOST_TICKETS:
        raise FieldErrors({"numbers": [_("Choose at most %(most)s tickets at once.") % {"most": MOST_TICKETS}]})
    strange = [number for number in chosen if not is_ticket_number(number)]
    if strange:
        named = ", ".join(strange[:5])
        raise FieldErrors({"numbers": [_("These are no ticket numbers: %(numbers)s.") % {"numbers": named}]})
    known = {name: params[name] for name in ACTIONS[action].fields if params.get(name)}
    ACTIONS[action].check(known, by)
    row = BulkAction.objects.create(action=action, params=known, numbers=chosen, by=by, started_at=at)
    transaction.on_commit(bulk_bell.ring, robust=True)
    return row


def stop(*, bulk: BulkAction, at: datetime) -> BulkAction:
    """Do no more tickets; what was done stays done. One that has finished stays as it is."""
    row = BulkAction.objects.select_for_update().get(pk=bulk.pk)
    if row.finished_at is None:
        row.finished_at = at
        row.save(update_fields=["finished_at"])
        live.publish("desk", "bulk-changed", bulk=row.pk)
    return row


def one(number: int) -> BulkAction:
    """A bulk action by its id, whoever began it; NotFound else."""
    found = BulkAction.objects.select_related("by").filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found
