"""Works on bulk actions, ticket by ticket: each is one transaction together with the place that was reached.

So a worker that dies leaves no ticket done twice and none left out: what it had not committed is done by the next
one. Two workers at once: the row of the bulk action is locked while one of its tickets is worked on, and the other
worker goes its way.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, transaction

from accounts.models import Person
from accounts.roles import allows, staff_role_key
from common import clock, live, tenancy
from common.problems import FieldErrors, NotFound, PermissionDenied, Problem
from tickets import access
from tickets.desk import bulk_bell
from tickets.desk.bulk_actions import ACTIONS
from tickets.models import BulkAction

log = structlog.get_logger(__name__)
# A worker stops here and leaves the rest to the next run, so that other jobs get their turn.
BATCH_SECONDS = 20.0


def work(*, at: datetime, seconds: float = BATCH_SECONDS) -> dict[str, int]:
    """Go on with every bulk action that has begun, the oldest first, for a while; returns how many were done.

    The instant of each ticket is `at` and the time that has passed since.
    """
    began = time.monotonic()
    done = 0
    for pk in BulkAction.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True):
        while step(pk, at=at + timedelta(seconds=time.monotonic() - began)):
            done += 1
            if time.monotonic() >= began + seconds:
                bulk_bell.ring()
                return {"done": done}
    return {"done": done}


def step(pk: int, *, at: datetime) -> bool:
    """Do the next ticket of a bulk action; False when there is none, or another worker is at it."""
    with tenancy.everything():
        row = (
            BulkAction.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("by")
            .filter(pk=pk, finished_at=None)
            .first()
        )
        if row is None:
            return False
        if row.position < len(row.numbers):
            refused = _act(row, row.numbers[row.position], at)
            if refused is not None:
                row.refused.append({"number": row.numbers[row.position]} | refused)
            row.position += 1
        if row.position >= len(row.numbers):
            row.finished_at = at
        row.save(update_fields=["position", "refused", "finished_at"])
        live.publish("desk", "bulk-changed", bulk=row.pk)
        return row.finished_at is None


def _act(row: BulkAction, number: str, at: datetime) -> dict[str, Any] | None:
    """None when it was done, else code and detail of what refused it; nothing of the ticket is changed then."""
    try:
        with transaction.atomic(), clock.at(at):
            _require_right(row.by)
            ACTIONS[row.action].act(access.any_ticket(number), row.params, row.by, at)
    except FieldErrors as problem:
        said = [sentence for sentences in problem.errors.values() for sentence in sentences]
        return {"code": problem.code, "detail": " ".join(said)}
    except NotFound as problem:
        return {"code": problem.code, "detail": str(problem.title)}
    except Problem as problem:
        return {"code": problem.code, "detail": str(problem.detail or problem.title)}
    except DatabaseError:
        raise  # the database went away or two locked each other: the next run does this ticket
    except Exception:
        log.exception("bulk.failed", bulk=row.pk, ticket=number)
        return {"code": "error", "detail": ""}
    return None


def _require_right(person: Person) -> None:
    """Whoever lost the role while it ran does nothing more."""
    role = person.staff_role()
    if not (person.is_active and role and allows(staff_role_key(role), "internal_notes", "W")):
        raise PermissionDenied
