"""Macros: several actions in one (spec page 4.5). All of them happen, or none and the refusal names the step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import LARGEST_ID
from accounts.models import Person
from common.problems import FieldErrors, NotFound, Problem, Refusal
from tickets import access
from tickets.desk import macro_steps
from tickets.models import Macro, Ticket

LONGEST_NAME = 100
MOST = 200


class MacroRefused(Refusal):
    """Nothing was done. Members `step` (from 1), `do` and `refusal`, the code of what that step was refused with."""

    code = "macro_refused"
    title = gettext_lazy("A step of the macro was refused")


def offered() -> QuerySet[Macro]:
    """The macros that can be run, in the order the leads gave them."""
    return Macro.objects.filter(retired_at=None).order_by("position", "name")


def one(number: int) -> Macro:
    """One of them; NotFound else."""
    found = offered().filter(pk=number).first() if 0 < number <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def named_in_a_body(number: int) -> Macro:
    """The macro that a request names in its field `macro`. Raises FieldErrors for one that is not there."""
    try:
        return one(number)
    except NotFound:
        raise FieldErrors({"macro": [_("There is no such macro.")]}) from None


def keep(*, name: str, steps: Sequence[Any], position: int = 0, macro: Macro | None = None, by: Person) -> Macro:
    """Make a macro, or write `macro` anew. A name that was retired comes back with the new steps.

    `by` is whoever the door let in (leads, administrators). Raises FieldErrors for name, steps, position.
    """
    name = " ".join(name.split())
    errors: dict[str, list[str]] = {}
    if not 0 < len(name) <= LONGEST_NAME:
        errors["name"] = [_("Use 1 to 100 characters.")]
    if not 0 <= position <= 9999:
        errors["position"] = [_("Use a number from 0 to 9999.")]
    try:
        steps = macro_steps.checked(steps)
    except FieldErrors as wrong:
        errors |= wrong.errors
    known = Macro.objects.select_for_update().filter(name=name).first() if not errors else None
    if known is not None and known.retired_at is None and (macro is None or known.pk != macro.pk):
        errors["name"] = [_("There is a macro with this name already.")]
    if errors:
        raise FieldErrors(errors)
    if macro is None and known is None and offered().count() >= MOST:
        raise FieldErrors({"name": [_("There are %(most)s macros already: delete one first.") % {"most": MOST}]})
    if macro is not None and known is not None and known.pk != macro.pk:
        known.delete()
    kept = macro or known or Macro()
    kept.name, kept.steps, kept.position, kept.retired_at = name, list(steps), position, None
    kept.save()
    return kept


def retire(*, macro: Macro, by: Person, at: datetime) -> None:
    """It is offered no longer; what was done with it stays."""
    macro.retired_at = at
    macro.save(update_fields=["retired_at"])


def run(*, ticket: Ticket, macro: Macro, by: Person, at: datetime) -> Ticket:
    """Do every step in its order, in one transaction. Raises MacroRefused, and then nothing was done."""
    with transaction.atomic():
        for number, step in enumerate(macro.steps, start=1):
            # Each step sees what the ones before it did.
            ticket = access.any_ticket(ticket.number)
            try:
                macro_steps.KINDS[step["do"]].act(ticket, step, by, at)
            except Problem as problem:
                raise _refused(number, step, problem) from problem
    return access.any_ticket(ticket.number)


def _refused(number: int, step: macro_steps.Step, problem: Problem) -> MacroRefused:
    if isinstance(problem, FieldErrors):
        why = " ".join(sentence for sentences in problem.errors.values() for sentence in sentences)
    else:
        why = str(problem.detail or problem.title)
    sentence = _("Nothing was done: step %(number)s (%(what)s) was refused. %(why)s")
    said = {"number": number, "what": macro_steps.words(step), "why": why}
    return MacroRefused(sentence % said, step=number, do=step["do"], refusal=problem.code)
