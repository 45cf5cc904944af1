"""Adding, changing and deleting the addresses that events are sent to; by a person who may (area `members`)."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import audit, clock
from common.problems import FieldErrors, OrganizationDisabled
from common.sealing import seal
from notifications.models import Delivery, Endpoint
from notifications.outbound import bell, fan_out, guard, http, recording
from notifications.outbound.events import EVENTS
from notifications.outbound.words import reason
from notifications.refusals import AddressIsOff, TooManyAddresses
from notifications.webhooks import signing

MOST = 20
LONGEST_NAME = 80
RESOLVE_SECONDS = 2.0
# How long an old secret still signs beside the new one.
OVERLAP = timedelta(hours=24)


def checked_url(url: str, *, field: str = "url") -> str:
    """The address, if the portal may send there; raises FieldErrors. A name that is not known yet passes."""
    url = url.strip()
    try:
        target = guard.target_of(url, allowed=settings.WEBHOOK_ALLOWED_HOSTS)
        found = _resolved(target)
        if found:
            guard.check_addresses(target, found)
    except guard.Forbidden as forbidden:
        raise FieldErrors({field: [reason(forbidden.code)]}) from forbidden
    return url


def checked_events(events: Sequence[str]) -> list[str]:
    """The events in the catalogue's order, each once; raises FieldErrors."""
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        raise FieldErrors({"events": [_("There is no event %(event)s.") % {"event": unknown[0][:60]}]})
    chosen = [event for event in EVENTS if event in events]
    if not chosen:
        raise FieldErrors({"events": [_("Choose at least one event.")]})
    return chosen


