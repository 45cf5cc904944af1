"""Pages of the notification centre, and of the mail that the sandbox kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View

from accounts.page_doors import PersonPage
from common import tenancy
from common.keyset import page_of
from common.problems import NotFound
from notifications import access, choices, reading
from notifications.kinds import KINDS, text_of
from notifications.matter_words import SUBJECTS
from notifications.models import Notification

PLAIN_ICON = "bell"


class CentrePage(PersonPage):
    """`/notifications`: what the person was told, in all their organizations, newest first."""

    def enter(self) -> None:
        # The person's own rows, whatever organization they belong to: every getter here starts from the reader.
        tenancy.enter(tenancy.EVERYTHING)

    def get(self, request: HttpRequest) -> HttpResponse:
        only_unread, subject = request.GET.get("show") == "unread", request.GET.get("about", "")
        about = subject if subject in SUBJECTS else ""
        rows = access.notices_about(access.notices_of(self.person), about)
        page = page_of(rows.filter(read_at=None) if only_unread else rows, before=request.GET.get("before"), size=30)
        kept = {"show": "unread" if only_unread else "", "about": about}
        asked = urlencode({name: value for name, value in kept.items() if value})
        context = {
            "page": page,
            "older": f"{page.older}&{asked}" if page.older and asked else page.older,
            "notices": [shown(notice) for notice in page.rows],
            "only_unread": only_unread,
            "about": about,
            "subjects": self.subjects(),
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        return self.render("notifications/_centre.html" if is_fragment else "notifications/centre.html", context)

    def subjects(self) -> list[tuple[str, Any]]:
        """What the person's notices can be about, with its words."""
        own = {matter.subject for matter in choices.matters_for(self.person)}
        return [(code, words) for code, words in SUBJECTS.items() if code in own]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Mark all as read."""
        reading.mark_all_read(notices=access.notices_of(self.person), by=self.person)
        return self.go(reverse("notifications:list"))


class OpenNotice(CentrePage):
    """A notice's link: it is read by opening it."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, number: int = 0) -> HttpResponse:
        notice = access.notice(access.notices_of(self.person), number)
        reading.mark_read(notice=notice, by=self.person)
        return self.go(notice.url or reverse("notifications:list"))


class MarkNotice(CentrePage):
    """The small button of a notice: read becomes unread, and unread read."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: int = 0) -> HttpResponseBase:
        notice = access.notice(access.notices_of(self.person), number)
        mark = reading.mark_read if notice.read_at is None else reading.mark_unread
        mark(notice=notice, by=self.person)
        if request.headers.get("HX-Request"):
            return self.render("notifications/_notice.html", {"notice": shown(notice)})
        return self.go(reverse("notifications:list"))


class BellFragment(PersonPage):
    """The bell of the bar with its count, asked for again when something was told."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render("components/_bell.html")


def shown(notice: Notification) -> dict[str, object]:
    """A notice with its sentence and picture."""
    kind = KINDS.get(notice.kind)
    return {
        "row": notice,
        "text": text_of(notice.kind, notice.params),
        "icon": kind.icon if kind else PLAIN_ICON,
    }


class SandboxMailPage(View):
    """`/sandbox/mail`: what would have been sent, in demo and test."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(access.sent_mails(), before=request.GET.get("before"), size=50)
        return render(request, "notifications/sandbox_mails.html", {"page": page})


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class SandboxMail(View):
    """One mail, as text and as its reader would see it."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        mail = access.sent_mail(number)
        shown = {"mail": mail, "reply_to": mail.headers.get("Reply-To", "")}
        return render(request, "notifications/sandbox_mail.html", shown)


class SandboxMailHtml(View):
    """A mail's HTML alone, in a frame that may run, load and open nothing."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        mail = access.sent_mail(number)
        if not mail.html:
            raise NotFound
        response = HttpResponse(mail.html)
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
            "form-action 'none'; base-uri 'none'; sandbox allow-popups"
        )
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response
