"""The steps that macros are made of (spec page 4.5): what each needs, what it is called, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Person
from common import clock
from common.problems import FieldErrors
from supportplans import versions
from tickets import conversation, handling, history_words, regrading
from tickets.desk import canned_replies, reply_variables, tagging
from tickets.filing_fields import check_body
from tickets.models import CannedReply, Ticket

MOST_STEPS = 10
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of step: what it is called, the fields it needs, and the action it is."""

    name: str | Promise
    fields: tuple[str, ...]
    act: Callable[[Ticket, Step, Person, datetime], Any]


def _reply(ticket: Ticket, step: Step, by: Person, at: datetime) -> None:
    reply = shared_reply(step["canned_reply"])
    if reply is None:
        raise FieldErrors({"canned_reply": [_("The canned reply is gone.")]})
    text = canned_replies.filled(reply, ticket=ticket, by=by).text
    conversation.staff_reply(ticket=ticket, by=by, body=text, at=at)
    canned_replies.count_use(numbers=[reply.pk], by=by)


def _note(ticket: Ticket, step: Step, by: Person, at: datetime) -> None:
    conversation.note(ticket=ticket, by=by, body=text_of(step, ticket, by), at=at)


def _regrade(ticket: Ticket, step: Step, by: Person, at: datetime) -> None:
    regrading.regrade(ticket=ticket, severity=step["severity"], reason=step["reason"], by=by, at=at)


KINDS: dict[str, Kind] = {
    "reply": Kind(gettext_lazy("Reply with a canned reply"), ("canned_reply",), _reply),
    "note": Kind(gettext_lazy("Write an internal note"), ("body",), _note),
    "tag": Kind(
        gettext_lazy("Add a tag"),
        ("tag",),
        lambda ticket, step, by, at: tagging.retag(ticket=ticket, add=[step["tag"]], by=by, at=at),
    ),
    "untag": Kind(
        gettext_lazy("Remove a tag"),
        ("tag",),
        lambda ticket, step, by, at: tagging.retag(ticket=ticket, remove=[step["tag"]], by=by, at=at),
    ),
    "claim": Kind(
        gettext_lazy("Claim it"), (), lambda ticket, step, by, at: handling.claim(ticket=ticket, by=by, at=at)
    ),
    "assign": Kind(
        gettext_lazy("Give it to a colleague"),
        ("to",),
        lambda ticket, step, by, at: handling.assign(ticket=ticket, to=step["to"], by=by, at=at),
    ),
    "severity": Kind(
        gettext_lazy("Give it another severity"),
        ("severity", "reason"),
        _regrade,
    ),
    "wait": Kind(
        gettext_lazy("Wait for the customer"),
        (),
        lambda ticket, step, by, at: handling.wait(ticket=ticket, by=by, at=at),
    ),
    "resolve": Kind(
        pgettext_lazy("step of a macro", "Resolve it"),
        (),
        lambda ticket, step, by, at: handling.resolve(ticket=ticket, by=by, at=at),
    ),
}
FIELDS = tuple(dict.fromkeys(field for kind in KINDS.values() for field in kind.fields))


def words(step: Step) -> str:
    """The step as a line of a list."""
    name = str(KINDS[step["do"]].name)
    if step["do"] == "reply":
        reply = shared_reply(step["canned_reply"])
        more = reply.title if reply else _("gone")
    elif step["do"] == "severity":
        more = history_words.severity_name(step["severity"], versions.current(clock.today()))
    else:
        more = str(step.get("tag") or step.get("to") or step.get("body") or "")
    return _("%(what)s: %(which)s") % {"what": name, "which": more} if more else name


def text_of(step: Step, ticket: Ticket, by: Person) -> str:
    """What a step of `by` would write on the ticket; '' where it writes nothing."""
    if step["do"] == "note":
        return reply_variables.fill(step["body"], canned_replies.facts(ticket, by=by, language=get_language() or "en"))
    reply = shared_reply(step["canned_reply"]) if step["do"] == "reply" else None
    return canned_replies.filled(reply, ticket=ticket, by=by).text if reply else ""


def shared_reply(number: Any) -> CannedReply | None:
    """The canned reply that everybody uses; None when it is gone."""
    return CannedReply.objects.filter(pk=number, owner=None).first()


def checked(steps: Sequence[Any]) -> list[dict[str, Any]]:
    """The steps with exactly the fields they need. Raises FieldErrors for `steps`, one sentence a mistake."""
    if not 0 < len(steps) <= MOST_STEPS:
        raise FieldErrors({"steps": [_("A macro has 1 to %(most)s steps.") % {"most": MOST_STEPS}]})
    sentences: list[str] = []
    clean: list[dict[str, Any]] = []
    for number, step in enumerate(steps, start=1):
        try:
            clean.append(_checked_step(step))
        except FieldErrors as wrong:
            for said in wrong.errors.values():
                sentences += [_("Step %(number)s: %(sentence)s") % {"number": number, "sentence": one} for one in said]
    if sentences:
        raise FieldErrors({"steps": sentences})
    return clean


def _checked_step(step: Any) -> dict[str, Any]:
    do = step.get("do") if isinstance(step, Mapping) else None
    if not isinstance(do, str) or do not in KINDS:
        raise FieldErrors({"do": [_("Choose one of: %(codes)s.") % {"codes": ", ".join(KINDS)}]})
    return {"do": do} | {name: _CHECKS[name](step.get(name)) for name in KINDS[do].fields}


def _check_reply(value: Any) -> int:
    number = int(value) if isinstance(value, (int, str)) and str(value).isascii() and str(value).isdigit() else 0
    if not 0 < number < 2**63 or shared_reply(number) is None:
        raise FieldErrors({"canned_reply": [_("Choose a canned reply that everybody uses.")]})
    return number


def _check_note(value: Any) -> str:
    body = check_body(_text(value))
    unknown = reply_variables.unknown_in(body)
    if unknown:
        raise FieldErrors({"body": [_("There is no variable {{ %(name)s }}.") % {"name": unknown[0]}]})
    return body


def _check_tag(value: Any) -> str:
    tags = tagging.check([_text(value)])
    if not tags:
        raise FieldErrors({"tag": [_("Name a tag.")]})
    return tags[0]


def _check_severity(value: Any) -> str:
    codes = versions.current(clock.today()).severity_codes()
    if value not in codes:
        raise FieldErrors({"severity": [_("Choose one of: %(codes)s.") % {"codes": ", ".join(codes)}]})
    return str(value)


def _check_reason(value: Any) -> str:
    return regrading.checked_reason(_text(value))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "canned_reply": _check_reply,
    "body": _check_note,
    "tag": _check_tag,
    "to": lambda value: handling.require_colleague(_text(value)).email,
    "severity": _check_severity,
    "reason": _check_reason,
}
