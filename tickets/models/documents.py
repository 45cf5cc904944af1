"""What search knows of a ticket (tickets/search/documents.py)."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.owner import ticket_owner
from tickets.models.tickets import Ticket


class TicketDocument(models.Model):
    """The words of a ticket: subject, number and messages; those of internal notes carry a mark."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True, related_name="+")
    organization = ticket_owner()
    words = SearchVectorField()
    # Letters that went in: a vector has an end (1 MB), and a reply must never fail because of it.
    size = models.PositiveIntegerField()
    # The newest message that it holds.
    message_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("words of a ticket")
        verbose_name_plural = _("words of tickets")
        indexes = [
            # New words wait in a list of 1 MB at most, which every search reads through.
            GinIndex(fields=["words"], name="tickets_by_words", gin_pending_list_limit=1024),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)
