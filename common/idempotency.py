"""A keyed request is carried out once; its repeats get the first answer (spec page 7 'Idempotency').

The key is held by an advisory lock of the door's own transaction, and the answer is stored in that same
transaction: after a crash either both the work and the answer exist, or neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from common import clock
from common.models import IdempotencyRecord
from common.problems import FieldErrors, IdempotencyKeyReused, Problem, RequestInProgress
from common.sealing import Unreadable, seal, unseal

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255
KEPT_PROBLEMS = {409, 422}


@dataclass(frozen=True)
class Answer:
    """What a door said: `status`, JSON `body`, and whether it was said before."""

    status: int
    body: Any
    replayed: bool = False


def fingerprint(*parts: Any) -> str:
    """A digest of what was asked; equal requests have equal fingerprints whatever the order of their fields.

    Keyed: a request may carry secrets, and whoever reads the table alone cannot try values against it.
    """
    text = json.dumps(parts, sort_keys=True, default=str)
    return salted_hmac("common.idempotency", text, algorithm="sha256").hexdigest()


def answer_once(
    *, person_id: int, key: str, asked: str, work: Callable[[], tuple[int, Any]], is_form: bool = False
) -> Answer:
    """Run `work` unless this person's `key` has an answer; inside the door's open transaction.

    Raises RequestInProgress while the first is running, IdempotencyKeyReused when `asked` (a fingerprint)
    differs, and whatever `work` raises that is not kept: 400s and faults leave no trace, refusals are kept.
    `is_form`: a page's form waits for its twin (a double click ends where the first one does), and a refusal is
    raised and not kept, since the same form may be sent again when the way is free.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH or "\x00" in key:
        raise FieldErrors({"Idempotency-Key": [_("Use 1 to 255 characters.")]})
    if not _hold(person_id, key, waits=is_form):
        raise RequestInProgress
    known = IdempotencyRecord.objects.filter(person_id=person_id, key=key).first()
    if known and known.created_at > clock.now() - KEPT_FOR:
        if known.fingerprint != asked:
            raise IdempotencyKeyReused
        return Answer(known.status, _kept(known), replayed=True)
    try:
        with transaction.atomic():
            status, body = work()
    except Problem as problem:
        if is_form or problem.status not in KEPT_PROBLEMS:
            raise
        status, body = problem.status, problem.document()
    _keep(person_id, key, asked, status, body)
    return Answer(status, body)


def is_answered(*, person_id: int, key: str) -> bool:
    """Whether this person's `key` was carried out already."""
    return IdempotencyRecord.objects.filter(person_id=person_id, key=key).exists()


def _hold(person_id: int, key: str, *, waits: bool) -> bool:
    digest = hashlib.sha256(f"{person_id}:{key}".encode()).digest()
    with connection.cursor() as cursor:
        number = int.from_bytes(digest[:8], "big", signed=True)
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return cursor.fetchone()[0]


def _kept(known: IdempotencyRecord) -> Any:
    try:
        return json.loads(unseal(known.body))
    except Unreadable as error:
        raise IdempotencyKeyReused from error


def _keep(person_id: int, key: str, asked: str, status: int, body: Any) -> None:
    # An answer may hold a token that is shown once: nobody reads it in a copy of the database.
    sealed = seal(json.dumps(body, cls=DjangoJSONEncoder))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_idempotencyrecord (person_id, key, fingerprint, status, body, created_at) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (person_id, key) DO UPDATE SET "
            "fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status, body = EXCLUDED.body, "
            "created_at = EXCLUDED.created_at",
            [person_id, key, asked, status, json.dumps(sealed), clock.now()],
        )


def sweep_old() -> int:
    """Delete answers older than 24 hours; returns how many."""
    return IdempotencyRecord.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
