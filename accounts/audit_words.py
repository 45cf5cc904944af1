"""The audit trail in words: what each action is called, and what changed. An action without a row is shown readably."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.models import AuditEntry

ACTIONS: dict[str, str | Promise] = {
    "organization.created": gettext_lazy("Organization made"),
    "organization.changed": gettext_lazy("Settings of the organization changed"),
    "organization.disabled": gettext_lazy("Organization disabled"),
    "organization.enabled": gettext_lazy("Organization enabled again"),
    "person.created": gettext_lazy("Account made"),
    "person.changed": gettext_lazy("Account changed"),
    "staff.appointed": gettext_lazy("Staff role given"),
    "staff.dismissed": gettext_lazy("Staff role ended"),
    "article.written": gettext_lazy("Help article written"),
    "article.changed": gettext_lazy("Help article changed"),
    "article.published": gettext_lazy("Help article published"),
    "article.retired": gettext_lazy("Help article retired"),
    "missed_search.ticked_off": gettext_lazy("Search without a result ticked off"),
    "member.invited": gettext_lazy("Person invited"),
    "member.joined": gettext_lazy("Member joined"),
    "member.role_changed": gettext_lazy("Role changed"),
    "member.removed": gettext_lazy("Member removed"),
    "member.left": gettext_lazy("Member left"),
    "invitation.changed": gettext_lazy("Role of an invitation changed"),
    "invitation.revoked": gettext_lazy("Invitation revoked"),
    "token.created": gettext_lazy("API token made"),
    "token.revoked": gettext_lazy("API token revoked"),
    "end_customer.added": gettext_lazy("End customer added"),
    "end_customer.changed": gettext_lazy("End customer changed"),
    "end_customer.archived": gettext_lazy("End customer archived"),
    "webhook.added": gettext_lazy("Webhook added"),
    "webhook.changed": gettext_lazy("Webhook changed"),
    "webhook.secret_rotated": gettext_lazy("New secret of a webhook made"),
    "webhook.resent": gettext_lazy("Event sent again to a webhook"),
    "webhook.switched_off": gettext_lazy("Webhook switched off"),
    "webhook.deleted": gettext_lazy("Webhook deleted"),
    "im_group.added": gettext_lazy("IM group added"),
    "im_group.changed": gettext_lazy("IM group changed"),
    "im_group.resent": gettext_lazy("Event sent again to an IM group"),
    "im_group.switched_off": gettext_lazy("IM group switched off"),
    "im_group.retired": gettext_lazy("IM group switched off with the plan"),
    "im_group.brought_back": gettext_lazy("IM group switched on with the plan"),
    "im_group.deleted": gettext_lazy("IM group deleted"),
    "order.created": gettext_lazy("Order placed"),
    "order.placed": gettext_lazy("Order placed"),
    "order.cancelled": gettext_lazy("Order cancelled"),
    "order.fulfilled": gettext_lazy("Order fulfilled"),
    "payment.started": gettext_lazy("Payment started"),
    "payment.succeeded": gettext_lazy("Payment received"),
    "payment.declined": gettext_lazy("Payment declined"),
    "payment.held": gettext_lazy("Payment held"),
    "payment.refunded": gettext_lazy("Payment refunded"),
    "payment.decided": gettext_lazy("Held payment decided"),
    "payment_method.added": gettext_lazy("Payment method stored"),
    "payment_method.default_changed": gettext_lazy("Default payment method changed"),
    "payment_method.removed": gettext_lazy("Payment method removed"),
    "transfer.recorded": gettext_lazy("Bank transfer recorded"),
    "transfer.matched": gettext_lazy("Bank transfer matched"),
    "invoice.issued": gettext_lazy("Invoice issued"),
    "invoice.paid": gettext_lazy("Invoice paid"),
    "credit_note.issued": gettext_lazy("Credit note issued"),
    "refund.requested": gettext_lazy("Refund begun"),
    "refund.completed": gettext_lazy("Refund sent"),
    "refund.proposed": gettext_lazy("Refund by hand proposed"),
    "refund.approved": gettext_lazy("Refund by hand carried out"),
    "refund.rejected": gettext_lazy("Refund by hand rejected"),
    "fapiao.requested": gettext_lazy("Fapiao requested"),
    "fapiao.taken_back": gettext_lazy("Request for a fapiao taken back"),
    "fapiao.issued": gettext_lazy("Fapiao issued"),
    "fapiao.rejected": gettext_lazy("Request for a fapiao rejected"),
    "subscription.started": gettext_lazy("Plan started"),
    "subscription.changed": gettext_lazy("Plan changed"),
    "subscription.left": gettext_lazy("Plan left"),
    "subscription.queued": gettext_lazy("Next term bought or changed"),
    "subscription.wished": gettext_lazy("Next term chosen"),
    "subscription.ends": gettext_lazy("Plan ends with its term"),
    "subscription.renewed": gettext_lazy("Next term begun"),
    "subscription.lapsed": gettext_lazy("Plan ended"),
    "subscription.auto_renew": gettext_lazy("Automatic renewal switched"),
    "subscription.suspended": gettext_lazy("Plan suspended"),
    "subscription.restored": gettext_lazy("Plan open again"),
    "settlement.run": gettext_lazy("Month settled"),
    "budget.set": gettext_lazy("Budget set"),
    "override.granted": gettext_lazy("Further change of the tier allowed"),
    "override.used": gettext_lazy("Allowed change of the tier made"),
    "provisioning.opened": gettext_lazy("Set-up begun"),
    "provisioning.completed": gettext_lazy("Set-up finished"),
    "provisioning.retired": gettext_lazy("Set-up ended"),
    "booking.requested": gettext_lazy("Service booked"),
    "booking.moved": gettext_lazy("Booking moved"),
    "booking.confirmed": gettext_lazy("Booking confirmed"),
    "booking.in_progress": gettext_lazy("Booking begun"),
    "booking.completed": gettext_lazy("Booking completed"),
    "booking.rejected": gettext_lazy("Booking rejected"),
    "booking.withdrawn": gettext_lazy("Booking withdrawn"),
    "training.written": gettext_lazy("Training session written"),
    "training.changed": gettext_lazy("Training session changed"),
    "training.published": gettext_lazy("Training session published"),
    "training.cancelled": gettext_lazy("Training session cancelled"),
    "training_place.registered": gettext_lazy("Place in a training session taken"),
    "training_place.cancelled": gettext_lazy("Place in a training session given back"),
    "training_plan.written": gettext_lazy("Training plan written"),
    "training_plan.published": gettext_lazy("Training plan published"),
    "training_video.kept": gettext_lazy("Training video kept"),
    "advisory.written": gettext_lazy("Advisory written"),
    "advisory.changed": gettext_lazy("Advisory changed"),
    "advisory.discarded": gettext_lazy("Draft of an advisory discarded"),
    "advisory.published": gettext_lazy("Advisory published"),
    "advisory.handed_out": gettext_lazy("Advisory handed out to everybody"),
    "advisory.updated": gettext_lazy("Advisory followed up"),
    "advisory.closed": gettext_lazy("Advisory closed"),
    "advisory.affects": gettext_lazy("Organization marked as affected"),
    "advisory.affects_not": gettext_lazy("Organization no longer marked as affected"),
    "advisory.acknowledged": gettext_lazy("Advisory acknowledged"),
    "advisory.asked": gettext_lazy("Ticket about an advisory filed"),
    "advisory_task.contacted": gettext_lazy("Organization contacted about an advisory"),
    "advisory_task.planned": gettext_lazy("Response plan written"),
    "advisory_task.done": gettext_lazy("Task from an advisory done"),
    "advisory_task.not_relevant": gettext_lazy("Release found not relevant"),
    "catalogue.drafted": gettext_lazy("Catalogue version drafted"),
    "catalogue.discarded": gettext_lazy("Draft of a catalogue version discarded"),
    "catalogue.published": gettext_lazy("Catalogue version published"),
    "export.taken": gettext_lazy("Figures of billing exported"),
    "usage.loaded": gettext_lazy("Cloud usage loaded"),
    "calendar.corrected": gettext_lazy("Calendar corrected"),
}

FIELDS: dict[str, str | Promise] = {
    "action": gettext_lazy("action"),
    "amount": gettext_lazy("amount"),
    "answer": gettext_lazy("answer"),
    "auto_renew": gettext_lazy("renews by itself"),
    "currency": gettext_lazy("currency"),
    "cycle": gettext_lazy("cycle"),
    "email": gettext_lazy("e-mail"),
    "ends_on": gettext_lazy("until"),
    "expires_at": gettext_lazy("valid until"),
    "gateway": gettext_lazy("payment by"),
    "is_active": gettext_lazy("active"),
    "is_working": gettext_lazy("working day"),
    "kind": gettext_lazy("kind"),
    "language": gettext_lazy("language"),
    "level": gettext_lazy("level"),
    "name": gettext_lazy("name"),
    "next_cycle": gettext_lazy("next cycle"),
    "next_tier": gettext_lazy("next plan"),
    "note": gettext_lazy("note"),
    "number": gettext_lazy("number"),
    "order": gettext_lazy("order"),
    "order_id": gettext_lazy("order id"),
    "owner": gettext_lazy("owner"),
    "partner_type": gettext_lazy("partner type"),
    "person": gettext_lazy("person"),
    "products": gettext_lazy("product teams"),
    "reason": gettext_lazy("reason"),
    "reference": gettext_lazy("reference"),
    "registered_email": gettext_lazy("registered mailbox"),
    "role": gettext_lazy("role"),
    "scope": gettext_lazy("scope"),
    "settled": gettext_lazy("settled"),
    "slug": gettext_lazy("address"),
    "starts_on": gettext_lazy("from"),
    "state": gettext_lazy("state"),
    "status": gettext_lazy("status"),
    "terms_version": gettext_lazy("terms of service"),
    "tier": gettext_lazy("plan"),
    "title": gettext_lazy("title"),
    "total": gettext_lazy("total"),
}


@dataclass(frozen=True)
class Change:
    """One field: what it was and what it became; None where there was, or is, nothing."""

    name: str
    before: str | None
    after: str | None


def describe(entry: AuditEntry) -> str:
    """What happened, without the object."""
    known = ACTIONS.get(entry.action)
    return str(known) if known else entry.action.replace("_", " ").replace(".", " ").capitalize()


def changes(entry: AuditEntry) -> list[Change]:
    """The fields that differ, in the order of the entry."""
    before = entry.before if isinstance(entry.before, dict) else {}
    after = entry.after if isinstance(entry.after, dict) else {}
    names = [*before, *(name for name in after if name not in before)]
    found = [Change(_name(name), _text(before.get(name)), _text(after.get(name))) for name in names]
    return [change for change in found if change.before != change.after]


def _name(field: str) -> str:
    return str(FIELDS.get(field, field.replace("_", " ")))


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
