"""The button by which a customer urges for an answer."""

from __future__ import annotations

from typing import ClassVar

from tickets import urging
from tickets.views.customer import Action, TicketAction


class Urge(TicketAction):
    """A refusal shows the page as it is now, with the reason on top."""

    action = "urge"
    ACTIONS: ClassVar[dict[str, Action]] = {"urge": urging.urge}
