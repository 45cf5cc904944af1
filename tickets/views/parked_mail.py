"""Mail that waits for a person, `/desk/mail`: what it says and why it waits, and what can be done with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.page_doors import errors_of
from common import clock
from common.keyset import page_of
from common.problems import Problem
from supportplans import versions
from tickets.filing_fields import LONGEST_BODY, LONGEST_SUBJECT, Draft
from tickets.mail import access, download, parking
from tickets.mail.words import words_for
from tickets.models import Kind, ParkedMail
from tickets.views.desk_queue import DeskPage

SHOWN_LETTERS = 20_000
TABS: dict[str, tuple[str | Promise, str | Promise]] = {
    "waiting": (
        gettext_lazy("Waiting"),
        gettext_lazy("Mail that cannot be told for certain to be an answer lands here."),
    ),
    "handled": (gettext_lazy("Handled"), gettext_lazy("What somebody decided about stands here.")),
    "ignored": (gettext_lazy("Ignored"), gettext_lazy("Bounces, automatic answers and loops stand here.")),
}
PAGE = 50


class AttachForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Ticket"), max_length=20)


class FileForm(forms.Form):
    organization = forms.CharField(label=gettext_lazy("Organization (short name)"), max_length=40)
    reporter = forms.EmailField(
        label=gettext_lazy("Whose ticket it is (e-mail)"),
        required=False,
        help_text=gettext_lazy("A person of the organization; empty for its owner."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"))
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 8, "data-autosize": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue, language = versions.current(clock.today()), get_language() or "en"
        self._offer("severity", catalogue.severities, language, empty=False)
        self._offer("region", catalogue.regions, language)
        self._offer("product", catalogue.products, language)

    def _offer(self, name: str, things: Any, language: str, *, empty: bool = True) -> None:
        offered = [(one.code, one.name.in_language(language)) for one in things]
        self.fields[name].choices = [("", "–"), *offered] if empty else offered  # type: ignore[attr-defined]

    def draft(self) -> Draft:
        """What was typed; a business ticket has no region."""
        typed = {name: self.cleaned_data[name] for name in ("kind", "severity", "region", "product", "subject", "body")}
        return Draft(**(typed if typed["kind"] == Kind.TECHNICAL else typed | {"region": ""}))


class MailPage(DeskPage):
    """The lists: what waits, what was handled, what was ignored."""

    def get(self, request: HttpRequest) -> HttpResponse:
        show = request.GET.get("show", "")
        show = show if show in TABS else "waiting"
        before = request.GET.get("before")
        context: dict[str, Any] = {
            "show": show,
            "tabs": [(code, name) for code, (name, _text) in TABS.items()],
            "empty_text": TABS[show][1],
        }
        if show == "ignored":
            page = page_of(access.unparked(), before=before, size=PAGE)
            context["lines"] = [{"mail": row, "why": words_for(row.reason)} for row in page.rows]
        else:
            parked_page = page_of(access.waiting() if show == "waiting" else access.handled(), before=before, size=PAGE)
            context["lines"] = [
                {"parked": row, "mail": row.mail, "why": words_for(row.mail.reason)} for row in parked_page.rows
            ]
            context["page"] = parked_page
            return self.render("tickets/desk/mails.html", context)
        return self.render("tickets/desk/mails.html", context | {"page": page})


class MailCount(DeskPage):
    """How many wait: for the navigation, asked for after the page is there."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render("tickets/desk/_mail_count.html", {"count": access.count_waiting()})


