"""The desk's form for closing a ticket that support plans do not cover: opened in a dialog of the ticket's page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import get_language

from common import clock
from supportplans import versions
from tickets import out_of_scope
from tickets.models import Ticket
from tickets.views.desk_dialogs import TicketDialog


class CloseOutOfScope(TicketDialog):
    """Why, and what the customer reads."""

    area = "regrade"
    template: ClassVar[str] = "tickets/desk/_out_of_scope.html"

    def dialog(self, ticket: Ticket) -> dict[str, Any]:
        reasons = versions.current(clock.today()).out_of_scope_reasons
        language = get_language() or "en"
        posted = self.request.POST
        return {
            "reasons": [(one.code, one.name.in_language(language)) for one in reasons],
            "reason": posted.get("reason", ""),
            "typed": posted.get("body", ""),
        }

    def act(self, ticket: Ticket) -> Any:
        posted = self.request.POST
        return out_of_scope.close_out_of_scope(
            ticket=ticket,
            reason=posted.get("reason", ""),
            body=posted.get("body", ""),
            by=self.person,
            at=clock.now(),
        )
