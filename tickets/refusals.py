"""Every no of this app, as classes (spec pages 4.1, 4.3, 4.5). Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Problem, Refusal


class AccountOverdue(Refusal):
    code = "account_overdue"
    title = _("An invoice is overdue")
    default_detail = _(
        "Your plan is suspended because an invoice is overdue. Pay it and file again at once; "
        "business tickets are taken in the meantime."
    )


class NotEntitled(Refusal):
    code = "not_entitled"
    title = _("Your plan does not include this")


class RegionNotServed(Refusal):
    code = "region_not_served"
    title = _("This region is not served by support plans")
    default_detail = _("Support plans do not cover this region. Contact sales: they know what can be done there.")


class SeverityNotOffered(Refusal):
    """Member `offered`: the codes of the severities the plan takes, most urgent first."""

    code = "severity_not_offered"
    title = _("Your plan does not offer this severity")
    default_detail = _("Choose one of the severities your plan offers, or a plan that answers faster.")


class AttachmentRejected(Problem):
    """Member `file`: the name as it was sent."""

    code = "attachment_rejected"
    status = 400
    title = _("A file cannot be attached")


class TicketNotOpen(Refusal):
    """Member `ticket_status`: what the ticket is instead."""

    code = "ticket_not_open"
    title = _("This ticket is finished")
    default_detail = _("Nothing more can be done on this ticket. File a new one if you need help.")


class FollowUpNeeded(Refusal):
    """Later than 14 days after the end. Member `follow_up_of`: the number to mention."""

    code = "follow_up_needed"
    title = _("This ticket was finished more than 14 days ago")
    default_detail = _("File a follow-up ticket and mention this one: it starts with its own response time.")


class NotFinished(Refusal):
    code = "ticket_not_finished"
    title = _("This ticket is not finished")
    default_detail = _("It is still being worked on: write a message instead of reopening it.")


class AlreadyClaimed(Refusal):
    """Member `assignee`: {name, email} of who has it."""

    code = "already_claimed"
    title = _("Somebody else was faster")


class AnswerOwed(Refusal):
    code = "answer_owed"
    title = _("The customer is still waiting for an answer")
    default_detail = _("Reply in public first: a ticket waits or is resolved only when no answer is owed.")


class NotAcceptable(Refusal):
    code = "acceptance_not_offered"
    title = _("This ticket is answered, not accepted")
    default_detail = _("Its plan promises an answer, and only a public reply is one.")


class AlreadyAccepted(Refusal):
    code = "already_accepted"
    title = _("This ticket was accepted or answered before")
    default_detail = _("Nothing is left to accept. Reply when you know more.")


class SecretGone(Refusal):
    code = "secret_deleted"
    title = _("This secret field was deleted")
    default_detail = _("Secret fields are deleted when their ticket ends or are taken back. Ask for it again.")


class SecretUnreadable(Refusal):
    code = "secret_unreadable"
    title = _("This secret field cannot be opened any more")
    default_detail = _("It was sealed with a key that the portal no longer has. Ask the customer to give it again.")
