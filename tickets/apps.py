from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        # Imported for its effect: the handlers of our outbox topics.
        from tickets import escalation_notices, public_events, reactions  # noqa: F401
        from tickets.mail import reactions as letters  # noqa: F401
