"""API paths of tickets: an organization's own, and the desk's."""

from django.urls import path

from tickets import api, canned_reply_api, desk_api, macro_api, out_of_scope_api, routing_urls, thread_urls
from tickets import surroundings_api as near
from tickets.compliance.urls import api_patterns as compliance_patterns
from tickets.exports.urls import api_patterns as export_patterns
from tickets.mail_urls import api_patterns as mail_patterns
from tickets.queue_urls import api_patterns as queue_patterns
from tickets.satisfaction_urls import api_patterns as satisfaction_patterns
from tickets.search_urls import api_patterns as search_patterns

_OWN = "orgs/<slug:slug>/tickets"
_DESK = "desk/tickets/<str:number>"

urlpatterns = [
    *queue_patterns,
    *mail_patterns,
    *search_patterns,
    *compliance_patterns,
    *satisfaction_patterns,
    *export_patterns,
    path(_OWN, api.TicketsView.as_view(), name="api-tickets"),
    path(f"{_OWN}/<str:number>", api.TicketView.as_view(), name="api-ticket"),
    path(f"{_OWN}/<str:number>/messages", api.TicketMessagesView.as_view(), name="api-ticket-messages"),
    path(f"{_OWN}/<str:number>/withdraw", api.TicketWithdrawView.as_view(), name="api-ticket-withdraw"),
    path(f"{_OWN}/<str:number>/close", api.TicketCloseView.as_view(), name="api-ticket-close"),
    path(f"{_OWN}/<str:number>/reopen", api.TicketReopenView.as_view(), name="api-ticket-reopen"),
    path(
        f"{_OWN}/<str:number>/attachments/<str:key>", api.TicketAttachmentView.as_view(), name="api-ticket-attachment"
    ),
    path(f"{_OWN}/<str:number>/secrets", near.TicketSecretsView.as_view(), name="api-ticket-secrets"),
    path(f"{_OWN}/<str:number>/secrets/<int:secret>", near.TicketSecretView.as_view(), name="api-ticket-secret"),
    path(f"{_OWN}/<str:number>/watchers", near.TicketWatchersView.as_view(), name="api-ticket-watchers"),
    path(f"{_OWN}/<str:number>/watchers/<str:email>", near.TicketWatcherView.as_view(), name="api-ticket-watcher"),
    path(f"{_DESK}/secrets/<int:secret>", near.DeskSecretView.as_view(), name="api-desk-ticket-secret"),
    path(f"{_DESK}/secrets/<int:secret>/reveal", near.RevealSecretView.as_view(), name="api-desk-ticket-secret-reveal"),
    path("desk/queue", desk_api.QueueView.as_view(), name="api-desk-queue"),
    path(_DESK, desk_api.DeskTicketView.as_view(), name="api-desk-ticket"),
    path(f"{_DESK}/claim", desk_api.ClaimView.as_view(), name="api-desk-ticket-claim"),
    path(f"{_DESK}/release", desk_api.ReleaseView.as_view(), name="api-desk-ticket-release"),
    path(f"{_DESK}/assign", desk_api.AssignView.as_view(), name="api-desk-ticket-assign"),
    path(f"{_DESK}/accept", desk_api.AcceptView.as_view(), name="api-desk-ticket-accept"),
    path(f"{_DESK}/reply", desk_api.ReplyView.as_view(), name="api-desk-ticket-reply"),
    path(f"{_DESK}/note", desk_api.NoteView.as_view(), name="api-desk-ticket-note"),
    path(f"{_DESK}/wait", desk_api.WaitView.as_view(), name="api-desk-ticket-wait"),
    path(f"{_DESK}/resolve", desk_api.ResolveView.as_view(), name="api-desk-ticket-resolve"),
    path("desk/canned-replies", canned_reply_api.CannedRepliesView.as_view(), name="api-desk-canned-replies"),
    path("desk/canned-replies/<int:number>", canned_reply_api.CannedReplyView.as_view(), name="api-desk-canned-reply"),
    path(
        f"{_DESK}/canned-replies",
        canned_reply_api.TicketCannedRepliesView.as_view(),
        name="api-desk-ticket-canned-replies",
    ),
    path(
        f"{_DESK}/close-out-of-scope",
        out_of_scope_api.CloseOutOfScopeView.as_view(),
        name="api-desk-ticket-close-out-of-scope",
    ),
    path(f"{_DESK}/attachments/<str:key>", desk_api.DeskAttachmentView.as_view(), name="api-desk-ticket-attachment"),
    path("desk/macros", macro_api.MacrosView.as_view(), name="api-desk-macros"),
    path("desk/macros/<int:number>", macro_api.MacroView.as_view(), name="api-desk-macro"),
    path(f"{_DESK}/run-macro", macro_api.RunMacroView.as_view(), name="api-desk-ticket-run-macro"),
    *thread_urls.api_patterns,
    *routing_urls.api_patterns,
]
