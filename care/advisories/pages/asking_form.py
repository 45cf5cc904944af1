"""The form in which an organization asks about an advisory: what it proposes, and what was typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict

from accounts.access import Reach
from care.advisories import asking
from care.models import Advisory
from tickets.filing_fields import Draft
from tickets.filing_form import FilingForm, open_form
from tickets.models import Kind

_TYPED = ("kind", "severity", "product", "region", "body", "end_customer", "tried")


@dataclass(frozen=True)
class AskForm:
    """`offers`: what a new ticket may choose from; `draft`: what is proposed, or was typed."""

    offers: FilingForm
    draft: Draft

    @property
    def fields(self) -> dict[str, object]:
        """What is filed: the fields of the form alone. A business ticket has no region and nothing that was tried."""
        found: dict[str, object] = {name: getattr(self.draft, name) for name in _TYPED}
        if self.draft.kind != Kind.TECHNICAL:
            found |= {"region": ""}
        return found


def ask_form(reached: Reach, advisory: Advisory, *, at: datetime, posted: QueryDict | None = None) -> AskForm:
    """The form for the organization of `reached`, in its tenant's scope; `posted` as it was sent."""
    draft = asking.proposed(advisory, reached.organization, at=at)
    if posted is not None:
        typed: dict[str, Any] = {name: posted.get(name, "") for name in _TYPED}
        draft = replace(draft, **typed)
    return AskForm(open_form(reached, draft, at=at), draft)
