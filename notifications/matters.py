"""What people can choose to be told of, and by which roads (spec page 4.6 'per-person settings').

A matter gathers the kinds of notices (notifications/kinds.py) that a person would switch together. A kind belongs to
the first row of `_KINDS` that is its name or its beginning; whatever has no row belongs to `other`. Pure.

    centre   the notification centre of the portal
    email    a mail at once
    sms      a text message: only who chose it and gave a number gets one, and only where the matter offers it

Worked example: `ticket.step50` is matter `desk_deadlines`, told by centre and mail unless switched off, by SMS only
when switched on; `invoice.reminder` is `money_owed`, told by centre and mail whatever anybody switches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CENTRE, EMAIL, SMS = "centre", "email", "sms"
CHANNELS = (CENTRE, EMAIL, SMS)


@dataclass(frozen=True)
class Matter:
    """`for_staff`/`for_members`: on whose settings page it stands. `fixed`: channels that cannot be switched."""

    code: str
    subject: str
    for_members: bool = True
    for_staff: bool = False
    fixed: frozenset[str] = frozenset()
    # Whether a text message can be asked for.
    texted: bool = False

    def offers(self, channel: str) -> bool:
        """Whether the channel exists for it at all."""
        return channel != SMS or self.texted


_ALWAYS = frozenset({CENTRE, EMAIL})
MATTERS: dict[str, Matter] = {
    matter.code: matter
    for matter in (
        Matter("ticket_answers", "tickets"),
        Matter("ticket_progress", "tickets"),
        Matter("ticket_waiting", "tickets"),
        Matter("desk_messages", "desk", for_members=False, for_staff=True),
        Matter("desk_deadlines", "desk", for_members=False, for_staff=True),
        Matter("desk_set_up", "desk", for_members=False, for_staff=True),
        Matter("desk_breaches", "desk", for_members=False, for_staff=True, texted=True),
        Matter("advisories", "service", for_staff=True, texted=True),
        Matter("reports", "service"),
        Matter("bookings", "service", for_staff=True),
        Matter("quotas", "plan"),
        Matter("plan", "plan"),
        Matter("orders", "plan"),
        Matter("money_owed", "plan", fixed=_ALWAYS),
        Matter("billing_desk", "plan", for_members=False, for_staff=True),
        Matter("members", "people"),
        Matter("security", "people", for_staff=True, fixed=_ALWAYS),
        Matter("other", "people", for_staff=True),
    )
}
# Exact names before beginnings: the first row that fits counts.
_KINDS: tuple[tuple[str, str], ...] = (
    ("ticket.replied", "ticket_answers"),
    ("ticket.waiting", "ticket_waiting"),
    ("ticket.reminder", "ticket_waiting"),
    ("ticket.message", "desk_messages"),
    ("ticket.assigned", "desk_messages"),
    ("ticket.rated", "desk_messages"),
    ("ticket.urged", "desk_deadlines"),
    ("ticket.step200", "desk_breaches"),
    ("ticket.breach", "desk_breaches"),
    ("ticket.step", "desk_deadlines"),
    ("tickets.", "desk_deadlines"),
    ("desk.", "desk_deadlines"),
    ("roster.", "desk_deadlines"),
    ("shift.", "desk_deadlines"),
    ("ticket.", "ticket_progress"),
    ("advisory.", "advisories"),
    ("report.", "reports"),
    ("booking.", "bookings"),
    ("training.", "bookings"),
    ("quota.", "quotas"),
    ("subscription.", "plan"),
    ("provisioning.done", "plan"),
    ("provisioning.taken_back", "plan"),
    ("provisioning.", "desk_set_up"),
    ("renewal.declined", "money_owed"),
    ("renewal.no_method", "money_owed"),
    ("renewal.", "plan"),
    ("budget.", "plan"),
    ("order.", "orders"),
    ("fapiao.requested", "billing_desk"),
    ("fapiao.", "orders"),
    ("payment.held_staff", "billing_desk"),
    ("refund.proposed", "billing_desk"),
    ("payment.declined", "money_owed"),
    ("payment.", "orders"),
    ("invoice_payment.refunded", "orders"),
    ("invoice_payment.", "money_owed"),
    ("invoice.", "money_owed"),
    ("plan.", "money_owed"),
    ("member.joined", "members"),
    ("member.", "security"),
    ("invitation", "security"),
    ("account.", "security"),
    ("endpoint.", "security"),
)


def matter_of(kind: str) -> Matter:
    """The matter that a kind of notice belongs to."""
    for beginning, code in _KINDS:
        if kind.startswith(beginning):
            return MATTERS[code]
    return MATTERS["other"]


def wanted(kind: str, channel: str, *, mailed: bool, choices: Mapping[tuple[str, str], bool]) -> bool:
    """Whether a notice of `kind` goes by `channel`.

    `mailed` is the kind's own default for mail; `choices` what the person switched: {(matter, channel): on}.
    """
    matter = matter_of(kind)
    if not matter.offers(channel):
        return False
    default = {CENTRE: True, EMAIL: mailed, SMS: False}[channel]
    if channel in matter.fixed:
        return default
    return choices.get((matter.code, channel), default)


def shown(matter: Matter, *, is_staff: bool) -> bool:
    """Whether the settings page of a member or of staff lists it."""
    return matter.for_staff if is_staff else matter.for_members