def checked_name(name: str) -> str:
    """On one line and short enough; raises FieldErrors."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise FieldErrors({"name": [_("Use at most %(most)s characters.") % {"most": LONGEST_NAME}]})
    return name


def add_webhook(
    *, organization: Organization, url: str, events: Sequence[str], name: str = "", by: Person
) -> tuple[Endpoint, str]:
    """A new webhook and its secret, which is shown this once. Raises FieldErrors, TooManyAddresses."""
    url, chosen, name = checked_url(url), checked_events(events), checked_name(name)
    secret = signing.new_secret()
    endpoint = add(
        organization=organization,
        kind=Endpoint.Kind.WEBHOOK,
        url=url,
        shown_url=url,
        events=chosen,
        name=name,
        secret=secret,
        by=by,
    )
    return endpoint, secret


def add(
    *,
    organization: Organization,
    kind: str,
    url: str,
    shown_url: str,
    events: list[str],
    name: str,
    by: Person,
    secret: str = "",
) -> Endpoint:
    """Store an address whose fields are checked. Raises OrganizationDisabled, TooManyAddresses."""
    refuse_when_disabled(organization)
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    is_webhook = kind == Endpoint.Kind.WEBHOOK
    known = Endpoint.objects.filter(organization=organization)
    same = known.filter(kind=kind) if is_webhook else known.exclude(kind=Endpoint.Kind.WEBHOOK)
    if same.count() >= MOST:
        raise TooManyAddresses
    endpoint = Endpoint.objects.create(
        organization=organization,
        kind=kind,
        name=name,
        sealed_url=seal(url),
        shown_url=shown_url,
        events=events,
        sealed_secret=seal(secret),
        created_at=clock.now(),
        created_by=by,
    )
    record(endpoint, "added", by, after=facts(endpoint))
    return endpoint


def change_webhook(
    *,
    endpoint: Endpoint,
    by: Person,
    url: str | None = None,
    events: Sequence[str] | None = None,
    name: str | None = None,
    enabled: bool | None = None,
) -> Endpoint:
    """Another address, other events, on or off; what is None stays. Raises FieldErrors."""
    fields: dict[str, Any] = {}
    if url is not None:
        fields["shown_url"] = checked_url(url)
        fields["sealed_url"] = seal(fields["shown_url"])
    return change(endpoint=endpoint, fields=fields, events=events, name=name, enabled=enabled, by=by)


def change(
    *,
    endpoint: Endpoint,
    fields: dict[str, Any],
    events: Sequence[str] | None,
    name: str | None,
    enabled: bool | None,
    by: Person,
) -> Endpoint:
    """Write checked `fields` and what is given besides; switching on begins anew. Raises FieldErrors."""
    if events is not None:
        fields["events"] = checked_events(events)
    if name is not None:
        fields["name"] = checked_name(name)
    refuse_when_disabled(endpoint.organization)
    held = Endpoint.objects.select_for_update(of=("self",)).select_related("organization").get(pk=endpoint.pk)
    before = facts(held)
    if enabled is not None and enabled != held.is_on:
        fields |= {"off": Endpoint.Off.NOT if enabled else Endpoint.Off.BY_PERSON, "failing_since": None}
    for field, value in fields.items():
        setattr(held, field, value)
    if fields:
        held.save(update_fields=list(fields))
        record(held, "changed", by, before=before, after=facts(held))
    if not held.is_on:
        recording.give_up_waiting(held)
    return held


def rotate_secret(*, endpoint: Endpoint, by: Person) -> tuple[Endpoint, str]:
    """A new secret, shown this once; the old one signs beside it for 24 hours."""
    refuse_when_disabled(endpoint.organization)
    held = Endpoint.objects.select_for_update(of=("self",)).select_related("organization").get(pk=endpoint.pk)
    secret = signing.new_secret()
    held.sealed_old_secret, held.sealed_secret = held.sealed_secret, seal(secret)
    held.old_secret_until = clock.now() + OVERLAP
    held.save(update_fields=["sealed_old_secret", "sealed_secret", "old_secret_until"])
    record(held, "secret_rotated", by)
    return held, secret


def delete(*, endpoint: Endpoint, by: Person) -> None:
    """The address is forgotten, with its log."""
    record(endpoint, "deleted", by, before=facts(endpoint))
    Delivery.objects.filter(endpoint=endpoint).delete()
    endpoint.delete()


def send_test(*, endpoint: Endpoint, by: Person) -> Delivery:
    """Send a test event. Raises AddressIsOff."""
    refuse_when_disabled(endpoint.organization)
    if not endpoint.is_on:
        raise AddressIsOff
    row = fan_out.test_delivery(endpoint, key=f"test:{uuid4().hex}", by=by.display_name())
    row.save(force_insert=True)
    bell.ring_on_commit()
    return row


def resend(*, delivery: Delivery, by: Person) -> Delivery:
    """Send it again, whatever became of it; the receiver knows it by the same id. Raises AddressIsOff."""
    refuse_when_disabled(delivery.endpoint.organization)
    if not delivery.endpoint.is_on:
        raise AddressIsOff
    held = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery.pk)
    now = clock.now()
    held.status, held.attempts = Delivery.Status.PENDING, 0
    held.first_due_at = held.next_attempt_at = now
    held.save(update_fields=["status", "attempts", "first_due_at", "next_attempt_at"])
    record(held.endpoint, "resent", by, after={"event": held.type, "message": held.key})
    bell.ring_on_commit()
    return held


def refuse_when_disabled(organization: Organization) -> None:
    """Raises OrganizationDisabled."""
    if organization.is_disabled:
        raise OrganizationDisabled


def facts(endpoint: Endpoint) -> dict[str, Any]:
    """What the audit trail says: never a secret."""
    return {
        "kind": endpoint.kind,
        "name": endpoint.name,
        "address": endpoint.shown_url,
        "events": endpoint.events,
        "enabled": endpoint.is_on,
    }


def record(
    endpoint: Endpoint,
    action: str,
    by: Person | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """One line of the audit trail."""
    audit.record(
        by=by,
        organization_id=endpoint.organization_id,
        action=f"{'webhook' if endpoint.is_webhook else 'im_group'}.{action}",
        object=endpoint.shown_url[:200],
        before=before,
        after=after,
    )


def _resolved(target: guard.Target) -> list[str]:
    """The addresses of the name, [] when it has none or the answer takes too long: each delivery asks again."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in target.host else socket.AF_INET, target.host)
    except OSError:
        asking = ThreadPoolExecutor(1, thread_name_prefix="resolver")
        try:
            return asking.submit(http.resolve, target.host, target.port).result(timeout=RESOLVE_SECONDS)
        except NotInTime:
            return []
        finally:
            asking.shutdown(wait=False)
    return [target.host]
