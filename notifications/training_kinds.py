"""The notices about training: a part of the table in notifications/kinds.py. Some go to people without an account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

_OPEN = _("Open training")

TRAINING_KINDS: dict[str, Kind] = {
    # mail to who comes
    "training.registered": Kind(
        _(
            "%(by)s registered you for the training %(session)s on %(starts_at)s: %(where)s. The calendar file is "
            "attached."
        ),
        _("You are registered: %(session)s, %(starts_at)s"),
        _OPEN,
        "calendar-event",
    ),
    "training.waiting": Kind(
        _(
            "%(by)s put you on the waiting list of the training %(session)s on %(starts_at)s. We write to you as soon "
            "as a seat is free."
        ),
        _("You are on the waiting list: %(session)s, %(starts_at)s"),
        _OPEN,
        "clock",
    ),
    # mail to who comes, and to who registered them
    "training.moved_up": Kind(
        _("A seat is free: %(name)s moved up from the waiting list to %(session)s on %(starts_at)s: %(where)s."),
        _("A seat is free: %(session)s, %(starts_at)s"),
        _OPEN,
        "check",
    ),
    "training.changed": Kind(
        _("The training %(session)s was moved. It now begins on %(starts_at)s: %(where)s. Registered: %(name)s."),
        _("Training moved: %(session)s, %(starts_at)s"),
        _OPEN,
        "calendar-event",
    ),
    "training.cancelled": Kind(
        _("The training %(session)s on %(starts_at)s is cancelled: %(reason)s Registered: %(name)s."),
        _("Training cancelled: %(session)s, %(starts_at)s"),
        _OPEN,
        "alert-triangle",
    ),
    "training.reminder": Kind(
        _("The training %(session)s begins on %(starts_at)s: %(where)s. Registered: %(name)s."),
        _("Tomorrow: %(session)s, %(starts_at)s"),
        _OPEN,
        "clock",
    ),
    # to the organization's people
    "training.survey": Kind(
        _(
            "Which training does %(organization)s need in %(quarter)s? The survey takes a minute, and your training "
            "plan is made of it."
        ),
        _("Which training do you need in %(quarter)s?"),
        _OPEN,
        "message",
    ),
    "training.plan": Kind(
        _("The training plan of %(organization)s for %(quarter)s is published."),
        _("Your training plan for %(quarter)s"),
        _OPEN,
        "book",
    ),
    # to staff
    "training.none_planned": Kind(
        _("No online session of %(month)s is published yet for: %(tier)s. Their plans include one every month."),
        _("No online session is published for %(month)s"),
        _OPEN,
        "alert-triangle",
    ),
}
