"""Following an advisory up: how it goes on, and that it is over (spec page 6.1).

Updates go to the organizations that have the advisory, batch by batch like itself, and never overtake it. The state
`resolved` ends the advisory, as closing does.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from care.advisories import access, status_page, telling
from care.advisories.refusals import AdvisoryEnded, NotPublished, StillBeingPublished
from care.models import Advisory, AdvisoryReceipt, AdvisoryUpdate
from common import audit, clock, live, outbox, tenancy
from common.models import OutboxEvent
from common.problems import FieldErrors

BATCH = 500
LONGEST_TEXT = 20_000
NEXT_BATCH = "advisory.update_batch"


def update(*, advisory: Advisory, state: str, body_en: str, body_zh: str, by: Person, at: datetime) -> AdvisoryUpdate:
    """Say how it goes on, in both languages (Markdown). Raises FieldErrors, then what `close` raises."""
    errors: dict[str, list[str]] = {}
    if state not in AdvisoryUpdate.State.values:
        errors["state"] = [_("Choose one of: %(codes)s.") % {"codes": ", ".join(AdvisoryUpdate.State.values)}]
    texts = {"body_en": body_en.strip(), "body_zh": body_zh.strip()}
    for name, text in texts.items():
        if not text:
            errors[name] = [_("Fill this in.")]
        elif len(text) > LONGEST_TEXT:
            errors[name] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_TEXT}]
    if errors:
        raise FieldErrors(errors)
    advisory = access.locked(advisory)
    ends = state == AdvisoryUpdate.State.RESOLVED
    _require_running(advisory, may_be_on_its_way=not ends)
    made = AdvisoryUpdate.objects.create(advisory=advisory, at=at, by=by, state=state, **texts)
    after = {"state": state}
    audit.record(by=by, organization_id=None, action="advisory.updated", object=advisory.number, after=after)
    if ends:
        _close(advisory, by, at)
    _call_next(made)
    _show(advisory)
    return made


def close(*, advisory: Advisory, by: Person, at: datetime) -> Advisory:
    """It is over, without a word more; once more changes nothing.

    Raises NotPublished, StillBeingPublished, AdvisoryEnded (for one that was discarded).
    """
    advisory = access.locked(advisory)
    if advisory.status == Advisory.Status.CLOSED:
        return advisory
    _require_running(advisory, may_be_on_its_way=False)
    _close(advisory, by, at)
    _show(advisory)
    return advisory


def hand_out(pk: int, *, at: datetime) -> bool:
    """One batch of an update; whether more is left. False when somebody else is at it, or its advisory is not there."""
    with tenancy.everything():
        rows = AdvisoryUpdate.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        rows = rows.select_related("advisory")
        one = rows.filter(pk=pk, handed_out_at=None, advisory__handed_out_at__isnull=False).first()
        if one is None:
            return False
        have_it = AdvisoryReceipt.objects.filter(advisory=one.advisory, organization_id__gt=one.cursor)
        enabled = have_it.filter(organization__disabled_at=None).order_by("organization_id")
        found = list(enabled.values_list("organization_id", flat=True)[:BATCH])
        if found:
            telling.tell_of_update(one, found)
            one.cursor = found[-1]
            live.publish_all([f"org:{pk}" for pk in found], "advisories-changed")
        has_more = len(found) == BATCH
        if not has_more:
            one.handed_out_at = at
        one.save(update_fields=["cursor", "handed_out_at"])
        return has_more


def hand_out_waiting(*, at: datetime, ends: float) -> int:
    """Go on with updates on their way until `ends` (of time.monotonic); returns how many batches."""
    batches = 0
    waiting = AdvisoryUpdate.objects.filter(handed_out_at=None, advisory__handed_out_at__isnull=False)
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        has_more = True
        while has_more and time.monotonic() < ends:
            has_more = hand_out(pk, at=at)
            batches += 1
    return batches


@outbox.handles(NEXT_BATCH)
def go_on(event: OutboxEvent) -> None:
    """A batch, and the call for the next one."""
    if hand_out(event.payload["update"], at=clock.now()):
        _call_next(AdvisoryUpdate.objects.get(pk=event.payload["update"]))


def _require_running(advisory: Advisory, *, may_be_on_its_way: bool) -> None:
    if advisory.status == Advisory.Status.DRAFT:
        raise NotPublished
    if advisory.status == Advisory.Status.PUBLISHING and not may_be_on_its_way:
        raise StillBeingPublished(told=advisory.told, audience=advisory.audience_size)
    if advisory.status in (Advisory.Status.CLOSED, Advisory.Status.DISCARDED):
        raise AdvisoryEnded


def _close(advisory: Advisory, by: Person, at: datetime) -> None:
    advisory.status, advisory.closed_at = Advisory.Status.CLOSED, at
    advisory.save(update_fields=["status", "closed_at"])
    audit.record(by=by, organization_id=None, action="advisory.closed", object=advisory.number)


def _call_next(one: AdvisoryUpdate) -> None:
    outbox.emit(NEXT_BATCH, organization_id=None, payload={"update": one.pk}, key=f"{one.pk}:{one.cursor}")


def _show(advisory: Advisory) -> None:
    status_page.forget()
    live.publish("desk", "advisories-changed", advisory=advisory.pk)
