from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        # Imported for its effect: the handlers of our outbox topics.
        from tickets import (  # noqa: F401
            calendar_corrections,
            escalation_notices,
            event_notices,
            event_places,
            public_events,
            reactions,
            thread_notices,
        )
        from tickets.mail import reactions as letters  # noqa: F401
        from tickets.search import reactions as search_reactions  # noqa: F401
