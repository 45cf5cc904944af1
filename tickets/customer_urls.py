"""Pages of an organization's own tickets: `/o/<slug>/tickets…`."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets import routing_urls
from tickets.exports.urls import customer_patterns as export_patterns
from tickets.thread_urls import customer_patterns as thread_patterns
from tickets.views import booking_tickets, customer, drafts, filing, satisfaction, surroundings

_LIST = "o/<slug:slug>/tickets"
_TICKET = f"{_LIST}/<str:number>"

patterns: list[URLPattern] = [
    *routing_urls.customer_patterns,
    *export_patterns,
    path("o/<slug:slug>/bookings/<str:number>/tickets", booking_tickets.BookingTickets.as_view(), name="booking"),
    path(_LIST, customer.TicketListPage.as_view(), name="list"),
    path(f"{_LIST}/new", filing.NewTicketPage.as_view(), name="new"),
    path(f"{_LIST}/new/draft", drafts.SaveDraft.as_view(), name="draft"),
    path(f"{_LIST}/new/draft/discard", drafts.DiscardDraft.as_view(), name="draft-discard"),
    path(f"{_LIST}/new/draft/undo", drafts.UndoDiscard.as_view(), name="draft-undo"),
    path(f"{_LIST}/new/questions", filing.Questions.as_view(), name="questions"),
    path(f"{_LIST}/new/answer-times", filing.AnswerTimes.as_view(), name="answer-times"),
    path(f"{_LIST}/new/software", filing.SoftwareHelp.as_view(), name="software-help"),
    path(f"{_LIST}/new/similar", filing.SimilarTickets.as_view(), name="similar"),
    path(f"{_LIST}/preview", filing.Preview.as_view(), name="preview"),
    path(_TICKET, customer.TicketPage.as_view(), name="ticket"),
    path(f"{_TICKET}/state", customer.TicketState.as_view(), name="state"),
    path(f"{_TICKET}/messages", customer.Messages.as_view(), name="messages"),
    path(f"{_TICKET}/draft", drafts.SaveDraft.as_view(), name="message-draft"),
    path(f"{_TICKET}/draft/discard", drafts.DiscardDraft.as_view(), name="message-draft-discard"),
    path(f"{_TICKET}/draft/undo", drafts.UndoDiscard.as_view(), name="message-draft-undo"),
    path(f"{_TICKET}/secrets", surroundings.Secrets.as_view(), name="secrets"),
    path(f"{_TICKET}/secrets/<int:secret>/delete", surroundings.SecretDeleted.as_view(), name="secret-delete"),
    path(f"{_TICKET}/watchers", surroundings.Watchers.as_view(), name="watchers"),
    path(f"{_TICKET}/watchers/remove", surroundings.WatcherRemoved.as_view(), name="watcher-remove"),
    path(f"{_TICKET}/withdraw", customer.TicketAction.as_view(action="withdraw"), name="withdraw"),
    path(f"{_TICKET}/close", customer.TicketAction.as_view(action="close"), name="close"),
    path(f"{_TICKET}/reopen", customer.TicketAction.as_view(action="reopen"), name="reopen"),
    path(f"{_TICKET}/satisfaction", satisfaction.Rate.as_view(), name="satisfaction"),
    path(f"{_TICKET}/callback", satisfaction.AskForCall.as_view(), name="callback"),
    path(f"{_TICKET}/callback/withdraw", satisfaction.CallWithdrawn.as_view(), name="callback-withdraw"),
    path(f"{_TICKET}/attachments/<str:key>", customer.AttachmentFile.as_view(), name="attachment"),
    *thread_patterns,
]
