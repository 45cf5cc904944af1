"""Answers kept for reuse (spec page 4.5): one's own, and those that everybody uses, in both languages.

Everybody who works at the desk keeps replies of their own; shared ones are written by those who set up the desk
(leads, administrators). A place such as {{ customer.name }} is filled from the ticket (reply_variables.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID
from accounts.models import Person
from accounts.roles import allows, staff_role_key
from common import clock, readings
from common.problems import FieldErrors, NotFound, PermissionDenied, Refusal
from supportplans import versions
from tickets import timers
from tickets.desk import reply_variables
from tickets.filing_fields import LONGEST_BODY
from tickets.models import CannedReply, Macro, Ticket

LONGEST_TITLE = 100
MOST_OWN, MOST_SHARED = 300, 1000
OFFERED = 30


class CannedReplyInUse(Refusal):
    """Member `macros`: the names of the macros that send it."""

    code = "canned_reply_in_use"
    title = gettext_lazy("A macro sends this reply")


class TooManyCannedReplies(Refusal):
    code = "too_many_canned_replies"
    title = gettext_lazy("There are enough canned replies")
    default_detail = gettext_lazy("Delete some that nobody uses, then add this one.")


@dataclass(frozen=True)
class Wording:
    """What a canned reply says; `product` '' is for every product."""

    title: str
    body_en: str = ""
    body_zh: str = ""
    product: str = ""
    shared: bool = False


@dataclass(frozen=True)
class Filled:
    """A canned reply as it reads on one ticket; `language` is the one it is written in."""

    reply: CannedReply
    text: str
    language: str


def may_share(person: Person) -> bool:
    """Whether they write what everybody uses."""
    return allows(staff_role_key(person.staff_role()), "desk_settings", "W")


def may_keep_own(person: Person) -> bool:
    """Whether they answer tickets, and so keep replies of their own."""
    return allows(staff_role_key(person.staff_role()), "internal_notes", "W")


def may_change(person: Person, reply: CannedReply) -> bool:
    """One's own, or a shared one for those who write these."""
    return may_share(person) if reply.owner_id is None else reply.owner_id == person.pk


def seen_by(person: Person, q: str = "") -> QuerySet[CannedReply]:
    """Shared ones and their own, by title; `q` looks in titles and texts."""
    found = CannedReply.objects.filter(Q(owner=None) | Q(owner=person)).order_by("title", "pk")
    if q:
        found = found.filter(Q(title__icontains=q) | Q(body_en__icontains=q) | Q(body_zh__icontains=q))
    return found


def shared() -> QuerySet[CannedReply]:
    """Those that everybody uses, by title: what macros send."""
    return CannedReply.objects.filter(owner=None).order_by("title", "pk")


def one_seen_by(person: Person, number: int) -> CannedReply:
    """One of them; NotFound for others' own."""
    found = seen_by(person).filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def keep(*, wording: Wording, by: Person) -> CannedReply:
    """Keep a new one; of an administrator, who has none of their own, it is always everybody's.

    Raises PermissionDenied, FieldErrors (an unknown variable is named), TooManyCannedReplies.
    """
    shared = wording.shared or not may_keep_own(by)
    if shared and not may_share(by):
        raise PermissionDenied(_("Leads and administrators write the replies that everybody uses."))
    fields = _checked(wording)
    owner = None if shared else by
    if CannedReply.objects.filter(owner=owner).count() >= (MOST_SHARED if shared else MOST_OWN):
        raise TooManyCannedReplies
    return CannedReply.objects.create(owner=owner, **fields)


def change(*, reply: CannedReply, wording: Wording, by: Person) -> CannedReply:
    """Write it anew; `shared` stays what it was. Raises PermissionDenied, FieldErrors."""
    require_may_change(by, reply)
    fields = _checked(wording)
    for name, value in fields.items():
        setattr(reply, name, value)
    reply.save(update_fields=list(fields))
    return reply