class ParkedMailPage(DeskPage):
    """One mail, and the forms for what can be done with it."""

    def get(self, request: HttpRequest, mail: int) -> HttpResponse:
        return self.page(access.parked(mail))

    def page(
        self,
        parked: ParkedMail,
        problem: Problem | None = None,
        *,
        attach: AttachForm | None = None,
        file: FileForm | None = None,
    ) -> HttpResponse:
        letter = parking.letter_of(parked)
        words = parking.words_of(letter)
        waits = parked.state == ParkedMail.State.WAITING
        context = {
            "parked": parked,
            "mail": parked.mail,
            "why": words_for(parked.mail.reason),
            "sender": parking.sender_of(parked),
            "text": letter.text[:SHOWN_LETTERS],
            "is_cut": len(letter.text) > SHOWN_LETTERS,
            "recipients": " ".join(" ".join(letter.headers.get("to", ())).split())[:500],
            "files": [{"name": file.name, "size": len(file.content)} for file in letter.files],
            "waits": waits,
            "problem": problem,
        }
        if waits and self.can_write:
            context["attach"] = attach or AttachForm(initial={"number": parked.mail.ticket_number})
            context["file"] = file or FileForm(initial=self._proposal(parked, words))
            context["is_filing"] = file is not None
        return self.render("tickets/desk/mail.html", context, status=problem.status if problem else 200)

    def _proposal(self, parked: ParkedMail, words: str) -> dict[str, str]:
        organization = access.organization_of_sender(parked.mail.sender)
        return {
            "organization": organization.slug if organization else "",
            "reporter": parked.mail.sender if organization else "",
            "kind": Kind.TECHNICAL,
            "severity": versions.current(clock.today()).severity_codes()[-1],
            "subject": parked.mail.subject[:LONGEST_SUBJECT],
            "body": words[:LONGEST_BODY],
        }


class MailAction(ParkedMailPage, ABC):
    """A POST about one mail."""

    http_method_names = ("post", "options")

    @abstractmethod
    def act(self, parked: ParkedMail) -> str:
        """Call the rule; the address to go on to."""

    def post(self, request: HttpRequest, mail: int) -> HttpResponseBase:
        parked = access.parked(mail)
        return self.submit(
            lambda: self.act(parked),
            to=lambda address: address,
            again=lambda problem: self.refused(access.parked(mail), problem),
        )

    def refused(self, parked: ParkedMail, problem: Problem) -> HttpResponse:
        return self.page(parked, problem)


class AttachMail(MailAction):
    """Add it to the ticket of its sender."""

    def act(self, parked: ParkedMail) -> str:
        number = self.request.POST.get("number", "").strip().upper()
        message = parking.attach(parked=parked, number=number, by=self.person, at=clock.now())
        messages.success(
            self.request, _("The mail is a message of %(number)s now.") % {"number": message.ticket.number}
        )
        return reverse("tickets:desk_ticket", args=[message.ticket.number])

    def refused(self, parked: ParkedMail, problem: Problem) -> HttpResponse:
        form = AttachForm(self.request.POST)
        for sentences in errors_of(problem).values():
            form.add_error("number", sentences)
        return self.page(parked, problem, attach=form)


class FileMail(MailAction):
    """File it as a new ticket."""

    def post(self, request: HttpRequest, mail: int) -> HttpResponseBase:
        self.typed = FileForm(request.POST)
        if not self.typed.is_valid():
            return self.page(access.parked(mail), file=self.typed)
        return super().post(request, mail)

    def act(self, parked: ParkedMail) -> str:
        given = self.typed.cleaned_data
        ticket = parking.file_as_ticket(
            parked=parked,
            organization=given["organization"],
            reporter=given["reporter"],
            draft=self.typed.draft(),
            by=self.person,
            at=clock.now(),
        )
        messages.success(self.request, _("Ticket %(number)s is filed.") % {"number": ticket.number})
        return reverse("tickets:desk_ticket", args=[ticket.number])

    def refused(self, parked: ParkedMail, problem: Problem) -> HttpResponse:
        for name, sentences in errors_of(problem).items():
            self.typed.add_error(name if name in self.typed.fields else None, sentences)
        return self.page(parked, problem, file=self.typed)


class DiscardMail(MailAction):
    """Put it aside."""

    def act(self, parked: ParkedMail) -> str:
        parking.discard(parked=parked, by=self.person, at=clock.now())
        messages.success(self.request, _("The mail is put aside. You can take it back from the handled ones."))
        return reverse("tickets:mails")


class TakeBackMail(MailAction):
    """Let a discarded one wait again."""

    def act(self, parked: ParkedMail) -> str:
        parking.take_back(parked=parked, by=self.person, at=clock.now())
        return reverse("tickets:mail", args=[parked.pk])


class MailSource(DeskPage):
    """The mail as it came, as a download."""

    def get(self, request: HttpRequest, mail: int) -> HttpResponse:
        return download.as_it_came(access.parked(mail))
