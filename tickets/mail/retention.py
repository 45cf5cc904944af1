"""How long mail that came is kept: what nobody has to decide about any more goes after MAIL_KEPT_DAYS.

The words of a mail that became a message stay in its ticket. What waits for a person is never deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tickets.mail import parking
from tickets.models import ParkedMail, ReceivedMail

AT_ONCE = 500


def forget_old(*, at: datetime) -> int:
    """Delete the mails that came, and of parked ones were handled, longer ago; returns how many. 0 days: none."""
    if settings.MAIL_KEPT_DAYS == 0:
        return 0
    until = at - timedelta(days=settings.MAIL_KEPT_DAYS)
    gone = 0
    while some := _forget_some(until):
        gone += some
    return gone


@transaction.atomic
def _forget_some(until: datetime) -> int:
    """One batch. Files go before their rows: after a crash the next run finds the row and goes on."""
    handled = ParkedMail.objects.exclude(state=ParkedMail.State.WAITING).filter(handled_at__lt=until)
    parked = list(handled.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    for row in parked:
        parking.forget_file(row)
    ParkedMail.objects.filter(pk__in=[row.pk for row in parked]).delete()
    # Those that were parked came before they were handled.
    old = ReceivedMail.objects.filter(at__lt=until, parked=None).order_by("pk").values("pk")[:AT_ONCE]
    return ReceivedMail.objects.filter(pk__in=old).delete()[0]
