"""How a person wants to be told: only what differs from the defaults of notifications/matters.py is stored.

These rows are the person's own, whatever organizations they belong to: no tenant wall stands around them.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

PHONE = RegexValidator(r"^\+[1-9][0-9]{6,14}$", _("Write it with the country: +86 138 0000 0000."))


class NoticeChoice(models.Model):
    """One switch of one person that was moved away from its default."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    matter = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)
    wanted = models.BooleanField()

    class Meta:
        verbose_name = _("notification setting")
        verbose_name_plural = _("notification settings")
        constraints = [models.UniqueConstraint(fields=["person", "matter", "channel"], name="one_choice_per_switch")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.matter} {self.channel}: {self.wanted}"


class NoticeSettings(models.Model):
    """The person's telephone number, and whether a digest is wanted every day."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="notice_settings", primary_key=True)
    phone = models.CharField(_("mobile phone"), max_length=16, blank=True, validators=[PHONE])
    daily_digest = models.BooleanField(_("daily digest"), default=False)

    class Meta:
        verbose_name = _("how a person is told")
        verbose_name_plural = _("how people are told")
        indexes = [models.Index(fields=["person"], name="digest_readers", condition=models.Q(daily_digest=True))]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Digest(models.Model):
    """One day's digest of one person: the notices after the last one, up to `up_to`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    day = models.DateField()
    after = models.BigIntegerField()
    up_to = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_digest_per_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"
