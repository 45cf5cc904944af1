"""Every no about a parked mail. Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class MailHandled(Refusal):
    """Member `state`: what became of it."""

    code = "mail_handled"
    title = _("Somebody was faster")
    default_detail = _("This mail was handled already. Nothing was done a second time.")


class SenderTakesNoPart(Refusal):
    code = "sender_takes_no_part"
    title = _("The sender takes no part in this ticket")
    default_detail = _(
        "Only mail of the ticket's reporter or of people who watch it can be added to it. File it as a new ticket, "
        "or ask the customer to add this person."
    )
