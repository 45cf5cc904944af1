from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        # Imported for its effect: handlers of outbox events register themselves.
        from notifications import reactions  # noqa: F401
        from notifications.outbound import reactions as outbound_reactions  # noqa: F401
