"""`manage.py load_demo [--empty]`: what `make demo` starts with; a second run keeps what is there."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from billing.actions.base import Wish
from common import clock
from common.beijing import Month
from portal.demo import (
    advisories,
    articles,
    bookings,
    cast,
    desk,
    plans,
    reports,
    stories,
    support_teams,
    training,
    usage,
)

# Before the first instant of a month that has just begun: what the demo tells of the last hours needs the plan.
A_FEW_HOURS = timedelta(hours=3)
# Days before now; 0 is the first instant of this month, so that a monthly term runs today, whatever the day.
BOUGHT: list[tuple[str, Wish, int]] = [
    ("zenith", Wish("subscribe", tier="enterprise", cycle="yearly"), 200),
    ("orbit", Wish("subscribe", tier="business", cycle="yearly"), 130),
    ("summit", Wish("subscribe", tier="premium", cycle="yearly"), 75),
    ("pine", Wish("subscribe", tier="standard", cycle="monthly"), 0),
]


class Command(BaseCommand):
    help = "Load the demo's organizations, people, plans and tickets; nothing is changed where they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="organizations and people alone")

    def handle(self, *args: Any, empty: bool, **options: Any) -> None:
        if cast.is_there():
            self.stdout.write("the demo's data are there: kept")
            return
        now = clock.now()
        players = cast.gather(now - timedelta(days=210))
        self.stdout.write(f"{len(players.organizations)} organizations, {len(players.people)} people")
        if empty:
            return
        for slug, wish, days in BOUGHT:
            plans.buy(
                organization=players.organizations[slug],
                by=players.owner(slug),
                wish=wish,
                at=now - timedelta(days=days) if days else min(Month.of_instant(now).starts_at, now - A_FEW_HOURS),
            )
        self.stdout.write(f"{len(BOUGHT)} subscriptions")
        self.stdout.write(f"{support_teams.set_up(players, now=now)} lines, groups and managers")
        self.stdout.write(f"{usage.load(players, now=now)} usage records")
        self.stdout.write(f"{articles.load(players, now=now)} articles")
        self.stdout.write(f"{training.load(players, now=now)} training sessions")
        self.stdout.write(f"{reports.ask_questions(players, now=now)} tickets of the months before")
        self.stdout.write(f"{stories.tell(players, now=now)} tickets")
        self.stdout.write(f"{bookings.load(players, now=now)} bookings")
        self.stdout.write(f"{advisories.load(players, now=now)} advisories")
        self.stdout.write(f"{desk.set_up(players, now=now)} shifts")
        self.stdout.write(f"{reports.load(players, now=now)} reports")
        stories.read_old_notices(players, now=now)
