"""Telling an organization's people of an advisory: centre, mail in full, text messages, webhooks and IM groups.

Everybody who may read advisories is told once by what they chose (notifications/choices.py, matter `advisories`); who
belongs to several organizations hears of an advisory once. Letters leave by the outbox one by one and not all at once:
the setting ADVISORY_MAILS_A_SECOND keeps the mail road free for answers to tickets, and mail servers patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Organization
from accounts.roles import ORGANIZATION_ROLES, allows
from care.advisories.addresses import own_path
from care.models import Advisory, AdvisoryUpdate
from common import clock, outbox
from common.api import api_time
from common.models import OutboxEvent
from notifications.models import Endpoint
from notifications.outbound.events import Happening, describes, splits
from notifications.telling_many import Reader, tell_all

PUBLISHED, LETTER = "advisory.published", "advisory.letter"
READERS = tuple(role for role in ORGANIZATION_ROLES if allows(role, "reports", "R"))

# Each person once, as a member of the organization that has been there longest.
_PEOPLE = """
SELECT DISTINCT ON (member.person_id) member.person_id, organization.id, organization.slug
  FROM accounts_membership AS member
  JOIN accounts_person AS person ON person.id = member.person_id AND person.is_active
  JOIN accounts_organization AS organization ON organization.id = member.organization_id
 WHERE member.organization_id = ANY(%s) AND member.role = ANY(%s)
 ORDER BY member.person_id, organization.id
"""
_LAST_LETTER = """
SELECT max(available_at) FROM common_outboxevent WHERE done_at IS NULL AND topic = %s AND available_at > %s
"""


def tell(advisory: Advisory, organization_ids: Sequence[int]) -> None:
    """The people of the organizations learn of the advisory; webhooks and IM groups too."""
    _tell_people(advisory, organization_ids, kind="advisory.published", key=f"advisory:{advisory.pk}")
    outbox.emit(
        PUBLISHED,
        organization_id=None,
        payload={"advisory": advisory.pk, "organizations": list(organization_ids)},
        key=f"{advisory.pk}:{organization_ids[0]}",
    )


def tell_of_update(update: AdvisoryUpdate, organization_ids: Sequence[int]) -> None:
    """The people of the organizations learn of a follow-up."""
    advisory = update.advisory
    _tell_people(
        advisory, organization_ids, kind="advisory.updated", key=f"advisory.update:{update.pk}", update=update.pk
    )


def title_of(advisory: Advisory) -> dict[str, str]:
    """The title in both languages, as notices keep it."""
    return {"en": advisory.title_en, "zh": advisory.title_zh}


def _tell_people(
    advisory: Advisory, organization_ids: Sequence[int], *, kind: str, key: str, update: int | None = None
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [list(organization_ids), list(READERS)])
        readers = [Reader(person, belongs, own_path(slug, advisory.pk)) for person, belongs, slug in cursor.fetchall()]
    params = {"number": advisory.number, "title": title_of(advisory)}
    mailed = tell_all(readers=readers, kind=kind, params=params, key=key)
    outbox.emit_all(
        [
            (
                LETTER,
                reader.organization_id,
                {"advisory": advisory.pk, "update": update, "person": reader.person_id},
                f"{reader.person_id}:{key}",
            )
            for reader in mailed
        ],
        leaving=_one_by_one(len(mailed)),
    )


def _one_by_one(count: int) -> list[datetime]:
    """When so many letters leave: behind those that wait already."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(_LAST_LETTER, [LETTER, now])
        last = cursor.fetchone()[0]
    first = max(now, last) if last else now
    return [first + timedelta(seconds=place / settings.ADVISORY_MAILS_A_SECOND) for place in range(count)]


@splits(PUBLISHED)
def each_organization(event: OutboxEvent) -> Iterator[Happening]:
    """One event tells of many organizations: those that listen, one by one."""
    listening = Endpoint.objects.filter(off=Endpoint.Off.NOT, organization_id__in=event.payload["organizations"])
    for pk in sorted(set(listening.values_list("organization_id", flat=True))):
        yield Happening(pk, {"advisory": event.payload["advisory"]}, key=str(pk))


@describes(PUBLISHED)
def describe(happening: Happening, organization: Organization) -> dict[str, Any] | None:
    """What webhooks and IM groups say of it, in the organization's language."""
    advisory = Advisory.objects.get(pk=happening.payload["advisory"])
    is_chinese = organization.language.startswith("zh")
    return {
        "id": advisory.pk,
        "number": advisory.number,
        "kind": advisory.kind,
        "severity": advisory.severity,
        "title": advisory.title_zh if is_chinese else advisory.title_en,
        "status": advisory.status,
        "published_at": api_time(advisory.published_at),
        "url": own_path(organization.slug, advisory.pk),
    }
