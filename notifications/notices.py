"""Telling people what happened: a row in their notification centre, and a mail (spec page 4.6).

Rows are written in the business transaction; the mail leaves by the outbox, in the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from accounts.models import Organization, Person
from common import clock, live, outbox
from notifications.kinds import KINDS
from notifications.models import KEY_LENGTH

MAIL_TOPIC = "notice.email"

_TELL = """
INSERT INTO notifications_notification (person_id, organization_id, kind, params, url, key, created_at)
SELECT person_id, %s, %s, %s, %s, %s, %s FROM unnest(%s::bigint[]) AS told(person_id)
ON CONFLICT DO NOTHING
"""


def notify(
    *,
    people: Iterable[Person],
    kind: str,
    params: dict[str, Any],
    url: str,
    key: str,
    organization: Organization | None = None,
    mailed: bool = True,
) -> None:
    """Tell `people` once: a repeat with the same `key` tells nobody again. In the caller's transaction.

    `params` (JSON values) fill the kind's sentence, see notifications/kinds.py; `url` is a path of the portal.
    `organization` is whose matter it is: its people see the notice under `orgs/{slug}/notifications`.
    `mailed` False: whoever calls sends a mail that says the same. Raises
    ValueError for a kind that the table does not have or a key longer than 180 characters.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of notice: {kind}")
    if not 0 < len(key) <= KEY_LENGTH:
        raise ValueError(f"a notice's key has 1 to {KEY_LENGTH} characters")
    told = sorted({person.pk for person in people})
    if not told:
        return
    organization_id = organization.pk if organization else None
    # No conflict target: naming one would ask the reading policy of row-level security as well.
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [organization_id, kind, json.dumps(params), url, key, clock.now(), told])
    if mailed and KINDS[kind].mailed and not KINDS[kind].in_full:
        outbox.emit_all(
            [
                (MAIL_TOPIC, organization_id, {"person": person_id, "key": key}, f"{person_id}:{key}")
                for person_id in told
            ]
        )
    for person_id in told:
        live.publish(f"person:{person_id}", "notice")
