"""What the desk's ticket page asks for beside the conversation: linked and similar tickets, looks into attachments."""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator

from tickets import access, links
from tickets.attachment_preview import pdf_in_a_frame, preview_of
from tickets.desk.similar_tickets import similar_to
from tickets.views.desk_queue import DeskPage


class SimilarToTicket(DeskPage):
    """Tickets that speak of the same: asked for when the page is there."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        return self.render("tickets/desk/_similar.html", {"ticket": ticket, "similar": similar_to(ticket)})


class LinkedTickets(DeskPage):
    """Parents, children, duplicates and relatives."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        return self.render("tickets/desk/_linked.html", {"ticket": ticket, "linked": links.linked(ticket)})


class AttachmentPreview(DeskPage):
    """A look into a file of any message, in the page's dialog."""

    def get(self, request: HttpRequest, number: str, key: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        file = access.attachment_of(ticket, key, internal=True)
        shown = {"ticket": ticket, "file": file, "preview": preview_of(file)}
        if not request.headers.get("HX-Request"):
            shown["form_template"] = "tickets/desk/_attachment_preview.html"
            return self.render("tickets/desk/dialog_page.html", shown)
        return self.render("tickets/desk/_attachment_preview.html", shown)


# The browser's viewer of PDFs is an object of its own site in the frame; nothing else is let in.
@method_decorator(
    csp_replace({"default-src": [NONE], "object-src": [SELF], "frame-ancestors": [SELF], "base-uri": [NONE]}),
    name="dispatch",
)
class AttachmentInFrame(DeskPage):
    """A PDF for the frame of the dialog."""

    def get(self, request: HttpRequest, number: str, key: str) -> HttpResponseBase:
        return pdf_in_a_frame(access.attachment_of(access.any_ticket(number), key, internal=True))
