"""Pages of the technical service manager: all organizations with what to do this week, and one with its log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import organization_named
from accounts.models import Organization
from accounts.page_doors import StaffPage, errors_of, with_errors
from common import clock
from common.problems import FieldErrors, Problem
from common.rows import is_id
from portal.my_organizations import board, whose, words
from portal.my_organizations.board import Card
from supportplans import access, tam_notes
from supportplans.models import TamNote

MOST_LINES, MOST_NOTES = 40, 50


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TamNote.Kind.choices)
    body = forms.CharField(
        label=gettext_lazy("What do they need or plan?"),
        max_length=tam_notes.LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": True}),
    )
    follow_up_on = forms.DateField(
        label=gettext_lazy("Follow up on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Then it stands in the list of the week."),
    )


class CorrectionForm(forms.Form):
    kind = NoteForm.base_fields["kind"]
    body = NoteForm.base_fields["body"]


class FollowUpForm(forms.Form):
    follow_up_on = NoteForm.base_fields["follow_up_on"]


class DeskPage(StaffPage):
    area = "internal_notes"

    def context(self) -> dict[str, Any]:
        return super().context() | {"can_write": self.can_write}

    def shown(self, template: str, cards: list[Card], context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """The page hears of its own organizations alone: the desk's channel speaks of every ticket there is."""
        channels = [f"org:{card.organization.pk}" for card in cards]
        return self.render(template, context | {"live_channels": channels}, status=status)


class MyOrganizationsPage(DeskPage):
    """`/desk/my-organizations?manager=tam@support.example&page=2`; one's own, for leads everybody's."""

    def get(self, request: HttpRequest) -> HttpResponse:
        manager = request.GET.get("manager", "").replace("\x00", "")[:254]
        try:
            rows = whose.assignments_for(self.person, manager)
        except FieldErrors:
            manager, rows = "", whose.assignments_for(self.person)
        number = _page_number(request.GET.get("page", ""))
        first = (number - 1) * board.PAGE
        found = list(rows[first : first + board.PAGE + 1])
        shown = found[: board.PAGE]
        cards = board.cards([task.organization for task in shown], shown, clock.now())
        lines = words.lines(cards)
        context = {
            "cards": cards,
            "lines": lines[:MOST_LINES],
            "more_lines": max(0, len(lines) - MOST_LINES),
            "sees_all": whose.sees_all(self.person),
            "manager": manager,
            "managers": access.possible_deputies() if whose.sees_all(self.person) else [],
            "number": number,
            "earlier": number - 1,
            "later": number + 1 if len(found) > board.PAGE else None,
        }
        return self.shown("portal/my_organizations.html", cards, context)


class LogPage(DeskPage):
    """One organization: its card, what to do, and the log of needs and plans."""

    def act(
        self, action: Callable[[], TamNote], *, done: str, again: Callable[[Problem], HttpResponseBase]
    ) -> HttpResponseBase:
        """Run it once per form and say `done` in the log."""

        def to(note: TamNote) -> str:
            messages.success(self.request, done)
            return f"{reverse('portal:my_organization', args=[note.organization.slug])}#note-{note.pk}"

        return self.submit(action, to=to, again=again)

    def page(
        self,
        organization: Organization,
        *,
        form: forms.Form | None = None,
        refused: dict[int, forms.Form] | None = None,
        problem: Problem | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """`refused`: a note's form to show again, by the note's id."""
        at, refused = clock.now(), refused or {}
        assignments = list(access.assignments().filter(organization=organization))
        (card,) = board.cards([organization], assignments, at)
        before = self.request.GET.get("before", "")
        rows = access.notes_of(organization)
        found = list((rows.filter(pk__lt=int(before)) if is_id(before) else rows)[: MOST_NOTES + 1])
        notes = found[:MOST_NOTES]
        context = {
            "card": card,
            "lines": words.lines([card]),
            "form": form or NoteForm(),
            "notes": [self._note(note, refused.get(note.pk)) for note in notes],
            "older": notes[-1].pk if len(found) > MOST_NOTES else None,
            "problem": problem if problem and not errors_of(problem) else None,
        }
        status = problem.status if problem else status
        return self.shown("portal/my_organization.html", [card], context, status=status)

    def _note(self, note: TamNote, refused: forms.Form | None) -> dict[str, Any]:
        """A note with the forms that this person may use on it."""
        is_own = note.by_id == self.person.pk
        correction = refused if isinstance(refused, CorrectionForm) else None
        moving = refused if isinstance(refused, FollowUpForm) else None
        known = {"kind": note.kind, "body": note.body}
        return {
            "note": note,
            "is_due": bool(note.follow_up_on and not note.followed_up_at),
            "correct": (correction or CorrectionForm(initial=known, auto_id=f"id_{note.pk}_%s")) if is_own else None,
            "correcting": correction is not None,
            "follow_up": moving
            or FollowUpForm(initial={"follow_up_on": note.follow_up_on}, auto_id=f"id_{note.pk}_%s"),
            "moving": moving is not None,
        }


class MyOrganizationPage(LogPage):
    """`/desk/my-organizations/<slug>`; POST adds a note."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page(organization_named(slug))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        organization, form = organization_named(slug), NoteForm(request.POST)
        if not form.is_valid():
            return self.page(organization, form=form, status=400)
        return self.act(
            lambda: tam_notes.write(organization=organization, at=clock.now(), by=self.person, **form.cleaned_data),
            done=_("The note is kept."),
            again=lambda problem: self.page(organization, form=with_errors(form, problem), problem=problem),
        )


class NotePage(LogPage):
    """What is done to one note; each is a POST of the organization's page."""

    def on_note(
        self, slug: str, number: str, form: forms.Form | None, action: Callable[[TamNote], TamNote], done: str
    ) -> HttpResponseBase:
        organization = organization_named(slug)
        note = access.note_of(organization, number)
        if form is not None and not form.is_valid():
            return self.page(organization, refused={note.pk: form}, status=400)

        def again(problem: Problem) -> HttpResponse:
            refused = {} if form is None else {note.pk: with_errors(form, problem)}
            return self.page(organization, refused=refused, problem=problem)

        return self.act(lambda: action(note), done=done, again=again)


class CorrectNote(NotePage):
    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        form = CorrectionForm(request.POST, auto_id=f"id_{number[:20]}_%s")
        return self.on_note(
            slug,
            number,
            form,
            lambda note: tam_notes.correct(note=note, at=clock.now(), by=self.person, **form.cleaned_data),
            _("The note is corrected; the audit trail keeps what it said."),
        )


class MoveFollowUp(NotePage):
    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        form = FollowUpForm(request.POST, auto_id=f"id_{number[:20]}_%s")
        return self.on_note(
            slug,
            number,
            form,
            lambda note: tam_notes.follow_up(
                note=note, on=form.cleaned_data["follow_up_on"], at=clock.now(), by=self.person
            ),
            _("The day is kept."),
        )


class FollowedUp(NotePage):
    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        return self.on_note(
            slug,
            number,
            None,
            lambda note: tam_notes.followed_up(note=note, at=clock.now(), by=self.person),
            _("Followed up."),
        )


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else 1
