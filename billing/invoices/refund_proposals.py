"""Refunds that billing operators make by hand (spec page 1 'Roles'): above a limit a second one of them decides.

The limit is the setting REFUND_SECOND_PERSON_ABOVE. What went back of an invoice without a second person counts
towards it, so that parts below the limit cannot add up to more. Worked numbers with the limit of 10,000.00, which also
stand in the test: 10,000.00 goes back at once; 0.01 more of the same invoice waits, and so does 10,000.01 of another.

Never more than an invoice has left. It is given back as a credit note with a line `goodwill`: it lessens revenue, the
value of the plan's days to come stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID, staff_with_role
from accounts.models import Person
from billing import locks
from billing.actions.base import Line
from billing.fapiao import requests as fapiao
from billing.invoices import crediting
from billing.models import FapiaoRequest, Invoice, RefundProposal
from common import audit, money
from common.money import ZERO, Money
from common.problems import FieldErrors, NotFound, Refusal
from notifications.notices import notify

Status = RefundProposal.Status
LONGEST_REASON = 300
GOODWILL = "goodwill"


class SecondPersonNeeded(Refusal):
    code = "second_person_needed"
    title = gettext_lazy("Another person decides this")
    default_detail = gettext_lazy(
        "You proposed this refund yourself. It is above the limit: another billing operator approves or rejects it."
    )


class ProposalDecided(Refusal):
    code = "proposal_decided"
    title = gettext_lazy("This refund is decided")
    default_detail = gettext_lazy("It was refunded or rejected already.")


class ExceedsInvoice(Refusal):
    code = "exceeds_invoice"
    title = gettext_lazy("More than the invoice has left")


@dataclass(frozen=True)
class Preview:
    """What a refund would do: `back` goes to the payment it came from, `reduces` is taken off what is still unpaid.

    `left`: the most that can be proposed. `waits`: a second person decides. `has_fapiao`: one was issued or is asked
    for, over an amount that would not be right any more.
    """

    amount: Money
    back: Money
    reduces: Money
    left: Money
    waits: bool
    has_fapiao: bool


def left_of(invoice: Invoice) -> Money:
    """What can be proposed: the total less what was credited and what waits for a second person; 0 of a credit note."""
    if invoice.is_credit_note:
        return ZERO
    waiting = _sum(RefundProposal.objects.filter(invoice=invoice, status=Status.PROPOSED))
    return max(invoice.total - invoice.credited - waiting, ZERO)


def preview(*, invoice: Invoice, amount: Money, reason: str) -> Preview:
    """What `propose` would do now; raises what it would raise."""
    _checked(invoice, amount, reason)
    back = sum((part.refund for part in crediting.split(amount, [invoice])), ZERO)
    asked = fapiao.live_request(invoice)
    return Preview(
        amount=amount,
        back=back,
        reduces=amount - back,
        left=left_of(invoice),
        waits=_needs_second_person(invoice, amount),
        has_fapiao=asked is not None and asked.status in (FapiaoRequest.Status.REQUESTED, FapiaoRequest.Status.ISSUED),
    )


def propose(*, invoice: Invoice, amount: Money, reason: str, at: datetime, by: Person) -> RefundProposal:
    """Give back `amount` (positive) of an invoice at once, or have a second person decide where it is above the limit.

    Raises FieldErrors for an amount or a reason that cannot be taken, ExceedsInvoice.
    """
    locks.hold_account(invoice.organization_id)
    invoice = locks.hold_invoice(invoice.pk)
    reason = _checked(invoice, amount, reason)
    waits = _needs_second_person(invoice, amount)
    proposal = RefundProposal.objects.create(
        organization_id=invoice.organization_id,
        invoice=invoice,
        amount=amount,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )
    _record(proposal, "refund.proposed", by)
    if waits:
        _tell_the_others(proposal, by)
    else:
        _carry_out(proposal, at=at, by=by, decided_by=None)
    return proposal


def approve(*, proposal: RefundProposal, at: datetime, by: Person) -> RefundProposal:
    """Refund what another billing operator proposed. Raises SecondPersonNeeded, ProposalDecided, ExceedsInvoice."""
    proposal = _hold_waiting(proposal, by)
    if proposal.amount > proposal.invoice.total - proposal.invoice.credited:
        raise _exceeds(proposal.invoice.total - proposal.invoice.credited)
    _carry_out(proposal, at=at, by=by, decided_by=by)
    return proposal


def reject(*, proposal: RefundProposal, at: datetime, by: Person) -> RefundProposal:
    """Nothing is refunded. Raises SecondPersonNeeded, ProposalDecided."""
    proposal = _hold_waiting(proposal, by)
    _decide(proposal, Status.REJECTED, at=at, decided_by=by)
    _record(proposal, "refund.rejected", by)
    return proposal


def waiting() -> QuerySet[RefundProposal]:
    """Those that wait for a second person, the oldest first: for billing operators."""
    return _listed().filter(status=Status.PROPOSED).order_by("pk")


def decided() -> QuerySet[RefundProposal]:
    """Those that were refunded or rejected, newest first."""
    return _listed().exclude(status=Status.PROPOSED).order_by("-pk")


def proposal_named(number: int) -> RefundProposal:
    """Raises NotFound."""
    found = _listed().filter(pk=number).first() if number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def invoice_by_number(number: str) -> Invoice:
    """An invoice of whatever organization, for billing operators. Raises NotFound, also for a credit note."""
    known = Invoice.objects.filter(number=number.strip().upper(), credits=None).select_related("organization")
    invoice = known.first() if "\x00" not in number else None
    if invoice is None:
        raise NotFound(_("There is no invoice with this number. It looks like INV-2026-000001."))
    return invoice


def _listed() -> QuerySet[RefundProposal]:
    return RefundProposal.objects.select_related("organization", "invoice", "credit_note", "proposed_by", "decided_by")


def _checked(invoice: Invoice, amount: Money, reason: str) -> str:
    """The reason as it is kept."""
    reason = " ".join(reason.split())
    errors = {}
    if amount <= 0 or amount != money.round_fen(amount):
        errors["amount"] = [_("Give an amount above zero, with two decimal places at most.")]
    if not 0 < len(reason) <= LONGEST_REASON:
        errors["reason"] = [_("Use 1 to %(most)s characters.") % {"most": LONGEST_REASON}]
    if errors:
        raise FieldErrors(errors)
    left = left_of(invoice)
    if amount > left:
        raise _exceeds(left)
    return reason


def _exceeds(left: Money) -> ExceedsInvoice:
    return ExceedsInvoice(
        _("This invoice has %(left)s left: the rest was credited, or waits for a second person.")
        % {"left": money.shown(left)}
    )


def _needs_second_person(invoice: Invoice, amount: Money) -> bool:
    alone = RefundProposal.objects.filter(invoice=invoice, status=Status.DONE, decided_by=None)
    return bool(_sum(alone) + amount > settings.REFUND_SECOND_PERSON_ABOVE)


def _sum(proposals: QuerySet[RefundProposal]) -> Money:
    return proposals.aggregate(sum=Sum("amount"))["sum"] or ZERO


def _hold_waiting(proposal: RefundProposal, by: Person) -> RefundProposal:
    """Locked, with its invoice, as it is now: of two people who decide at once the second meets a decided one."""
    locks.hold_account(proposal.organization_id)
    invoice = locks.hold_invoice(proposal.invoice_id)
    held = RefundProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if held.status != Status.PROPOSED:
        raise ProposalDecided
    if held.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    held.invoice = invoice
    return held


def _carry_out(proposal: RefundProposal, *, at: datetime, by: Person, decided_by: Person | None) -> None:
    (note,) = crediting.credit(
        organization=proposal.invoice.organization,
        amount=proposal.amount,
        scope=[proposal.invoice],
        lines=[Line(GOODWILL, -proposal.amount)],
        at=at,
        reason=GOODWILL,
        by=by,
    )
    proposal.credit_note = note
    _decide(proposal, Status.DONE, at=at, decided_by=decided_by)
    _record(proposal, "refund.approved", by)


def _decide(proposal: RefundProposal, status: str, *, at: datetime, decided_by: Person | None) -> None:
    proposal.status, proposal.decided_at, proposal.decided_by = status, at, decided_by
    proposal.save(update_fields=["status", "decided_at", "decided_by", "credit_note"])


def _tell_the_others(proposal: RefundProposal, by: Person) -> None:
    notify(
        people=[person for person in staff_with_role("billing") if person.pk != by.pk],
        kind="refund.proposed",
        params={
            "amount": money.plain(proposal.amount),
            "invoice": proposal.invoice.number,
            "organization": proposal.invoice.organization.name,
            "person": by.display_name(),
        },
        url=reverse("billing:operator-refund", args=[proposal.pk]),
        key=f"refund.proposed:{proposal.pk}",
        organization=None,
    )


def _record(proposal: RefundProposal, action: str, by: Person) -> None:
    note = proposal.credit_note
    audit.record(
        by=by,
        organization_id=proposal.organization_id,
        action=action,
        object=proposal.invoice.number,
        after={
            "amount": money.plain(proposal.amount),
            "reason": proposal.reason,
            "status": proposal.status,
            "proposed_by": proposal.proposed_by.display_name() if proposal.proposed_by else None,
        }
        | ({"credit_note": note.number} if note else {}),
    )
