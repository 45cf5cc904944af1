"""What the codes of a report are called, in the active language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from addons.models import Booking
from addons.quota_listing import UNITS
from addons.ticket_quota import TECHNICAL_TICKETS
from common import labels, readings
from supportplans.catalogue import Catalogue
from tickets.models.kinds import Kind, Status

METRICS: dict[str, tuple[Promise, str]] = {
    "cpu": (gettext_lazy("CPU"), "%"),
    "memory": (gettext_lazy("Memory"), "%"),
    "disk": (gettext_lazy("Disk"), "%"),
    "disk_read": (gettext_lazy("Disk reads"), "MB/s"),
    "disk_write": (gettext_lazy("Disk writes"), "MB/s"),
    "inbound_bandwidth": (gettext_lazy("Inbound bandwidth"), "Mbit/s"),
    "outbound_bandwidth": (gettext_lazy("Outbound bandwidth"), "Mbit/s"),
    "concurrent_connections": (gettext_lazy("Concurrent connections"), ""),
    "new_connections": (gettext_lazy("New connections a second"), ""),
    "latency": (gettext_lazy("Network latency"), "ms"),
    "loss": (gettext_lazy("Packet loss"), "%"),
}
ATTACKS: dict[str, Promise] = {
    "sql_injection": gettext_lazy("SQL injection"),
    "xss": gettext_lazy("Cross-site scripting"),
    "command_injection": gettext_lazy("Command injection"),
    "path_traversal": gettext_lazy("Path traversal"),
    "web_shell": gettext_lazy("Web shells"),
    "crawler": gettext_lazy("Crawlers"),
    "cc": gettext_lazy("Request floods"),
    "other": pgettext_lazy("kind of attack", "Other"),
}
STATES: dict[str, Promise] = {
    "running": pgettext_lazy("state of an instance", "Running"),
    "active": pgettext_lazy("state of an instance", "Running"),
    "stopped": pgettext_lazy("state of an instance", "Stopped"),
    "shutoff": pgettext_lazy("state of an instance", "Stopped"),
    "available": pgettext_lazy("state of an instance", "Available"),
    "error": pgettext_lazy("state of an instance", "Error"),
}
TIMERS: dict[str, Promise] = {"first": gettext_lazy("First answers"), "next": gettext_lazy("Next answers")}


class Names:
    """Names by the catalogue of a day; a code that is not known is its own name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.language = get_language() or "en"

    def _listed(self, list_name: str, code: str) -> str:
        return self.catalogue.name_of(list_name, code).in_language(self.language)

    def product(self, code: str) -> str:
        """A product by its name."""
        if code in ("", "none"):
            return _("No product")
        return self._listed("products", code)

    def instance_type(self, code: str) -> str:
        """Most often a product; `other` where the feed says none."""
        return pgettext("of instances", "Other") if code == "other" else self.product(code)

    def severity(self, code: str) -> str:
        return self._listed("severities", code)

    def region(self, code: str) -> str:
        return self._listed("regions", code) if code and code != "none" else ""

    def service(self, code: str) -> str:
        """A quota or a service of the catalogue."""
        return _("Technical tickets") if code == TECHNICAL_TICKETS else self._listed("entitlements", code)

    def text(self, both: dict[str, str]) -> str:
        """A text that was kept in both languages."""
        return both["zh" if self.language.startswith("zh") else "en"]

    def metric(self, code: str) -> str:
        return str(METRICS[code][0])

    def measured(self, code: str, value: str | None) -> str:
        """A metric's value with its unit: "97.5 %"."""
        if value is None:
            return "–"
        unit = METRICS[code][1]
        return f"{number(value)} {unit}".strip()

    def state(self, code: str) -> str:
        return str(STATES.get(code.lower(), code))

    def kind(self, code: str) -> str:
        return str(Kind(code).label)

    def status(self, code: str) -> str:
        return str(Status(code).label)

    def booking_status(self, code: str) -> str:
        return str(Booking.Status(code).label)

    def unit(self, code: str) -> str:
        return str(UNITS.get(code, code))

    def timer(self, code: str) -> str:
        return str(TIMERS[code])

    def attack(self, code: str) -> str:
        return str(ATTACKS.get(code, code))

    def severity_level(self, code: str) -> int:
        """From 5, the most urgent, down."""
        return labels.look(labels.SEVERITIES, code).level


def number(value: str | int | Decimal) -> str:
    """ "12,345.5": with separators, without zeros at the end."""
    shown = f"{Decimal(value):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def signed(value: str | int) -> str:
    """A change: "+12", "−3", "±0"."""
    amount = Decimal(value)
    return f"{'+' if amount > 0 else '−' if amount < 0 else '±'}{number(abs(amount))}"


def percent(share: str | None) -> str:
    """0.9750 -> "97.5 %"."""
    return "–" if share is None else f"{number((Decimal(share) * 100).quantize(Decimal('0.1')))} %"


def signed_percent(share: str | None) -> str:
    """0.1250 -> "+12.5 %"."""
    return "–" if share is None else f"{signed(str((Decimal(share) * 100).quantize(Decimal('0.1'))))} %"


def minutes(value: str | None) -> str:
    """ "134.0" -> "2 h 14 min"."""
    return "–" if value is None else readings.span(int(Decimal(value) * 60))


def day(value: str | None) -> str:
    """The Beijing day of an instant of the API."""
    return "–" if value is None else readings.day(datetime.fromisoformat(value))
