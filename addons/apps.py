from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AddonsConfig(AppConfig):
    name = "addons"
    verbose_name = _("Value-added services")

    def ready(self) -> None:
        from addons.training import reactions  # noqa: F401
