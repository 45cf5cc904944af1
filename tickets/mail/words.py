"""Reasons in words, for the desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.mail import reasons

WORDS: dict[str, str | Promise] = {
    reasons.LOOP: _("A letter of our own came back"),
    reasons.BOUNCE: _("A mail server reports that a letter could not be delivered"),
    reasons.RECEIPT: _("A receipt: somebody read a letter"),
    reasons.AUTOMATIC: _("An automatic answer"),
    reasons.NO_ADDRESS: _("Sent to no reply address of a ticket"),
    reasons.BAD_SIGNATURE: _("The reply address was not made by us"),
    reasons.UNCLEAR_SENDER: _("The sender is missing or cannot be read for certain"),
    reasons.OTHER_SENDER: _("The reply address was given to somebody else"),
    reasons.NOT_A_PARTICIPANT: _("The sender takes no part in the ticket any more"),
    reasons.READS_ONLY: _("The sender may read the ticket, but not write on it"),
    reasons.UNPROVEN: _("Our mail server could not prove who sent it"),
    reasons.MAILING_LIST: _("A mailing list passed it on"),
    reasons.EMPTY: _("No words of the sender's own, and no file"),
    reasons.ENCRYPTED: _("Encrypted"),
    reasons.TOO_LARGE: _("Too large"),
    reasons.TOO_COMPLEX: _("Too many parts inside one another"),
    reasons.UNREADABLE: _("It cannot be read"),
    reasons.TOO_MANY: _("The sender wrote very often within an hour"),
    reasons.REPEATED_NAME: _("It bears the name of another mail"),
    reasons.REFUSED: _("The ticket could not take it"),
    reasons.FINISHED: pgettext_lazy("mail", "The ticket is finished; the sender was offered a new one"),
}


def words_for(reason: str) -> str:
    """The reason as a sentence, in the reader's language."""
    return str(WORDS.get(reason, reason))
