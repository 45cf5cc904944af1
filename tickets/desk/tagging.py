"""Tags on tickets: short words by which the desk sorts its work. Customers never see them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from common import live
from common.problems import FieldErrors
from tickets import access, history
from tickets.models import ACTIVE, Tag, Ticket, TicketTag

LONGEST_TAG = 40
MOST_TAGS = 20
# Letters and digits of any script; no sign that means something in addresses, lists or sentences.
_TAG = re.compile(r"\w[\w.:+-]*")


def retag(*, ticket: Ticket, add: Sequence[str] = (), remove: Sequence[str] = (), by: Person, at: datetime) -> Ticket:
    """Add and remove tags, in small letters with hyphens for spaces; a tag in both is removed. Returns the ticket.

    Raises FieldErrors for `add`: characters, length (40), or more than 20 tags on the ticket.
    """
    added, removed = check(add), set(_normal(remove))
    ticket = access.locked(ticket)
    before = list(ticket.tags)
    kept = [tag for tag in before if tag not in removed]
    kept += [tag for tag in added if tag not in kept and tag not in removed]
    if len(kept) > MOST_TAGS:
        raise FieldErrors({"add": [_("A ticket has at most %(most)s tags.") % {"most": MOST_TAGS}]})
    if kept == before:
        return ticket
    new, gone = [tag for tag in kept if tag not in before], [tag for tag in before if tag not in kept]
    ticket.tags = kept
    ticket.save(update_fields=["tags"])
    history.write(history.entry(ticket, "tagged", at=at, by=by, details={"added": new, "removed": gone}))
    Tag.objects.bulk_create([Tag(name=tag) for tag in sorted(new)], ignore_conflicts=True)
    bears = [TicketTag(ticket=ticket, organization_id=ticket.organization_id, name=tag) for tag in new]
    TicketTag.objects.bulk_create(bears)
    TicketTag.objects.filter(ticket=ticket, name__in=gone).delete()
    _forget(gone)
    live.publish("desk", "ticket-changed", number=ticket.number)
    live.publish(f"desk-ticket:{ticket.pk}", "ticket-changed", number=ticket.number)
    return ticket


def check(tags: Sequence[str]) -> list[str]:
    """Tags as they are stored, each once. Raises FieldErrors for `add`: characters or length."""
    wanted = _normal(tags)
    for tag in wanted:
        if len(tag) > LONGEST_TAG:
            raise FieldErrors({"add": [_("A tag has at most %(longest)s characters.") % {"longest": LONGEST_TAG}]})
        if not _TAG.fullmatch(tag):
            sentence = _("A tag is letters, digits and the signs - _ . : +, beginning with a letter or digit.")
            raise FieldErrors({"add": [sentence]})
    return wanted


def tags_in_use(begins: str = "", *, limit: int = 10) -> list[str]:
    """Tags on the desk's work that begin with what was typed, by name; one statement."""
    wanted = _normal([begins])
    found = Tag.objects.filter(name__startswith=wanted[0]) if wanted else Tag.objects.all()
    return list(found.order_by("name").values_list("name", flat=True)[:limit])


def normal(tag: str) -> str:
    """A tag as it is stored: "  Needs Info " is "needs-info"."""
    return "-".join(unicodedata.normalize("NFKC", tag).casefold().split())


def _normal(tags: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(tag for tag in map(normal, tags) if tag))


def bearing(tag: str, *, most: int) -> list[int] | None:
    """Ids of the tickets on the desk that bear the tag; None when there are more than `most`. One statement."""
    found = TicketTag.objects.filter(name=normal(tag), ticket__status__in=ACTIVE)
    ids = list(found.values_list("ticket_id", flat=True)[: most + 1])
    return ids if len(ids) <= most else None


def _forget(tags: Sequence[str]) -> None:
    """What no ticket on the desk bears any more is not offered any more."""
    for tag in tags:
        if bearing(tag, most=1) == []:
            Tag.objects.filter(name=tag).delete()
