"""The jobs of training: reminders, the survey of the quarter, the warning of the 20th (spec page 5, section 5.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from accounts.access import people_with_role, staff_with_role
from accounts.models import Organization
from addons.models import TrainingSession
from addons.training import access, news
from addons.training.planning import ASKED, ONLINE_TRAINING
from addons.training.quarters import Quarter
from common import tenancy
from common.beijing import Month, date_of, midnight
from notifications.notices import notify
from supportplans import versions
from supportplans.standing import organizations_with

BATCH = 200
# Who sees to it that there is a session.
WARNED = ("lead", "tam")


def remind(*, at: datetime) -> dict[str, int]:
    """The daily job: who has a seat in a session of tomorrow hears of it, and who registered them; once per date."""
    tomorrow = date_of(at) + timedelta(days=1)
    starts, ends = midnight(tomorrow), midnight(tomorrow + timedelta(days=1))
    told = 0
    for session in access.sessions_to_remind_of(starts - timedelta(microseconds=1), ends - timedelta(microseconds=1)):
        key = f"{session.starts_at.isoformat()}"
        told += news.tell_of_session(session, "training.reminder", at=at, key=key, waiting=False)
    return {"reminded": told}


def tiers_without_session(month: Month, at: datetime) -> list[tuple[str, dict[str, str]]]:
    """Tiers that include an online session a month and have none published in `month`: (code, {"en", "zh"})."""
    offered: set[str] = set()
    rows = access.sessions_between(month.starts_at, month.ends_at)
    rows = rows.filter(mode=TrainingSession.Mode.ONLINE, published_at__isnull=False, cancelled_at=None)
    for tiers in rows.values_list("tiers", flat=True):
        offered.update(tiers)
    missing = []
    for family in versions.current(date_of(at)).families:
        for tier in family.tiers:
            included = tier.entitlement(ONLINE_TRAINING)
            if included and not included.coming_soon and access.tier_code(tier) not in offered:
                missing.append((access.tier_code(tier), {"en": tier.name.en, "zh": tier.name.zh}))
    return missing


def warn_of_next_month(*, at: datetime) -> dict[str, int]:
    """The job of the 20th: leads and technical service managers hear which plans have no session next month yet."""
    month = Month.of_instant(at).next()
    missing = tiers_without_session(month, at)
    if missing:
        names = [name for _code, name in missing]
        with tenancy.everything():
            notify(
                people=staff_with_role(*WARNED),
                kind="training.none_planned",
                params={
                    "month": str(month),
                    "tier": {
                        "en": ", ".join(name["en"] for name in names),
                        "zh": "、".join(name["zh"] for name in names),
                    },
                },
                url=f"{reverse('addons:desk_training')}?month={month}",
                key=f"training.none_planned:{month}",
            )
    return {"without_session": len(missing)}


def invite_to_survey(*, at: datetime) -> dict[str, int]:
    """The job of each month's first day: partners whose plan includes sessions are asked once a quarter.

    Who came to such a plan within the quarter is asked on the next first day; who has answered is not.
    """
    quarter = Quarter.of(date_of(at))
    asked, after = 0, 0
    while True:
        with tenancy.everything():
            rows = Organization.objects.filter(kind=Organization.Kind.PARTNER, disabled_at=None, pk__gt=after)
            batch = list(rows.order_by("pk")[:BATCH])
            entitled = organizations_with(ONLINE_TRAINING, [each.pk for each in batch], at)
            answered = set(access.all_needs(quarter.first_day).values_list("organization_id", flat=True))
            for organization in batch:
                if organization.pk in entitled - answered:
                    people = people_with_role(organization.pk, *ASKED)
                    news.tell_organization(
                        organization, people, "training.survey", key=str(quarter), quarter=str(quarter)
                    )
                    asked += 1
        if len(batch) < BATCH:
            return {"asked": asked}
        after = batch[-1].pk
