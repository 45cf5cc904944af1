"""A fapiao: the tax invoice of the authorities that a customer asks for and a billing operator issues (spec page 3.8).

Over what is left of a paid invoice after its credit notes. At most one request of an invoice is alive: requested or
issued.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID, people_with_role, staff_with_role
from accounts.models import Organization, Person
from billing import locks
from billing.buying.quotes import refuse_disabled
from billing.fapiao import notices as fapiao_notices
from billing.models import FapiaoRequest, Invoice
from common import audit, live, money
from common.problems import FieldErrors, NotFound, Refusal

LONGEST_TITLE, LONGEST_EMAIL, LONGEST_NUMBER, LONGEST_ANSWER = 200, 254, 40, 300
TAXPAYER_NUMBER = re.compile(r"[0-9A-Z]{15,20}")
LIVE = (FapiaoRequest.Status.REQUESTED, FapiaoRequest.Status.ISSUED)


class FapiaoNotPaid(Refusal):
    code = "invoice_not_paid"
    title = gettext_lazy("This invoice is not paid")
    default_detail = gettext_lazy("A fapiao is issued for paid invoices. Pay it first, then ask.")


class NothingToIssue(Refusal):
    code = "nothing_to_issue"
    title = gettext_lazy("Nothing is left of this invoice")
    default_detail = gettext_lazy("It was credited in whole, or is a credit note itself: there is no fapiao for it.")


class FapiaoAlreadyRequested(Refusal):
    code = "fapiao_already_requested"
    title = gettext_lazy("There is a request for this invoice")
    default_detail = gettext_lazy("One fapiao is issued for each invoice. Take the open request back to correct it.")


class FapiaoHandled(Refusal):
    code = "fapiao_handled"
    title = gettext_lazy("This request is closed")
    default_detail = gettext_lazy("It was issued, rejected or taken back already.")


class FapiaoAmountChanged(Refusal):
    code = "fapiao_amount_changed"
    title = gettext_lazy("The invoice was credited since")
    default_detail = gettext_lazy("Reject this request: the customer asks again for what is left.")


def ask(*, invoice: Invoice, title: str, taxpayer_number: str, email: str, at: datetime, by: Person) -> FapiaoRequest:
    """Ask for the fapiao of a paid invoice. Raises FieldErrors, OrganizationDisabled and the refusals above."""
    fields = _checked(title, taxpayer_number, email)
    organization = locks.hold_account(invoice.organization_id)
    refuse_disabled(organization)
    invoice = Invoice.objects.get(pk=invoice.pk)
    check_possible(invoice)
    request = FapiaoRequest.objects.create(
        organization=organization,
        invoice=invoice,
        amount=invoice.total - invoice.credited,
        requested_by=by,
        requested_at=at,
        **fields,
    )
    _record(request, "fapiao.requested", by, {"title": request.title, "amount": money.plain(request.amount)})
    fapiao_notices.requested(request, staff_with_role("billing"))
    return request


def check_possible(invoice: Invoice) -> None:
    """Raises the Refusal that stands against asking for this invoice's fapiao."""
    if invoice.is_credit_note or invoice.total == invoice.credited:
        raise NothingToIssue
    if invoice.status != Invoice.Status.PAID:
        raise FapiaoNotPaid
    if live_request(invoice) is not None:
        raise FapiaoAlreadyRequested


def is_possible(invoice: Invoice) -> bool:
    """Whether a fapiao can be asked for now."""
    try:
        check_possible(invoice)
    except Refusal:
        return False
    return True


def live_request(invoice: Invoice) -> FapiaoRequest | None:
    """The request of an invoice that is open or was issued."""
    return FapiaoRequest.objects.filter(invoice=invoice, status__in=LIVE).first()


def requests_of(organization: Organization) -> QuerySet[FapiaoRequest]:
    """With their invoices, newest first; inside the organization's tenant scope."""
    return FapiaoRequest.objects.filter(organization=organization).select_related("invoice").order_by("-pk")


