from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportplansConfig(AppConfig):
    name = "supportplans"
    verbose_name = _("Support plans")

    def ready(self) -> None:
        from supportplans import reactions  # noqa: F401
