"""Columns that several billing tables share."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.money import CURRENCY


def amount(label: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """Money: exact, in fen."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


def currency() -> "models.CharField[Any, Any]":
    return models.CharField(_("currency"), max_length=3, default=CURRENCY)


def organization() -> "models.ForeignKey[Any, Any]":
    """The tenant; its index comes with the table's own composite ones."""
    return models.ForeignKey(
        "accounts.Organization", models.PROTECT, related_name="+", db_index=False, verbose_name=_("organization")
    )


def person(label: Any) -> "models.ForeignKey[Any, Any]":
    """Who did it; None is the portal itself."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )
