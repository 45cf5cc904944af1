"""Telling thousands of people of many organizations one thing: notices.py for a crowd, in set-based statements.

For jobs and reactions that work in the scope of all tenants. A person who belongs to several of the organizations is
told once, for the first one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from common import clock, live, outbox
from notifications import choices
from notifications.kinds import KINDS
from notifications.matters import CENTRE, EMAIL, SMS
from notifications.models import KEY_LENGTH
from notifications.notices import MAIL_TOPIC, SMS_TOPIC

_TELL = """
INSERT INTO notifications_notification
  (person_id, organization_id, kind, params, url, key, created_at, read_at, in_centre, mailed)
SELECT person_id, organization_id, %(kind)s, %(params)s, url, %(key)s, %(now)s,
       CASE WHEN in_centre THEN NULL ELSE %(now)s END, in_centre, mailed
  FROM unnest(%(people)s::bigint[], %(organizations)s::bigint[], %(urls)s::text[], %(in_centre)s::boolean[],
              %(mailed)s::boolean[]) AS told(person_id, organization_id, url, in_centre, mailed)
ON CONFLICT DO NOTHING RETURNING person_id
"""


@dataclass(frozen=True)
class Reader:
    """Whom to tell, as whose member, and the path of the portal that the notice leads to there."""

    person_id: int
    organization_id: int | None
    url: str


def tell_all(*, readers: Sequence[Reader], kind: str, params: dict[str, Any], key: str) -> list[Reader]:
    """Tell each person once ever per `key`, by the roads they chose; in the caller's transaction.

    Returns those who were told now and want a mail: of a kind that is mailed in full (`Kind.in_full`) the caller sends
    them its own, of any other kind it is on its way already. Needs the scope of all tenants.
    """
    if not 0 < len(key) <= KEY_LENGTH:
        raise ValueError(f"a notice's key has 1 to {KEY_LENGTH} characters")
    by_person: dict[int, Reader] = {}
    for reader in readers:
        by_person.setdefault(reader.person_id, reader)
    if not by_person:
        return []
    wanted = choices.wanting(by_person, kind)
    told = _write(by_person, wanted, kind=kind, params=json.dumps(params), key=key)
    mailed = [by_person[person] for person in told if person in wanted[EMAIL]]
    roads = {SMS_TOPIC: [by_person[person] for person in told if person in wanted[SMS]]}
    if not KINDS[kind].in_full:
        roads[MAIL_TOPIC] = mailed
    outbox.emit_all(
        [
            (topic, one.organization_id, {"person": one.person_id, "key": key}, f"{one.person_id}:{key}")
            for topic, crowd in roads.items()
            for one in crowd
        ]
    )
    live.publish_all([f"person:{person}" for person in told if person in wanted[CENTRE]], "notice")
    return mailed


def _write(by_person: dict[int, Reader], wanted: dict[str, set[int]], **values: Any) -> list[int]:
    """The ids of those who had not been told before, ascending."""
    reached = [one for person, one in by_person.items() if any(person in people for people in wanted.values())]
    values |= {
        "now": clock.now(),
        "people": [one.person_id for one in reached],
        "organizations": [one.organization_id for one in reached],
        "urls": [one.url for one in reached],
        "in_centre": [one.person_id in wanted[CENTRE] for one in reached],
        "mailed": [one.person_id in wanted[EMAIL] for one in reached],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)
        return sorted(person for (person,) in cursor.fetchall())
