"""What billing operators work off: requests for fapiao, refunds that need a second person, incoming transfers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import columns
from billing.models.invoices import Invoice


class FapiaoRequest(models.Model):
    """A tax invoice of the authorities (fapiao) that a customer asks for."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        ISSUED = "issued", _("Issued")
        REJECTED = "rejected", _("Rejected")
        CANCELLED = "cancelled", _("Taken back")

    organization = columns.organization()
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="fapiao_requests", verbose_name=_("invoice"))
    title = models.CharField(_("title"), max_length=200)
    taxpayer_number = models.CharField(_("taxpayer number"), max_length=20)
    email = models.EmailField(_("e-mail"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    # What is left of the invoice after credit notes, at the request.
    amount = columns.amount(_("amount"))
    fapiao_number = models.CharField(_("fapiao number"), max_length=40, blank=True, default="")
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")
    requested_by = columns.person(_("requested by"))
    requested_at = models.DateTimeField(_("requested at"))
    handled_by = columns.person(_("handled by"))
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("fapiao request")
        verbose_name_plural = _("fapiao requests")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(status__in=["requested", "issued"]), name="one_live_fapiao_per_invoice"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="fapiao_newest_first"),
            models.Index(fields=["id"], name="fapiao_to_work_off", condition=Q(status="requested")),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.amount}"


class RefundProposal(models.Model):
    """A refund that a billing operator proposes; above a limit a second person decides."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        DONE = "done", _("Refunded")
        REJECTED = "rejected", _("Rejected")

    organization = columns.organization()
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="refund_proposals", verbose_name=_("invoice"))
    amount = columns.amount(_("amount"))
    reason = models.CharField(_("reason"), max_length=300)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PROPOSED)
    credit_note = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("credit note")
    )
    proposed_by = columns.person(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = columns.person(_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund proposal")
        verbose_name_plural = _("refund proposals")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="proposed_refunds_are_positive")]
        indexes = [
            models.Index(fields=["organization", "-id"], name="proposals_newest_first"),
            models.Index(fields=["id"], name="proposals_to_decide", condition=Q(status="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.amount}"


class IncomingTransfer(models.Model):
    """Money that arrived at the bank. It belongs to no tenant before it is matched to a payment."""

    bank_reference = models.CharField(_("bank's reference"), max_length=100, unique=True)
    amount = columns.amount(_("amount"))
    currency = columns.currency()
    payer = models.CharField(_("payer"), max_length=200)
    purpose = models.CharField(_("purpose of payment"), max_length=300, blank=True)
    received_on = models.DateField(_("received on"))
    # The reference of the payment that it is matched to; empty while it waits for a person.
    payment_reference = models.CharField(_("payment"), max_length=40, blank=True, default="")
    recorded_by = columns.person(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    matched_by = columns.person(_("matched by"))
    matched_at = models.DateTimeField(_("matched at"), null=True, blank=True)

    class Meta:
        verbose_name = _("incoming transfer")
        verbose_name_plural = _("incoming transfers")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="transfers_are_positive")]
        indexes = [models.Index(fields=["id"], name="transfers_to_match", condition=Q(payment_reference=""))]

    def __str__(self) -> str:
        return self.bank_reference
