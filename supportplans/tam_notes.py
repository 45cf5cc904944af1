"""The log that technical service managers keep of an organization's needs and plans (spec page 6.1).

Notes are the staff's alone: the audit trail keeps them without the organization, whose owners read its own trail.
Only ever added to; who wrote a note may correct it, and what it said before stays in the audit trail. A follow-up date
is the work of whoever looks after the organization, so anybody of the desk may move it or mark it done.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from common import audit
from common.beijing import date_of
from common.problems import FieldErrors, Refusal
from supportplans.models import TamNote

LONGEST_BODY = 5000
FARTHEST_FOLLOW_UP = timedelta(days=731)


class NotYourNote(Refusal):
    code = "not_your_note"
    title = gettext_lazy("Only who wrote a note corrects it")
    default_detail = gettext_lazy("Add a note of your own beside it.")


class NothingToFollowUp(Refusal):
    code = "nothing_to_follow_up"
    title = gettext_lazy("This note has no open follow-up")
    default_detail = gettext_lazy("Set a day first, or add a note with one.")


def write(
    *, organization: Organization, kind: str, body: str, follow_up_on: date | None, at: datetime, by: Person
) -> TamNote:
    """A new note. Raises FieldErrors."""
    body = body.strip()
    errors = _wrong_text(kind, body) | _wrong_day(follow_up_on, at)
    if errors:
        raise FieldErrors(errors)
    note = TamNote.objects.create(
        organization=organization, kind=kind, body=body, follow_up_on=follow_up_on, by=by, at=at
    )
    _record("tam_note.written", note, by, None)
    return note


def correct(*, note: TamNote, kind: str, body: str, at: datetime, by: Person) -> TamNote:
    """Say it otherwise. Raises NotYourNote, FieldErrors."""
    row, body = _held(note), body.strip()
    if row.by_id != by.pk:
        raise NotYourNote
    errors = _wrong_text(kind, body)
    if errors:
        raise FieldErrors(errors)
    if (row.kind, row.body) == (kind, body):
        return row
    before = _facts(row)
    row.kind, row.body, row.edited_at = kind, body, at
    row.save(update_fields=["kind", "body", "edited_at"])
    _record("tam_note.corrected", row, by, before)
    return row


def follow_up(*, note: TamNote, on: date | None, at: datetime, by: Person) -> TamNote:
    """Come back to it on another day, or on none; a follow-up that was done begins anew. Raises FieldErrors."""
    row = _held(note)
    errors = _wrong_day(on, at)
    if errors:
        raise FieldErrors(errors)
    before = _facts(row)
    row.follow_up_on, row.followed_up_at, row.followed_up_by = on, None, None
    row.save(update_fields=["follow_up_on", "followed_up_at", "followed_up_by"])
    _record("tam_note.follow_up", row, by, before)
    return row


def followed_up(*, note: TamNote, at: datetime, by: Person) -> TamNote:
    """What was to be followed up is done. Raises NothingToFollowUp."""
    row = _held(note)
    if row.follow_up_on is None or row.followed_up_at is not None:
        raise NothingToFollowUp
    before = _facts(row)
    row.followed_up_at, row.followed_up_by = at, by
    row.save(update_fields=["followed_up_at", "followed_up_by"])
    _record("tam_note.followed_up", row, by, before)
    return row


def _held(note: TamNote) -> TamNote:
    return TamNote.objects.select_for_update(of=("self",)).select_related("organization", "by").get(pk=note.pk)


def _wrong_text(kind: str, body: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if kind not in TamNote.Kind.values:
        errors["kind"] = [_("Choose one of %(kinds)s.") % {"kinds": ", ".join(TamNote.Kind.values)}]
    if not body:
        errors["body"] = [_("Write what they need or plan.")]
    elif len(body) > LONGEST_BODY:
        errors["body"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_BODY}]
    return errors


def _wrong_day(on: date | None, at: datetime) -> dict[str, list[str]]:
    today = date_of(at)
    if on is None or today <= on <= today + FARTHEST_FOLLOW_UP:
        return {}
    return {"follow_up_on": [_("Choose a day from today on, within two years.")]}


def _facts(note: TamNote) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "body": note.body,
        "follow_up_on": note.follow_up_on,
        "followed_up": note.followed_up_at is not None,
    }


def _record(action: str, note: TamNote, by: Person, before: dict[str, Any] | None) -> None:
    audit.record(
        by=by,
        organization_id=None,
        action=action,
        object=f"{note.organization.slug} {note.pk}",
        before=before,
        after=_facts(note),
    )
