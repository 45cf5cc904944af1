"""Pages of the support desk: `/desk/…`."""

from __future__ import annotations

from django.urls import URLPattern, path

from tickets.mail_urls import patterns as mail_patterns
from tickets.queue_urls import page_patterns as queue_patterns
from tickets.routing_urls import desk_patterns as routing_patterns
from tickets.thread_urls import desk_patterns as thread_patterns
from tickets.views import (
    beside_ticket,
    canned_replies,
    desk,
    desk_booking_tickets,
    desk_queue,
    macros,
    out_of_scope,
    presence,
    surroundings,
)

TICKET = "desk/tickets/<str:number>"

patterns: list[URLPattern] = [
    *queue_patterns,
    *mail_patterns,
    *routing_patterns,
    path("desk/", desk_queue.QueuePage.as_view(), name="queue"),
    path("desk/bookings/<str:number>/tickets", desk_booking_tickets.DeskBookingTickets.as_view(), name="desk_booking"),
    path("desk/live", desk_queue.QueueLive.as_view(), name="queue_live"),
    path("desk/organization-options", desk_queue.OrganizationOptions.as_view(), name="organization_options"),
    path("desk/preview", desk.Preview.as_view(), name="desk_preview"),
    path("desk/canned-replies", canned_replies.CannedRepliesPage.as_view(), name="canned_replies"),
    path("desk/canned-replies/new", canned_replies.NewCannedReply.as_view(), name="canned_reply_new"),
    path("desk/canned-replies/<int:number>", canned_replies.CannedReplyPage.as_view(), name="canned_reply"),
    path("desk/macros", macros.MacrosPage.as_view(), name="macros"),
    path("desk/macros/new", macros.NewMacro.as_view(), name="macro_new"),
    path("desk/macros/<int:number>", macros.MacroPage.as_view(), name="macro"),
    path(f"{TICKET}/linked", beside_ticket.LinkedTickets.as_view(), name="desk_linked"),
    path(f"{TICKET}/similar", beside_ticket.SimilarToTicket.as_view(), name="desk_similar"),
    path(
        f"{TICKET}/attachments/<str:key>/preview",
        beside_ticket.AttachmentPreview.as_view(),
        name="desk_attachment_preview",
    ),
    path(
        f"{TICKET}/attachments/<str:key>/frame", beside_ticket.AttachmentInFrame.as_view(), name="desk_attachment_frame"
    ),
    path(f"{TICKET}/presence", presence.Presence.as_view(), name="presence"),
    path(f"{TICKET}/macros", macros.MacroPicker.as_view(), name="macro_picker"),
    path(f"{TICKET}/macros/<int:macro>", macros.RunMacro.as_view(), name="run_macro"),
    path(f"{TICKET}/canned-replies", canned_replies.CannedReplyPicker.as_view(), name="canned_picker"),
    path(TICKET, desk.DeskTicketPage.as_view(), name="desk_ticket"),
    path(f"{TICKET}/parts", desk.DeskTicketParts.as_view(), name="desk_ticket_parts"),
    path(f"{TICKET}/earlier", desk.EarlierMessages.as_view(), name="earlier_messages"),
    path(f"{TICKET}/history", desk.History.as_view(), name="history"),
    path(f"{TICKET}/assignees", desk.Assignees.as_view(), name="assignees"),
    path(f"{TICKET}/attachments/<str:key>", desk.DeskAttachment.as_view(), name="desk_attachment"),
    path(f"{TICKET}/secrets", surroundings.DeskSecrets.as_view(), name="desk_secrets"),
    path(f"{TICKET}/secrets/<int:secret>/reveal", surroundings.Reveal.as_view(), name="desk_secret_reveal"),
    path(f"{TICKET}/secrets/<int:secret>/delete", surroundings.DeskSecretDeleted.as_view(), name="desk_secret_delete"),
    path(f"{TICKET}/claim", desk.Claim.as_view(), name="claim"),
    path(f"{TICKET}/release", desk.Release.as_view(), name="release"),
    path(f"{TICKET}/accept", desk.Accept.as_view(), name="accept"),
    path(f"{TICKET}/assign", desk.Assign.as_view(), name="assign"),
    path(f"{TICKET}/reply", desk.Reply.as_view(), name="reply"),
    path(f"{TICKET}/note", desk.Note.as_view(), name="note"),
    path(f"{TICKET}/close-out-of-scope", out_of_scope.CloseOutOfScope.as_view(), name="close_out_of_scope"),
    *thread_patterns,
]