def request_named(organization: Organization, number: int) -> FapiaoRequest:
    """Raises NotFound."""
    found = requests_of(organization).filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def take_back(*, request: FapiaoRequest, at: datetime, by: Person) -> FapiaoRequest:
    """Withdraw an open request; the invoice can be asked for again. Raises FapiaoHandled, OrganizationDisabled."""
    organization = locks.hold_account(request.organization_id)
    refuse_disabled(organization)
    request = _hold_open(request)
    _close(request, FapiaoRequest.Status.CANCELLED, at=at, by=by)
    _record(request, "fapiao.taken_back", by, {})
    return request


def issue(*, request: FapiaoRequest, fapiao_number: str, at: datetime, by: Person) -> FapiaoRequest:
    """Write down the fapiao that a billing operator issued. Raises FieldErrors, FapiaoHandled, FapiaoAmountChanged."""
    number = _text("fapiao_number", fapiao_number, LONGEST_NUMBER)
    organization = locks.hold_account(request.organization_id)
    request = _hold_open(request)
    if request.amount != request.invoice.total - request.invoice.credited:
        raise FapiaoAmountChanged
    _close(request, FapiaoRequest.Status.ISSUED, at=at, by=by, fapiao_number=number)
    _record(request, "fapiao.issued", by, {"number": number, "amount": money.plain(request.amount)})
    fapiao_notices.issued(request, _askers(organization))
    return request


def reject(*, request: FapiaoRequest, answer: str, at: datetime, by: Person) -> FapiaoRequest:
    """Say why it cannot be issued; the customer may ask again. Raises FieldErrors, FapiaoHandled."""
    answer = _text("answer", answer, LONGEST_ANSWER)
    organization = locks.hold_account(request.organization_id)
    request = _hold_open(request)
    _close(request, FapiaoRequest.Status.REJECTED, at=at, by=by, answer=answer)
    _record(request, "fapiao.rejected", by, {"answer": answer})
    fapiao_notices.rejected(request, _askers(organization))
    return request


def _checked(title: str, taxpayer_number: str, email: str) -> dict[str, str]:
    cleaned = {"title": " ".join(title.split()), "taxpayer_number": taxpayer_number.strip(), "email": email.strip()}
    errors: dict[str, list[Any]] = {}
    if not 0 < len(cleaned["title"]) <= LONGEST_TITLE:
        errors["title"] = [_("Use 1 to %(most)s characters.") % {"most": LONGEST_TITLE}]
    if not TAXPAYER_NUMBER.fullmatch(cleaned["taxpayer_number"]):
        errors["taxpayer_number"] = [_("Use 15 to 20 digits and capital letters, without spaces.")]
    try:
        validate_email(cleaned["email"])
        if len(cleaned["email"]) > LONGEST_EMAIL:
            raise ValidationError("")
    except ValidationError:
        errors["email"] = [_("Give the address that the fapiao is sent to.")]
    if errors:
        raise FieldErrors(errors)
    return cleaned


def _text(name: str, typed: str, longest: int) -> str:
    cleaned = " ".join(typed.split())
    if not 0 < len(cleaned) <= longest:
        raise FieldErrors({name: [_("Use 1 to %(most)s characters.") % {"most": longest}]})
    return cleaned


def _hold_open(request: FapiaoRequest) -> FapiaoRequest:
    rows = FapiaoRequest.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("invoice", "organization").get(pk=request.pk)
    if held.status != FapiaoRequest.Status.REQUESTED:
        raise FapiaoHandled
    return held


def _close(request: FapiaoRequest, status: str, *, at: datetime, by: Person, **fields: str) -> None:
    request.status, request.handled_at, request.handled_by = status, at, by
    for name, value in fields.items():
        setattr(request, name, value)
    request.save(update_fields=["status", "handled_at", "handled_by", *fields])


def _askers(organization: Organization) -> list[Person]:
    return people_with_role(organization.pk, "owner", "billing")


def _record(request: FapiaoRequest, action: str, by: Person, facts: dict[str, str]) -> None:
    audit.record(
        by=by,
        organization_id=request.organization_id,
        action=action,
        object=request.invoice.number,
        after=facts | {"status": request.status},
    )
    live.publish(f"org:{request.organization_id}", "fapiao-changed", invoice=request.invoice.number)
