"""Pages of training for organizations, and the video library for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.page_doors import OrganizationPage, errors_of, with_errors
from addons import service_quotas
from addons.training import access, places, planning, videos, wording
from addons.training.api import calendar_answer
from addons.training.cards import cards_of
from addons.training.forms import NeedsForm, PlaceForm, RatingForm
from addons.training.quarters import Quarter
from common import clock, rate_limits
from common.beijing import date_of
from common.problems import Problem
from common.safe_markdown import rendered
from supportplans.entitlements import entitlements

MOST_SHOWN = 60
ONSITE = "onsite_training"


class TrainingPage(OrganizationPage):
    """`/o/<slug>/training`: sessions to come, own places, what to rate, the survey, the plan."""

    area = "training"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.page()

    def page(self, *, problem: Problem | None = None, status: int = 200, **refused: forms.Form) -> HttpResponse:
        """`refused`: forms to show again, by `place_<session>`, `rate_<place>` or `needs`."""
        at = clock.now()
        held = entitlements(self.organization, at)
        rows = access.sessions_for(self.organization, at).filter(starts_at__gt=at, cancelled_at=None)
        cards = cards_of(self.organization, access.tier_code(held.tier), rows.order_by("starts_at")[:MOST_SHOWN], at)
        own = list(access.places_of(self.organization).order_by("session__starts_at", "pk")[: 4 * MOST_SHOWN])
        quarter = Quarter.of(date_of(at))
        plan = access.published_plans_of(self.organization).first()
        context = {
            "problem": problem if problem is not None and not errors_of(problem) else None,
            "cards": [(card, refused.get(f"place_{card.session.pk}") or self._place_form(card.own)) for card in cards],
            "coming": [self._named(place) for place in own if place.session.ends_at > at],
            "to_rate": [(*self._named(p), self._rating_form(p, refused)) for p in own if places.can_be_rated(p, at)],
            "surveyed": held.allows(planning.ONLINE_TRAINING),
            "onsite": service_quotas.balance(self.organization, ONSITE, at, held) if held.allows(ONSITE) else None,
            "needs_form": refused.get("needs") or self._needs_form(quarter),
            "needs": access.needs_of(self.organization, quarter.first_day),
            "quarter": wording.quarter(quarter),
            "plan": plan,
            "plan_html": rendered(plan.body) if plan else "",
            "plan_quarter": wording.quarter(Quarter.of(plan.quarter)) if plan else "",
            "plan_sessions": [(s, wording.in_reader_language(s, "title")) for s in plan.sessions.all()] if plan else [],
            "may_register": self.reach.may(self.area, "W") and not self.organization.is_disabled,
        }
        return self.render("addons/training/training.html", context, status=status)

    def act(self, name: str, form: Any, action: Callable[[], Any], done: Callable[[Any], str]) -> HttpResponseBase:
        """Run `action` once where `form` is valid; else, and when it is refused, the page with what was typed."""
        if form is not None and not form.is_valid():
            return self.page(status=400, **{name: form})

        def again(problem: Problem) -> HttpResponse:
            refused = {} if form is None else {name: with_errors(form, problem)}
            return self.page(problem=problem, status=problem.status, **refused)

        def to(result: Any) -> str:
            messages.success(self.request, done(result))
            return reverse("addons:training", args=[self.organization.slug])

        return self.submit(action, to=to, again=again)

    def _named(self, place: Any) -> tuple[Any, str]:
        return place, wording.in_reader_language(place.session, "title")

    def _place_form(self, own: list[Any]) -> PlaceForm:
        is_first = not any(place.email == self.person.email for place in own) and not self.reach.is_staff
        known = {"name": self.person.display_name(), "email": self.person.email} if is_first else {}
        return PlaceForm(initial=known, auto_id=False)

    def _rating_form(self, place: Any, refused: dict[str, forms.Form]) -> forms.Form:
        known = {"rating": place.rating or 5, "comment": place.comment}
        return refused.get(f"rate_{place.pk}") or RatingForm(initial=known, auto_id=f"id_{place.pk}_%s")

    def _needs_form(self, quarter: Quarter) -> NeedsForm:
        needs = access.needs_of(self.organization, quarter.first_day)
        names = ("topics", "modes", "people", "wishes")
        return NeedsForm(initial={name: getattr(needs, name) for name in names} if needs else {})


class RegisterPage(TrainingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
        at = clock.now()
        session = access.session_for(self.organization, number, at)
        form = PlaceForm(request.POST, auto_id=False)

        def done(place: Any) -> str:
            if place.state == access.WAITING:
                return _("%(name)s is on the waiting list and is written to when a seat is free.") % {
                    "name": place.name
                }
            return _("%(name)s is registered and gets a mail with the calendar file.") % {"name": place.name}

        return self.act(
            f"place_{session.pk}",
            form,
            lambda: places.register(
                organization=self.organization, session=session, at=at, by=self.person, **form.cleaned_data
            ),
            done,
        )


class CancelPlacePage(TrainingPage):
    """Asks nothing: a place can be had again while there are seats."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, place: str) -> HttpResponseBase:
        found = access.place_of(self.organization, place)
        return self.act(
            "",
            None,
            lambda: places.cancel_place(place=found, at=clock.now(), by=self.person),
            lambda given: _("The place of %(name)s is given back.") % {"name": given.name},
        )


class RatePage(TrainingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, place: str) -> HttpResponseBase:
        found = access.place_of(self.organization, place)
        form = RatingForm(request.POST, auto_id=f"id_{found.pk}_%s")
        return self.act(
            f"rate_{found.pk}",
            form,
            lambda: places.rate(place=found, at=clock.now(), by=self.person, **form.cleaned_data),
            lambda _rated: _("Thank you. You can change the rating for 30 days after the session."),
        )


class NeedsPage(TrainingPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        form = NeedsForm(request.POST)
        return self.act(
            "needs",
            form,
            lambda: planning.say_needs(
                organization=self.organization, answer=form.answer(), at=clock.now(), by=self.person
            ),
            lambda _needs: _("Thank you. We make your training plan of it, and tell you when it is published."),
        )


class CalendarFilePage(OrganizationPage):
    area = "training"

    def get(self, request: HttpRequest, slug: str, number: str) -> HttpResponse:
        at = clock.now()
        session = access.session_for(self.organization, number, at)
        tier = access.tier_code(entitlements(self.organization, at).tier)
        (card,) = cards_of(self.organization, tier, [session], at)
        return calendar_answer(card)


class VideosPage(View):
    """`/training/videos`: open to everybody; strangers are counted by their address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        rate_limits.check(f"person:{person.pk}" if person else f"address:{request.META.get('REMOTE_ADDR', '')}")
        shelves = [
            (shelf, shelf.code.startswith("course-"), [_lesson(video) for video in shelf.lessons])
            for shelf in videos.shelves(access.videos())
        ]
        context = {"shelves": shelves, "certification_url": settings.CERTIFICATION_URL}
        return render(request, "addons/training/videos.html", context)


def _lesson(video: Any) -> tuple[Any, str, str]:
    return video, wording.in_reader_language(video, "title"), wording.in_reader_language(video, "about")
