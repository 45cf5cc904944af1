"""What addresses of training name: a session for acme with a place in it, a plan of the running quarter, a lesson."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organization, Person
from addons.training import access, places, planning, sessions, videos
from addons.training.quarters import Quarter
from common.beijing import date_of
from supportplans.entitlements import entitlements


def things(acme: Organization, owner: Person, trainer: Person, now: datetime) -> dict[str, Any]:
    """Path parts and what fills them; inside a scope that sees everything."""
    starts_at = now + timedelta(days=7)
    draft = sessions.Draft(
        topic="network",
        title_en="Networks",
        title_zh="网络",
        mode="online",
        meeting="998 877",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        seats=5,
        tiers=(access.tier_code(entitlements(acme, now).tier),),
    )
    session = sessions.write_session(draft=draft, at=now, by=trainer)
    sessions.publish(session=session, at=now, by=trainer)
    place = places.register(
        organization=acme, session=session, name="Ann Canary", email="ann@acme.example", at=now, by=owner
    )
    quarter = Quarter.of(date_of(now))
    planning.write_plan(
        organization=acme, quarter=quarter, body="Networks of canaries first.", sessions=[session], at=now, by=trainer
    )
    planning.publish_plan(organization=acme, quarter=quarter, at=now, by=trainer)
    lesson = videos.Draft(topic="network", title_en="Nets", title_zh="网", url="https://videos.example/1")
    video = videos.keep_video(draft=lesson, published=True, at=now, by=trainer)
    return {
        "trainings/{number}": f"trainings/{session.pk}",
        "training/{number}": f"training/{session.pk}",
        "training/sessions/{number}": f"training/sessions/{session.pk}",
        "training/videos/{number}": f"training/videos/{video.pk}",
        "training-videos/{number}": f"training-videos/{video.pk}",
        "{place}": place.pk,
        "{quarter}": str(quarter),
    }
