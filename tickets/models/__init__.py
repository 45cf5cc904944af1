"""Tickets and everything that hangs on them. Every row of a ticket carries its organization (row-level security).

Rows are written by the actions of this app alone: no logic in save(), no signals.
"""

from tickets.models.desk import BulkAction, CannedReply, Handover, Macro, SavedView, Shift, Tag, Turn
from tickets.models.documents import TicketDocument
from tickets.models.kinds import ACTIVE, FINISHED, Channel, Kind, Side, Status
from tickets.models.mail import ParkedMail, ReceivedMail
from tickets.models.tickets import Attachment, Message, NumberingKey, Ticket, TicketTag, TicketWatcher
from tickets.models.timers import ResponseTimer, TicketEvent
from tickets.models.together import CallbackRequest, CategoryQuestion, Draft, SecretField, TicketLink

__all__ = [
    "ACTIVE",
    "FINISHED",
    "Attachment",
    "BulkAction",
    "CallbackRequest",
    "CannedReply",
    "CategoryQuestion",
    "Channel",
    "Draft",
    "Handover",
    "Kind",
    "Macro",
    "Message",
    "NumberingKey",
    "ParkedMail",
    "ReceivedMail",
    "ResponseTimer",
    "SavedView",
    "SecretField",
    "Shift",
    "Side",
    "Status",
    "Tag",
    "Ticket",
    "TicketDocument",
    "TicketEvent",
    "TicketLink",
    "TicketTag",
    "TicketWatcher",
    "Turn",
]
