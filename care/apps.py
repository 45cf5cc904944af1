from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "care"
    verbose_name = _("Care")

    def ready(self) -> None:
        # Imported for its effect: the handlers of our outbox topics.
        from care.advisories import letters, publishing, updates  # noqa: F401
        from care.reports import reactions  # noqa: F401
