"""The words that tickets are told apart by."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    TECHNICAL = "technical", _("Technical")
    BUSINESS = "business", _("Business")


class Status(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket status", "Open")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for customer")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")


# The work that lies on the desk.
ACTIVE = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING_CUSTOMER)
FINISHED = (Status.RESOLVED, Status.CLOSED)


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    API = "api", _("API")
    EMAIL = "email", pgettext_lazy("channel of a ticket", "E-mail")
    PHONE = "phone", _("Phone")
    IM = "im", _("IM")


class Side(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Support")
    SYSTEM = "system", _("Portal")
