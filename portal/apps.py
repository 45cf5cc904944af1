from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        # Imported for its effect: shared tasks bind to this Celery application in every process.
        from portal import bell, celery  # noqa: F401

        bell.hang()
