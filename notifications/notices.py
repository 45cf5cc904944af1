"""Telling people what happened: in their notification centre, by mail and by SMS, as they chose (spec page 4.6).

Rows are written in the business transaction; mail and SMS leave by the outbox, in the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from accounts.models import Organization, Person
from common import clock, live, outbox
from notifications import choices
from notifications.kinds import KINDS
from notifications.matters import CENTRE, EMAIL, SMS
from notifications.models import KEY_LENGTH

MAIL_TOPIC = "notice.email"

SMS_TOPIC = "notice.sms"

# Who wants a notice by mail alone has it too, as read and out of the centre: the mail is written from it.
_TELL = """
INSERT INTO notifications_notification
  (person_id, organization_id, kind, params, url, key, created_at, read_at, in_centre, mailed)
SELECT person_id, %(organization)s, %(kind)s, %(params)s, %(url)s, %(key)s, %(now)s,
       CASE WHEN in_centre THEN NULL ELSE %(now)s END, in_centre, mailed
  FROM unnest(%(people)s::bigint[], %(in_centre)s::boolean[], %(mailed)s::boolean[])
    AS told(person_id, in_centre, mailed)
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
    `mailed` False: whoever calls sends a mail that says the same. What a person switched off (choices.py) is left
    out for them. Raises ValueError for a kind that the table does not have or a key longer than 180 characters.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind of notice: {kind}")
    if not 0 < len(key) <= KEY_LENGTH:
        raise ValueError(f"a notice's key has 1 to {KEY_LENGTH} characters")
    told = sorted({person.pk for person in people})
    if not told:
        return
    wanted = choices.wanting(told, kind)
    organization_id = organization.pk if organization else None
    _write(told, wanted, organization=organization_id, kind=kind, params=json.dumps(params), url=url, key=key)
    roads = {SMS_TOPIC: wanted[SMS]}
    if mailed and not KINDS[kind].in_full:
        roads[MAIL_TOPIC] = wanted[EMAIL]
    outbox.emit_all(
        [
            (topic, organization_id, {"person": person_id, "key": key}, f"{person_id}:{key}")
            for topic, readers in roads.items()
            for person_id in sorted(readers)
        ]
    )
    for person_id in sorted(wanted[CENTRE]):
        live.publish(f"person:{person_id}", "notice")


def _write(told: list[int], wanted: dict[str, set[int]], **values: Any) -> None:
    reached = [person_id for person_id in told if any(person_id in readers for readers in wanted.values())]
    values |= {
        "now": clock.now(),
        "people": reached,
        "in_centre": [person_id in wanted[CENTRE] for person_id in reached],
        "mailed": [person_id in wanted[EMAIL] for person_id in reached],
    }
    # No conflict target: naming one would ask the reading policy of row-level security as well.
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)
