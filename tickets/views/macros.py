"""Pages of macros, `/desk/macros`; on a ticket the list of them, and the dialog that says what one will do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.page_doors import errors_of
from accounts.roles import allows, staff_role_key
from common import clock
from common.problems import Problem
from supportplans import versions
from tickets import access, desk_reading
from tickets.desk import canned_replies, macro_steps, macros
from tickets.models import Macro, Ticket
from tickets.views.desk_dialogs import TicketDialog
from tickets.views.desk_queue import DeskPage

FIRST_ROWS = 3


class MacrosPage(DeskPage):
    """What can be run, in its order."""

    area = "desk_settings"

    @property
    def may_write(self) -> bool:
        return allows(staff_role_key(self.person.staff_role()), "desk_settings", "W")

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [(macro, [macro_steps.words(step) for step in macro.steps]) for macro in macros.offered()]
        return self.render("tickets/desk/macros.html", {"rows": rows, "may_write": self.may_write})


class NewMacro(MacrosPage):
    """Make one. “One more step” comes back with an empty step; nothing is stored by it."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page({"name": "", "position": "0", "steps": [{"do": ""}] * FIRST_ROWS})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.store(None)

    def store(self, macro: Macro | None) -> HttpResponseBase:
        """Keep what is typed, or show it again with one step more."""
        typed = self.typed()
        if "add" in self.request.POST:
            return self.page(typed | {"steps": [*typed["steps"], {"do": ""}]}, macro=macro)
        steps = [step for step in typed["steps"] if step["do"]]
        position = typed["position"]
        return self.submit(
            lambda: macros.keep(
                name=typed["name"],
                steps=steps,
                position=int(position) if position.isascii() and position.isdigit() and len(position) < 9 else -1,
                macro=macro,
                by=self.person,
            ),
            to=lambda kept: self.done(_("“%(name)s” is kept.") % {"name": kept.name}),
            again=lambda problem: self.page(typed, macro=macro, problem=problem),
        )

    def typed(self) -> dict[str, Any]:
        """The form as it was sent: name, position, and each row of steps."""
        posted = self.request.POST
        rows = posted.getlist("do")[: macro_steps.MOST_STEPS]
        steps: list[dict[str, str]] = [{"do": do} for do in rows]
        for name in macro_steps.FIELDS:
            for step, value in zip(steps, posted.getlist(name), strict=False):
                step[name] = value
        return {"name": posted.get("name", ""), "position": posted.get("position", "0").strip() or "0", "steps": steps}

    def done(self, sentence: str) -> str:
        messages.success(self.request, sentence)
        return reverse("tickets:macros")

    def page(
        self, typed: dict[str, Any], *, macro: Macro | None = None, problem: Problem | None = None
    ) -> HttpResponse:
        """The form; choices for each field of a step."""
        language = get_language() or "en"
        severities = versions.current(clock.today()).severities
        shown = {
            "macro": macro,
            "typed": typed,
            "problem": problem if problem and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem else {},
            "kinds": [(code, kind.name) for code, kind in macro_steps.KINDS.items()],
            "replies": canned_replies.shared(),
            "severities": [(one.code, one.name.in_language(language)) for one in severities],
            "colleagues": desk_reading.colleagues(),
            "has_room": len(typed["steps"]) < macro_steps.MOST_STEPS,
        }
        return self.render("tickets/desk/macro.html", shown, status=problem.status if problem else 200)


class MacroPage(NewMacro):
    """Read one; leads and administrators write it anew or delete it."""

    access = {"GET": "R"}

    def get(self, request: HttpRequest, number: int = 0) -> HttpResponse:
        macro = macros.one(number)
        if not self.may_write:
            steps = [macro_steps.words(step) for step in macro.steps]
            return self.render("tickets/desk/macro_read.html", {"macro": macro, "steps": steps})
        return self.page({"name": macro.name, "position": str(macro.position), "steps": macro.steps}, macro=macro)

    def post(self, request: HttpRequest, number: int = 0) -> HttpResponseBase:
        macro = macros.one(number)
        if "delete" not in request.POST:
            return self.store(macro)
        return self.submit(
            lambda: macros.retire(macro=macro, by=self.person, at=clock.now()),
            to=lambda _nothing: self.done(_("“%(name)s” is deleted.") % {"name": macro.name}),
            again=lambda problem: self.page(self.typed(), macro=macro, problem=problem),
        )


class MacroPicker(DeskPage):
    """The macros to choose from on a ticket: asked for when the list opens."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        shown = {"ticket": access.any_ticket(number), "macros": macros.offered()}
        return self.render("tickets/desk/_macro_list.html", shown)


class RunMacro(TicketDialog):
    """What the macro will do, step by step, and doing it."""

    template: ClassVar[str] = "tickets/desk/_run_macro.html"

    def get(self, request: HttpRequest, number: str, macro: int = 0) -> HttpResponse:
        return super().get(request, number)

    def post(self, request: HttpRequest, number: str, macro: int = 0) -> HttpResponseBase:
        return super().post(request, number)

    @property
    def macro(self) -> Macro:
        return macros.one(self.kwargs["macro"])

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        macro = self.macro
        steps = [(macro_steps.words(step), macro_steps.text_of(step, ticket, self.person)) for step in macro.steps]
        return {"macro": macro, "steps": steps}

    def act(self, ticket: Ticket) -> Any:
        return macros.run(ticket=ticket, macro=self.macro, by=self.person, at=clock.now())
