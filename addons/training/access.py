"""How training is reached: sessions through the tiers they are for; places, needs, plans through their organization."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import LARGEST_ID
from accounts.models import Organization
from addons.models import TrainingNeeds, TrainingPlace, TrainingPlan, TrainingSession, Video
from common import tenancy
from common.problems import FieldErrors
from common.rows import by_id
from supportplans.catalogue import Tier
from supportplans.entitlements import entitlements

REGISTERED, WAITING = TrainingPlace.State.REGISTERED, TrainingPlace.State.WAITING
LIVE = (REGISTERED, WAITING)
MOST_COMMENTS = 30


def tier_code(tier: Tier) -> str:
    """A tier as sessions name it: "partner/premium"."""
    return f"{tier.family}/{tier.code}"


def sessions_for(organization: Organization, at: datetime) -> QuerySet[TrainingSession]:
    """What the organization sees: published for its tier of `at`, and whatever it has places in. Newest first."""
    own_tier = tier_code(entitlements(organization, at).tier)
    offered = Q(tiers__contains=[own_tier], cancelled_at=None)
    own = Q(pk__in=TrainingPlace.objects.filter(organization=organization, state__in=LIVE).values("session"))
    seen = TrainingSession.objects.filter(offered | own, published_at__isnull=False)
    return seen.select_related("trainer").order_by("-pk")


def session_for(organization: Organization, number: str, at: datetime) -> TrainingSession:
    """One of them by its id; raises NotFound."""
    return by_id(sessions_for(organization, at), number)


def all_sessions() -> QuerySet[TrainingSession]:
    """Every session, drafts included, newest first; for staff."""
    return TrainingSession.objects.select_related("trainer", "by").order_by("-pk")


def any_session(number: str) -> TrainingSession:
    """One of them by its id; raises NotFound."""
    return by_id(all_sessions(), number)


def sessions_named(ids: Collection[int]) -> list[TrainingSession]:
    """Published sessions by their ids, the earliest first; raises FieldErrors for one that is none."""
    wanted = {pk for pk in ids if 0 < pk <= LARGEST_ID}
    found = list(TrainingSession.objects.filter(pk__in=wanted, published_at__isnull=False).order_by("starts_at", "pk"))
    if len(found) < len(set(ids)):
        raise FieldErrors({"sessions": [_("Name sessions that are published.")]})
    return found


def sessions_between(starts_at: datetime, ends_at: datetime) -> QuerySet[TrainingSession]:
    """Sessions that begin in [starts_at, ends_at), cancelled ones included, the earliest first; for staff."""
    return all_sessions().filter(starts_at__gte=starts_at, starts_at__lt=ends_at).order_by("starts_at", "pk")


def sessions_to_remind_of(after: datetime, until: datetime) -> QuerySet[TrainingSession]:
    """Published sessions that begin in (after, until] and take place."""
    rows = TrainingSession.objects.filter(published_at__isnull=False, cancelled_at=None)
    return rows.filter(starts_at__gt=after, starts_at__lte=until).order_by("starts_at", "pk")


def held(session: TrainingSession) -> TrainingSession:
    """The session, locked, as it is now: its seats are given and taken under this lock."""
    return (
        TrainingSession.objects.select_for_update(no_key=True, of=("self",))
        .select_related("trainer")
        .get(pk=session.pk)
    )


def seats_taken(session_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """{session: (registered, waiting)} of every organization together: the one thing others may know of them."""
    with tenancy.everything():
        rows = (
            TrainingPlace.objects.filter(session_id__in=list(session_ids), state__in=LIVE)
            .values("session_id")
            .annotate(registered=Count("pk", filter=Q(state=REGISTERED)), waiting=Count("pk", filter=Q(state=WAITING)))
        )
        return {row["session_id"]: (row["registered"], row["waiting"]) for row in rows.order_by()}


def places_of(organization: Organization) -> QuerySet[TrainingPlace]:
    """The organization's places and waiting-list places that were not cancelled, newest first."""
    rows = TrainingPlace.objects.filter(organization=organization, state__in=LIVE)
    return rows.select_related("session", "session__trainer", "organization", "registered_by").order_by("-pk")


def place_of(organization: Organization, number: str, session: TrainingSession | None = None) -> TrainingPlace:
    """One of them by its id, of `session` where it is given; raises NotFound."""
    rows = places_of(organization)
    return by_id(rows.filter(session=session) if session else rows, number)


def places_in(session: TrainingSession) -> QuerySet[TrainingPlace]:
    """Everybody's places in a session, the first registered first; in the scope of staff."""
    rows = TrainingPlace.objects.filter(session=session, state__in=LIVE)
    return rows.select_related("session", "organization", "registered_by").order_by("pk")


def needs_of(organization: Organization, quarter: date) -> TrainingNeeds | None:
    """What the organization answered in the quarter's survey."""
    rows = TrainingNeeds.objects.filter(organization=organization, quarter=quarter)
    return rows.select_related("answered_by").first()


def all_needs(quarter: date) -> QuerySet[TrainingNeeds]:
    """Every answer of the quarter, by organization; in the scope of staff."""
    rows = TrainingNeeds.objects.filter(quarter=quarter).select_related("organization", "answered_by")
    return rows.order_by("organization__name", "pk")


def plan_of(organization: Organization, quarter: date) -> TrainingPlan | None:
    """The organization's plan of the quarter, published or not."""
    rows = TrainingPlan.objects.filter(organization=organization, quarter=quarter)
    return rows.select_related("by").prefetch_related("sessions").first()


def published_plans_of(organization: Organization) -> QuerySet[TrainingPlan]:
    """Its published plans, the latest quarter first."""
    rows = TrainingPlan.objects.filter(organization=organization, published_at__isnull=False)
    return rows.prefetch_related("sessions").order_by("-quarter")


def all_plans(quarter: date) -> QuerySet[TrainingPlan]:
    """The plans of the quarter, by organization; in the scope of staff."""
    return TrainingPlan.objects.filter(quarter=quarter).select_related("organization", "by").order_by("organization_id")


def videos() -> QuerySet[Video]:
    """The published lessons, courses first, each in its order."""
    return Video.objects.filter(published_at__isnull=False).order_by("-course", "position", "pk")


def all_videos() -> QuerySet[Video]:
    """Every lesson, drafts included; for staff."""
    return Video.objects.order_by("-course", "position", "pk")


def any_video(number: str) -> Video:
    """One of them by its id; raises NotFound."""
    return by_id(all_videos(), number)


def rated_sessions() -> QuerySet[TrainingSession]:
    """Sessions with at least one rating, the latest first, with `rating` (mean) and `ratings` (how many); for staff."""
    rows = TrainingSession.objects.annotate(rating=Avg("places__rating"), ratings=Count("places__rating"))
    return rows.filter(ratings__gt=0).order_by("-starts_at")


def latest_comments() -> QuerySet[TrainingPlace]:
    """The latest ratings with a word to them; in the scope of staff."""
    rows = TrainingPlace.objects.filter(rating__isnull=False).exclude(comment="")
    return rows.select_related("session", "organization").order_by("-rated_at")[:MOST_COMMENTS]
