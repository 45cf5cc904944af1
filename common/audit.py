"""The audit trail: every change of money, access and plan, with who, when, before and after (spec page 9.3)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from common import clock


class Acting(Protocol):
    """A person; accounts.Person is one."""

    pk: Any

    def display_name(self) -> str: ...


THE_PORTAL = "portal"


def record(
    *,
    by: Acting | None,
    organization_id: int | None,
    action: str,
    object: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one entry in the open transaction; `by` None is the portal itself.

    `action` is `thing.happened` ("order.created"), `object` a name a reader can look up ("O-2026-000123").
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_auditentry (at, organization_id, by_id, by, action, object, before, after) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                clock.now(),
                organization_id,
                by.pk if by else None,
                by.display_name() if by else THE_PORTAL,
                action,
                object,
                _json(before),
                _json(after),
            ],
        )


def record_all(action: str, entries: Sequence[tuple[int, str, dict[str, Any]]]) -> None:
    """Write what the portal itself did to many organizations in one statement: (organization_id, object, after)."""
    if not entries:
        return
    organizations, objects, facts = zip(*entries, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_auditentry (at, organization_id, by, action, object, after) "
            "SELECT %s, organization_id, %s, %s, object, after "
            "FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS entry(organization_id, object, after)",
            [clock.now(), THE_PORTAL, action, list(organizations), list(objects), [_json(after) for after in facts]],
        )


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, cls=DjangoJSONEncoder)