def delete(*, reply: CannedReply, by: Person) -> None:
    """Keep it no longer. Raises PermissionDenied, CannedReplyInUse while a macro sends it."""
    require_may_change(by, reply)
    senders = [macro.name for macro in Macro.objects.filter(retired_at=None) if _sends(macro, reply)]
    if senders:
        names = ", ".join(senders)
        raise CannedReplyInUse(_("Change these macros first: %(names)s.") % {"names": names}, macros=senders)
    reply.delete()


def _sends(macro: Macro, reply: CannedReply) -> bool:
    return any(step.get("canned_reply") == reply.pk for step in macro.steps)


def require_may_change(person: Person, reply: CannedReply) -> None:
    """Raises PermissionDenied for a shared reply of those who only use it."""
    if not may_change(person, reply):
        raise PermissionDenied(_("Leads and administrators write the replies that everybody uses."))


def _checked(wording: Wording) -> dict[str, str]:
    fields = {
        "title": " ".join(wording.title.split()),
        "body_en": wording.body_en.strip(),
        "body_zh": wording.body_zh.strip(),
        "product": wording.product.strip(),
    }
    errors: dict[str, list[str]] = {}
    if not 0 < len(fields["title"]) <= LONGEST_TITLE:
        errors["title"] = [_("Use 1 to 100 characters.")]
    for name in ("body_en", "body_zh"):
        if len(fields[name]) > LONGEST_BODY:
            errors[name] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_BODY}]
        elif unknown := reply_variables.unknown_in(fields[name]):
            errors[name] = [
                _("There is no variable {{ %(name)s }}. There are: %(known)s.")
                % {"name": one, "known": ", ".join(reply_variables.NAMES)}
                for one in unknown
            ]
    if not fields["body_en"] and not fields["body_zh"]:
        errors["body_en"] = [_("Write the text in one language at least.")]
    if fields["product"] and fields["product"] not in versions.current(clock.today()).product_codes():
        errors["product"] = [_("There is no such product.")]
    if errors:
        raise FieldErrors(errors)
    return fields


# ---- on a ticket ------------------------------------------------------------------------------------


def offered(*, ticket: Ticket, person: Person, q: str = "") -> list[Filled]:
    """What fits the ticket as its reporter will read it: its product's first, then the most used; one statement."""
    fits = Case(When(product=ticket.product, then=Value(0)), When(product="", then=Value(1)), default=Value(2))
    found = seen_by(person, q).order_by(fits, "-used", "title", "pk")[:OFFERED]
    return [filled(reply, ticket=ticket, by=person) for reply in found]


def filled(reply: CannedReply, *, ticket: Ticket, by: Person) -> Filled:
    """The reply in the reporter's language, or in the other where it is not written in that one."""
    reads = ticket.reporter.language or ticket.organization.language
    language = "zh-hans" if reads.startswith("zh") else "en"
    texts = {"en": reply.body_en, "zh-hans": reply.body_zh}
    if not texts[language]:
        language = "zh-hans" if language == "en" else "en"
    return Filled(reply, reply_variables.fill(texts[language], facts(ticket, by=by, language=language)), language)


def facts(ticket: Ticket, *, by: Person, language: str) -> dict[str, str]:
    """What the variables stand for; `due` is a dash where no answer is owed."""
    due: datetime | None = ticket.response_due_at if ticket.response_state == timers.RUNNING else None
    with translation.override(language):
        return {
            "customer.name": ticket.reporter.display_name(),
            "organization.name": ticket.organization.name,
            "ticket.number": ticket.number,
            "ticket.subject": ticket.subject,
            "engineer.name": by.display_name(),
            "due": readings.moment(due) if due else "–",
        }


def count_use(*, numbers: Iterable[int], by: Person) -> None:
    """Answers were sent with these; what is gone meanwhile is not counted."""
    wanted = {number for number in numbers if 0 < number <= LARGEST_ID}
    if wanted:
        seen_by(by).filter(pk__in=wanted).order_by().update(used=F("used") + 1)
