"""Secret fields: passwords and keys that a customer gives for the work on a ticket (spec page 4.1).

They are sealed in the database and shown masked everywhere. The staff who work on the ticket may look; each look
stands in the audit trail and in the ticket's history. They are emptied when the ticket is closed, withdrawn or
merged, or when somebody takes them back. Nothing else of the portal (mails, exports, search, drafts) reads values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from accounts.roles import allows, staff_role_key
from common import audit, live, sealing
from common.problems import FieldErrors, OrganizationDisabled, PermissionDenied
from tickets import access, history
from tickets.models import SecretField, Status, Ticket, TicketEvent
from tickets.refusals import SecretGone, SecretUnreadable, TicketNotOpen

LONGEST_LABEL = 100
LONGEST_VALUE = 5_000
MOST_PER_TICKET = 10
# Where a ticket ends for good: what was entrusted for the work is not needed any more.
ENDS = (Status.CLOSED, Status.WITHDRAWN, Status.MERGED)


@dataclass(frozen=True)
class Given:
    """A secret as somebody gives it; the value is kept out of every printed form."""

    label: str
    value: str = field(repr=False)


def check(secrets: Sequence[Given], errors: dict[str, list[str]]) -> None:
    """Adds what is wrong with each to `errors`, as `secrets.0.value`."""
    if len(secrets) > MOST_PER_TICKET:
        errors["secrets"] = [_("Give at most %(most)s secret fields with one ticket.") % {"most": MOST_PER_TICKET}]
        return
    for index, secret in enumerate(secrets):
        for name, mistakes in _mistakes(secret).items():
            errors[f"secrets.{index}.{name}"] = mistakes


def _mistakes(secret: Given) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text, longest in (("label", secret.label, LONGEST_LABEL), ("value", secret.value, LONGEST_VALUE)):
        if not text.strip():
            found[name] = [_("Fill this in.")]
        elif len(text) > longest:
            found[name] = [_("Use at most %(longest)s characters.") % {"longest": longest}]
    return found


def rows(ticket: Ticket, secrets: Sequence[Given], *, by: Person, at: datetime) -> list[SecretField]:
    """Unsaved rows of checked secrets, sealed."""
    return [
        SecretField(
            ticket_id=ticket.pk,
            organization_id=ticket.organization_id,
            label=" ".join(secret.label.split()),
            sealed=_sealed(ticket.pk, secret.value),
            given_by=by,
            given_at=at,
        )
        for secret in secrets
    ]


def entries(ticket: Ticket, secrets: Sequence[SecretField], *, by: Person, at: datetime) -> list[TicketEvent]:
    """The history rows of secrets that are given."""
    return [_entry(ticket, "secret_given", secret.label, by=by, at=at) for secret in secrets]


def give(*, ticket: Ticket, organization: Organization, secret: Given, by: Person, at: datetime) -> SecretField:
    """Add one to a ticket that is worked on. Returns it.

    Raises FieldErrors, OrganizationDisabled, TicketNotOpen.
    """
    errors = _mistakes(secret)
    if errors:
        raise FieldErrors(errors)
    if organization.is_disabled:
        raise OrganizationDisabled
    ticket = access.locked(ticket)
    if not ticket.is_active:
        raise TicketNotOpen(ticket_status=ticket.status)
    if SecretField.objects.filter(ticket=ticket, deleted_at=None).count() >= MOST_PER_TICKET:
        most = _("A ticket holds at most %(most)s secret fields: delete one first.") % {"most": MOST_PER_TICKET}
        raise FieldErrors({"label": [most]})
    (row,) = rows(ticket, [secret], by=by, at=at)
    row.save(force_insert=True)
    history.write(*entries(ticket, [row], by=by, at=at))
    _refresh(ticket)
    return row


def reveal(*, secret: SecretField, by: Person, at: datetime) -> str:
    """The value, for staff who may work on tickets; the look is recorded twice, for the trail and for the customer.

    Raises PermissionDenied for everybody else, SecretGone, SecretUnreadable.
    """
    role = by.staff_role()
    if not role or not allows(staff_role_key(role), "tickets", "W"):
        raise PermissionDenied
    ticket = secret.ticket
    secret = _held(secret)
    value = _opened(secret)
    history.write(_entry(ticket, "secret_seen", secret.label, by=by, at=at))
    _record("ticket.secret_seen", ticket, secret, by)
    _refresh(ticket)
    return value


def delete(*, secret: SecretField, by: Person, at: datetime) -> None:
    """Empty one, by the customer who takes it back or by staff who need it no more. Raises SecretGone."""
    ticket = secret.ticket
    secret = _held(secret)
    secret.sealed, secret.deleted_at = "", at
    secret.save(update_fields=["sealed", "deleted_at"])
    history.write(_entry(ticket, "secret_deleted", secret.label, by=by, at=at))
    _record("ticket.secret_deleted", ticket, secret, by)
    _refresh(ticket)


def forget_all(ticket: Ticket, *, by: Person | None, at: datetime) -> list[TicketEvent]:
    """Empty what a ticket that ends still holds; the history row, [] where there was nothing.

    Called with the ticket's row locked; `by` None is the portal itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_secretfield SET sealed = '', deleted_at = %s "
            "WHERE ticket_id = %s AND deleted_at IS NULL RETURNING label",
            [at, ticket.pk],
        )
        count = len(cursor.fetchall())
    return [history.entry(ticket, "secrets_deleted", at=at, by=by, details={"count": count})] if count else []


def _sealed(ticket_id: int, value: str) -> str:
    """Bound to its ticket: copied into another ticket's row it opens nothing."""
    return sealing.seal(f"{ticket_id}:{value}")


def _opened(secret: SecretField) -> str:
    try:
        owner, _colon, value = sealing.unseal(secret.sealed).partition(":")
    except sealing.Unreadable as error:
        raise SecretUnreadable from error
    if owner != str(secret.ticket_id):
        raise SecretUnreadable
    return value


def _held(secret: SecretField) -> SecretField:
    """The row as it is now, locked: a look and a deletion come one after the other."""
    row = SecretField.objects.select_for_update(no_key=True).get(pk=secret.pk)
    if row.deleted_at is not None:
        raise SecretGone
    return row


def _entry(ticket: Ticket, event: str, label: str, *, by: Person, at: datetime) -> TicketEvent:
    return history.entry(ticket, event, at=at, by=by, details={"label": label})


def _record(action: str, ticket: Ticket, secret: SecretField, by: Person) -> None:
    facts = {"secret": secret.pk, "label": secret.label}
    audit.record(by=by, organization_id=ticket.organization_id, action=action, object=ticket.number, after=facts)


def _refresh(ticket: Ticket) -> None:
    live.publish(f"ticket:{ticket.pk}", "ticket-changed", number=ticket.number)
