"""Compile locale/*/LC_MESSAGES/*.po with polib: Django's own command needs the gettext programs installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the message catalogues that changed since they were last compiled."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                compiled = source.with_suffix(".mo")
                if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                    continue
                catalogue = polib.pofile(str(source))
                catalogue.save_as_mofile(str(compiled))
                self.stdout.write(f"{source.parent.parent.name}: {len(catalogue.translated_entries())} texts compiled")
