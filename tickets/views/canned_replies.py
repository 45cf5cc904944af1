"""Pages of canned replies, `/desk/canned-replies`, and the list of them that a ticket's composer opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.page_doors import errors_of
from common import clock
from common.problems import Problem
from supportplans import versions
from tickets import access
from tickets.desk import canned_replies
from tickets.desk.canned_replies import Wording
from tickets.desk.reply_variables import NAMES
from tickets.filing_fields import LONGEST_BODY
from tickets.models import CannedReply
from tickets.views.desk_queue import DeskPage

LONGEST_QUERY = 100
_TEXT = {"rows": 7, "data-autosize": True}


class CannedReplyForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=canned_replies.LONGEST_TITLE)
    body_en = forms.CharField(
        label=gettext_lazy("Text in English"),
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs=_TEXT | {"lang": "en"}),
    )
    body_zh = forms.CharField(
        label=gettext_lazy("Text in Chinese"),
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs=_TEXT | {"lang": "zh-Hans"}),
    )
    product = forms.ChoiceField(
        label=gettext_lazy("Product"),
        required=False,
        help_text=gettext_lazy("On tickets of this product it is offered first."),
    )
    shared = forms.BooleanField(label=gettext_lazy("For everybody at the desk"), required=False)

    def __init__(self, *args: Any, offers_sharing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        products = versions.current(clock.today()).products
        self.fields["product"].choices = [  # type: ignore[attr-defined]
            ("", _("Every product")),
            *((one.code, one.name.in_language(language)) for one in products),
        ]
        if not offers_sharing:
            del self.fields["shared"]


class CannedRepliesPage(DeskPage):
    """What is kept, by title; `?q=` looks in titles and texts."""

    access = {"POST": "R"}

    def get(self, request: HttpRequest) -> HttpResponse:
        q = request.GET.get("q", "").strip()[:LONGEST_QUERY]
        rows = list(canned_replies.seen_by(self.person, q))
        shown = {
            "q": q,
            "shared": [reply for reply in rows if reply.owner_id is None],
            "own": [reply for reply in rows if reply.owner_id is not None],
            "keeps_own": canned_replies.may_keep_own(self.person),
            "may_share": canned_replies.may_share(self.person),
        }
        return self.render("tickets/desk/canned_replies.html", shown)


class NewCannedReply(CannedRepliesPage):
    """Write a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form(initial={"shared": not canned_replies.may_keep_own(self.person)}))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        return self.submit(
            lambda: canned_replies.keep(wording=Wording(**form.cleaned_data), by=self.person),
            to=lambda kept: self.done(_("“%(title)s” is kept.") % {"title": kept.title}),
            again=lambda problem: self.refused(form, problem),
        )

    def form(self, *args: Any, **kwargs: Any) -> CannedReplyForm:
        """Who can only do one of both is not asked."""
        both = canned_replies.may_share(self.person) and canned_replies.may_keep_own(self.person)
        return CannedReplyForm(*args, offers_sharing=both, **kwargs)

    def done(self, sentence: str) -> str:
        messages.success(self.request, sentence)
        return reverse("tickets:canned_replies")

    def refused(self, form: CannedReplyForm, problem: Problem) -> HttpResponse:
        errors = errors_of(problem)
        for name, sentences in errors.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return self.page(form, problem=None if errors else problem, status=problem.status)

    def page(self, form: CannedReplyForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.render("tickets/desk/canned_reply.html", {"form": form, "variables": NAMES} | more, status=status)


class CannedReplyPage(NewCannedReply):
    """Write one anew, or delete it; read it where it is not one's to write."""

    def get(self, request: HttpRequest, number: int = 0) -> HttpResponse:
        reply = self.reply
        said = {name: getattr(reply, name) for name in ("title", "body_en", "body_zh", "product")}
        return self.page(self.form(initial=said))

    def post(self, request: HttpRequest, number: int = 0) -> HttpResponseBase:
        reply = self.reply
        if "delete" in request.POST:
            return self.submit(
                lambda: canned_replies.delete(reply=reply, by=self.person),
                to=lambda _nothing: self.done(_("“%(title)s” is deleted.") % {"title": reply.title}),
                again=lambda problem: self.refused(self.form(initial=vars(reply)), problem),
            )
        canned_replies.require_may_change(self.person, reply)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        return self.submit(
            lambda: canned_replies.change(reply=reply, wording=Wording(**form.cleaned_data), by=self.person),
            to=lambda changed: self.done(_("“%(title)s” is kept.") % {"title": changed.title}),
            again=lambda problem: self.refused(form, problem),
        )

    @property
    def reply(self) -> CannedReply:
        return canned_replies.one_seen_by(self.person, self.kwargs["number"])

    def form(self, *args: Any, **kwargs: Any) -> CannedReplyForm:
        return CannedReplyForm(*args, offers_sharing=False, **kwargs)

    def page(self, form: CannedReplyForm, *, status: int = 200, **more: Any) -> HttpResponse:
        reply = self.reply
        shown = {"reply": reply, "may_change": canned_replies.may_change(self.person, reply)}
        return super().page(form, status=status, **shown | more)


class CannedReplyPicker(DeskPage):
    """The replies that fit a ticket, as they read on it: asked for when the composer's list opens."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        ticket = access.any_ticket(number)
        q = request.GET.get("q", "").strip()[:LONGEST_QUERY]
        shown = {"ticket": ticket, "offered": canned_replies.offered(ticket=ticket, person=self.person, q=q), "q": q}
        return self.render("tickets/desk/_canned_list.html", shown)
