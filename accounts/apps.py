from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from django.contrib.auth.models import update_last_login
        from django.contrib.auth.signals import user_logged_in

        # Imported for their effect: handlers of outbox events and the API's schemes register themselves.
        from accounts import api_schema, reactions  # noqa: F401

        # It would write the machine's time; accounts/sign_in.py writes the portal's.
        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
