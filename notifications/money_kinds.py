"""What people are told of plans and money: orders, payments, renewals, invoices, settlements."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

MONEY_KINDS: dict[str, Kind] = {
    # plan and money, to owners and billing
    "subscription.changed": Kind(
        _("The plan of %(organization)s is now %(tier)s."),
        _("Your plan is now %(tier)s"),
        _("See the plan"),
        "shield-check",
    ),
    "subscription.lapsed": Kind(
        _("The plan %(tier)s of %(organization)s has ended; basic support goes on."),
        _("Your plan %(tier)s has ended"),
        _("See the plan"),
        "shield-check",
    ),
    "order.fulfilled": Kind(
        _("Order %(number)s of %(organization)s over %(total)s is paid and fulfilled."),
        _("Order %(number)s is fulfilled"),
        _("See the order"),
        "receipt",
    ),
    "order.carried_out": Kind(
        _("Order %(number)s of %(organization)s was carried out."),
        _("Order %(number)s was carried out"),
        _("See the order"),
        "receipt",
    ),
    # the end of a term, to owners and billing
    "renewal.done": Kind(
        _(
            "The plan of %(organization)s renewed itself for %(total)s, charged to your stored payment method: "
            "%(tier)s from %(starts_on)s."
        ),
        _("Your plan %(tier)s is renewed from %(starts_on)s"),
        _("See the order"),
        "refresh",
    ),
    "renewal.declined": Kind(
        _(
            "The plan of %(organization)s could not renew itself: the payment of %(amount)s was declined. We try again "
            "every day; unpaid, the plan ends on %(ends_on)s at 00:00."
        ),
        _("Your plan could not renew itself: the payment was declined"),
        _("See the order"),
        "alert-triangle",
    ),
    "renewal.no_method": Kind(
        _(
            "The plan %(tier)s of %(organization)s is to renew itself, but no payment method is stored that can be "
            "charged. Store one, or the plan ends on %(ends_on)s at 00:00."
        ),
        _("Your plan cannot renew itself: no payment method is stored"),
        _("Store a payment method"),
        "alert-triangle",
    ),
    "renewal.not_possible": Kind(
        _(
            "The plan %(tier)s of %(organization)s is to renew itself and cannot as it is. Look at it, or it ends on "
            "%(ends_on)s at 00:00."
        ),
        _("Your plan %(tier)s cannot renew itself"),
        _("See the plan"),
        "alert-triangle",
    ),
    "renewal.reminder": Kind(
        _(
            "The plan %(tier)s of %(organization)s ends on %(ends_on)s at 00:00. Renew it before, or basic support "
            "goes on."
        ),
        _("Your plan %(tier)s ends on %(ends_on)s"),
        _("Renew the plan"),
        "clock",
    ),
    "payment.declined": Kind(
        _("The payment of %(amount)s for order %(number)s was declined. You can pay it again."),
        _("Payment for order %(number)s declined"),
        _("See the order"),
        "credit-card",
    ),
    "payment.held": Kind(
        _("The payment of %(amount)s for order %(number)s is being checked by our billing desk."),
        _("Payment for order %(number)s is being checked"),
        _("See the order"),
        "credit-card",
    ),
    "payment.held_staff": Kind(
        _("Payment %(reference)s of %(organization)s over %(amount)s is held: %(reason)s."),
        _("Payment %(reference)s is held"),
        _("See the order"),
        "credit-card",
    ),
    "payment.refunded": Kind(
        _("%(amount)s for order %(number)s of %(organization)s was refunded."),
        _("Refund of %(amount)s"),
        _("See the order"),
        "receipt",
    ),
    "invoice_payment.declined": Kind(
        _("The payment of %(amount)s for invoice %(number)s was declined. You can pay it again."),
        _("Payment for invoice %(number)s declined"),
        _("See the invoice"),
        "credit-card",
    ),
    "invoice_payment.held": Kind(
        _("The payment of %(amount)s for invoice %(number)s is being checked by our billing desk."),
        _("Payment for invoice %(number)s is being checked"),
        _("See the invoice"),
        "credit-card",
    ),
    "invoice_payment.refunded": Kind(
        _("%(amount)s for invoice %(number)s of %(organization)s was refunded."),
        _("Refund of %(amount)s"),
        _("See the invoice"),
        "receipt",
    ),
    # to the other billing operators
    "refund.proposed": Kind(
        _("%(person)s proposes to refund %(amount)s of invoice %(invoice)s of %(organization)s. Please decide."),
        _("A refund of %(amount)s waits for a second person"),
        _("See the proposal"),
        "receipt",
        mailed=False,
    ),
    # fapiao, to billing operators and to owners and billing
    "fapiao.requested": Kind(
        _("%(organization)s asks for a fapiao of %(amount)s for invoice %(invoice)s: %(title)s."),
        _("Fapiao requested for invoice %(invoice)s"),
        _("See the requests"),
        "file-invoice",
        mailed=False,
    ),
    "fapiao.issued": Kind(
        _("The fapiao %(fapiao)s of %(amount)s for invoice %(invoice)s was issued and sent to %(email)s."),
        _("Fapiao for invoice %(invoice)s issued"),
        _("See the requests"),
        "file-invoice",
    ),
    "fapiao.rejected": Kind(
        _("The fapiao for invoice %(invoice)s could not be issued: %(answer)s"),
        _("Fapiao for invoice %(invoice)s not issued"),
        _("See the requests"),
        "file-invoice",
    ),
    # settlements, to owners and billing
    "invoice.payable": Kind(
        _(
            "Invoice %(number)s of %(organization)s over %(total)s for the usage of %(month)s is there. "
            "Please pay it until %(due_on)s."
        ),
        _("Invoice %(number)s: please pay %(total)s until %(due_on)s"),
        _("See the invoice"),
        "receipt",
    ),
    "invoice.charged": Kind(
        _(
            "Invoice %(number)s of %(organization)s over %(total)s for the usage of %(month)s is charged to your "
            "stored payment method."
        ),
        _("Invoice %(number)s: %(total)s are charged to your stored payment method"),
        _("See the invoice"),
        "receipt",
    ),
    "invoice.reminder": Kind(
        _(
            "Invoice %(number)s of %(organization)s was due on %(due_on)s: %(amount)s are still to be paid. Unpaid, "
            "technical tickets and new bookings are refused from %(suspended_on)s."
        ),
        _("Reminder: invoice %(number)s was due on %(due_on)s"),
        _("Pay the invoice"),
        "alert-triangle",
    ),
    "plan.suspended": Kind(
        _(
            "Invoice %(number)s of %(organization)s is unpaid since %(due_on)s: technical tickets and new bookings are "
            "refused until %(amount)s are paid. Running work goes on."
        ),
        _("Your plan is suspended until invoice %(number)s is paid"),
        _("Pay the invoice"),
        "alert-triangle",
    ),
    "plan.restored": Kind(
        _("Everything is paid: the plan of %(organization)s is open again in full."),
        _("Your plan is open again"),
        _("See the plan"),
        "circle-check",
    ),
    "budget.reached": Kind(
        _(
            "%(organization)s has used %(percent)s %% of its budget of %(budget)s for %(month)s: the incremental "
            "support fee is %(amount)s so far."
        ),
        _("%(percent)s %% of your budget for %(month)s is used"),
        _("See the spending"),
        "gauge",
    ),
}
