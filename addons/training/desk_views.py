"""Staff's pages of training: sessions with their places, needs and plans per quarter, feedback, videos."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import organization_named
from accounts.page_doors import StaffPage, errors_of, with_errors
from addons.models import TrainingNeeds, TrainingSession
from addons.training import access, duties, places, planning, sessions, videos, wording
from addons.training.desk_api import named_quarter
from addons.training.forms import SessionForm, VideoForm
from addons.training.quarters import Quarter
from common import clock
from common.beijing import Month, date_of
from common.charts import Chart, Series
from common.problems import Problem
from common.readings import listed

MOST_SESSIONS = 200
MOST_RATED = 24


class DeskPage(StaffPage):
    area = "training"

    def context(self) -> dict[str, Any]:
        return super().context() | {"can_write": self.can_write}

    def act(
        self,
        action: Callable[[], Any],
        *,
        done: str,
        url: Callable[[Any], str],
        again: Callable[[Problem], HttpResponseBase],
    ) -> HttpResponseBase:
        """Run it once per form, say `done` on the page it leads to."""

        def to(result: Any) -> str:
            messages.success(self.request, done)
            return url(result)

        return self.submit(action, to=to, again=again)


class SessionsPage(DeskPage):
    """`/desk/training?month=2026-12`: the month as a calendar and as a list, drafts, plans without a session."""

    def get(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        month = _month(request.GET.get("month", ""), Month.of_instant(at))
        rows = list(access.sessions_between(month.starts_at, month.ends_at)[:MOST_SESSIONS])
        taken = access.seats_taken([row.pk for row in rows])
        tiers = _tiers()
        lines = [
            (row, wording.in_reader_language(row, "title"), _audience(row, tiers), *taken.get(row.pk, (0, 0)))
            for row in rows
        ]
        by_day: dict[Any, list[Any]] = defaultdict(list)
        for row, title, *_seats in lines:
            by_day[date_of(row.starts_at)].append((row, title))
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        gaps = [
            (gap, listed(wording.pick(name) for _code, name in missing))
            for gap in (Month.of_instant(at), Month.of_instant(at).next())
            if (missing := duties.tiers_without_session(gap, at))
        ]
        context = {
            "month": month,
            "weeks": [[(day, day.month == month.month, by_day[day]) for day in week] for week in weeks],
            "weekdays": [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
            "today": date_of(at),
            "sessions": lines,
            "gaps": gaps,
        }
        return self.render("addons/training/desk_sessions.html", context)


class NewSessionPage(DeskPage):
    access = {"GET": "W"}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(SessionForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = SessionForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        return self.act(
            lambda: sessions.write_session(draft=form.draft(), at=clock.now(), by=self.person),
            done=_("The draft is kept. Publish it, and the plans it is for see it."),
            url=_session_url,
            again=lambda problem: self.page(with_errors(form, problem), problem=problem, status=problem.status),
        )

    def page(self, form: SessionForm, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
        context = {"form": form, "problem": problem if problem and not errors_of(problem) else None}
        return self.render("addons/training/desk_session.html", context, status=status)


class SessionPage(DeskPage):
    """A session to change, with its places, who was there, and what they say of it."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.page(access.any_session(number))

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        session, form = access.any_session(number), SessionForm(request.POST)
        if not form.is_valid():
            return self.page(session, form, status=400)
        return self.act(
            lambda: sessions.change_session(session=session, draft=form.draft(), at=clock.now(), by=self.person),
            done=_("The session is kept."),
            url=_session_url,
            again=lambda problem: self.page(
                access.any_session(number), with_errors(form, problem), problem=problem, status=problem.status
            ),
        )

    def page(
        self,
        session: TrainingSession,
        form: SessionForm | None = None,
        *,
        problem: Problem | None = None,
        status: int = 200,
    ) -> HttpResponse:
        at = clock.now()
        rows = list(access.places_in(session))
        context = {
            "session": session,
            "title": wording.in_reader_language(session, "title"),
            "audience": _audience(session, _tiers()),
            "form": form or SessionForm(initial=asdict(sessions.as_draft(session))),
            "problem": problem if problem and not errors_of(problem) else None,
            "reason_errors": errors_of(problem).get("because", []) if problem else [],
            "registered": [place for place in rows if place.state == access.REGISTERED],
            "waiting": [place for place in rows if place.state == access.WAITING],
            "rated": [place for place in rows if place.rating is not None],
            "is_coming": session.cancelled_at is None and at < session.starts_at,
            "has_begun": session.cancelled_at is None and at >= session.starts_at,
        }
        return self.render("addons/training/desk_session.html", context, status=status)


class PublishSession(SessionPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        session = access.any_session(number)
        return self.act(
            lambda: sessions.publish(session=session, at=clock.now(), by=self.person),
            done=_("The session is published."),
            url=_session_url,
            again=lambda problem: self.page(session, problem=problem, status=problem.status),
        )


class CancelSession(SessionPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        session, because = access.any_session(number), request.POST.get("because", "")
        return self.act(
            lambda: sessions.cancel(session=session, because=because, at=clock.now(), by=self.person),
            done=_("The session is cancelled; everyone with a place is told."),
            url=_session_url,
            again=lambda problem: self.page(session, problem=problem, status=problem.status),
        )


class Attendance(SessionPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        session = access.any_session(number)
        present = [int(text) for text in request.POST.getlist("present") if text.isascii() and text.isdigit()]
        return self.act(
            lambda: places.record_attendance(session=session, present=present, at=clock.now(), by=self.person),
            done=_("Who was there is noted."),
            url=lambda _count: _session_url(session),
            again=lambda problem: self.page(session, problem=problem, status=problem.status),
        )


class NeedsPage(DeskPage):
    """`/desk/training/needs?quarter=2026-Q4`: what partners need, summed up, and the plans made of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        quarter = _quarter(request.GET.get("quarter", ""), Quarter.of(date_of(clock.now())))
        answers = list(access.all_needs(quarter.first_day))
        plans = {plan.organization_id: plan for plan in access.all_plans(quarter.first_day)}
        wanted = planning.summed_up(answers)
        names = planning.labels_of()
        context = {
            "quarter": quarter,
            "quarter_name": wording.quarter(quarter),
            "earlier": quarter.previous(),
            "later": quarter.next(),
            "answers": [(needs, _named(needs, names), plans.pop(needs.organization_id, None)) for needs in answers],
            "plans_only": list(plans.values()),
            "chart": _chart_of(wanted) if wanted else None,
        }
        return self.render("addons/training/desk_needs.html", context)


class PlanPage(DeskPage):
    """An organization's plan of a quarter: its answer beside it, kept or published."""

    def get(self, request: HttpRequest, slug: str, quarter: str) -> HttpResponse:
        return self.page(slug, named_quarter(quarter))

    def post(self, request: HttpRequest, slug: str, quarter: str) -> HttpResponseBase:
        of, organization = named_quarter(quarter), organization_named(slug)
        chosen = [int(text) for text in request.POST.getlist("sessions") if text.isascii() and text.isdigit()]
        body, publish = request.POST.get("body", ""), "publish" in request.POST

        def keep() -> None:
            at = clock.now()
            rows = access.sessions_named(chosen)
            planning.write_plan(organization=organization, quarter=of, body=body, sessions=rows, at=at, by=self.person)
            if publish:
                planning.publish_plan(organization=organization, quarter=of, at=at, by=self.person)

        return self.act(
            keep,
            done=_("The plan is published.") if publish else _("The plan is kept."),
            url=lambda _nothing: reverse("addons:desk_training_plan", args=[slug, str(of)]),
            again=lambda problem: self.page(slug, of, body=body, chosen=chosen, problem=problem),
        )

    def page(
        self,
        slug: str,
        quarter: Quarter,
        *,
        body: str | None = None,
        chosen: list[int] | None = None,
        problem: Problem | None = None,
    ) -> HttpResponse:
        organization = organization_named(slug)
        needs = access.needs_of(organization, quarter.first_day)
        plan = access.plan_of(organization, quarter.first_day)
        starts_at, ends_at = Month.of(quarter.first_day).starts_at, Month.of(quarter.last_day).ends_at
        rows = access.sessions_between(starts_at, ends_at).filter(published_at__isnull=False, cancelled_at=None)
        on_offer = list(rows[:MOST_SESSIONS])
        in_plan = {session.pk for session in plan.sessions.all()} if plan else set()
        context = {
            "partner": organization,
            "quarter": quarter,
            "quarter_name": wording.quarter(quarter),
            "needs": needs,
            "needed": [planning.labels_of()[code] for code in (*needs.topics, *needs.modes)] if needs else [],
            "plan": plan,
            "body": body if body is not None else plan.body if plan else planning.plan_out_of(needs, on_offer),
            "on_offer": [
                (row, wording.in_reader_language(row, "title"), row.pk in (in_plan if chosen is None else chosen))
                for row in on_offer
            ],
            "problem": problem if problem and not errors_of(problem) else None,
            "errors": errors_of(problem) if problem else {},
        }
        return self.render("addons/training/desk_plan.html", context, status=problem.status if problem else 200)


class FeedbackPage(DeskPage):
    """What people made of the sessions: the mean rating of each, the latest on the right."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rated = list(access.rated_sessions()[:MOST_RATED])
        titles = {row.pk: wording.in_reader_language(row, "title") for row in rated}
        chart = None
        if rated:
            oldest_first = rated[::-1]
            means = [Decimal(str(row.rating)).quantize(Decimal("0.1")) for row in oldest_first]  # type: ignore[attr-defined]
            chart = Chart(
                title=_("Mean rating of each session, 1 to 5"),
                x=[f"{date_of(row.starts_at):%m-%d} {titles[row.pk]}"[:40] for row in oldest_first],
                series=[Series(_("Rating"), means)],
                kind="bar",
                x_title=_("Session"),
            )
        context = {
            "chart": chart,
            "rated": [(row, titles[row.pk]) for row in rated],
            "latest": access.latest_comments(),
        }
        return self.render("addons/training/desk_feedback.html", context)


class VideosPage(DeskPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        shelves = [
            (shelf, [(video, wording.in_reader_language(video, "title")) for video in shelf.lessons])
            for shelf in videos.shelves(access.all_videos())
        ]
        return self.render("addons/training/desk_videos.html", {"shelves": shelves})


class VideoPage(DeskPage):
    """A lesson, new or to change."""

    access = {"GET": "W"}

    def get(self, request: HttpRequest, number: str = "") -> HttpResponse:
        video = access.any_video(number) if number else None
        if video is None:
            return self.page(None, VideoForm(initial={"published": True}))
        known = asdict(videos.as_draft(video)) | {"published": video.published_at is not None}
        return self.page(video, VideoForm(initial=known))

    def post(self, request: HttpRequest, number: str = "") -> HttpResponseBase:
        video = access.any_video(number) if number else None
        form = VideoForm(request.POST)
        if not form.is_valid():
            return self.page(video, form, status=400)
        fields = dict(form.cleaned_data)
        published = fields.pop("published")
        return self.act(
            lambda: videos.keep_video(
                draft=videos.Draft(**fields), published=published, at=clock.now(), by=self.person, video=video
            ),
            done=_("The lesson is kept."),
            url=lambda _kept: reverse("addons:desk_training_videos"),
            again=lambda problem: self.page(video, with_errors(form, problem), status=problem.status),
        )

    def page(self, video: Any, form: VideoForm, *, status: int = 200) -> HttpResponse:
        title = wording.in_reader_language(video, "title") if video else ""
        context = {"video": video, "title": title, "form": form}
        return self.render("addons/training/desk_video.html", context, status=status)


def _session_url(session: TrainingSession) -> str:
    return reverse("addons:desk_training_session", args=[session.pk])


def _month(text: str, otherwise: Month) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        return otherwise


def _quarter(text: str, otherwise: Quarter) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError:
        return otherwise


def _chart_of(wanted: list[planning.Wanted]) -> Chart:
    return Chart(
        title=_("People who need each topic"),
        x=[each.label for each in wanted],
        series=[
            Series(_("People"), [each.people for each in wanted]),
            Series(_("Organizations"), [each.organizations for each in wanted]),
        ],
        kind="bar",
        x_title=_("Topic"),
    )


def _tiers() -> dict[str, str]:
    """Names of the tiers in the reader's language, by code."""
    return {code: wording.pick(name) for code, name in sessions.tiers_on_offer(clock.now())}


def _audience(session: TrainingSession, names: Mapping[str, str]) -> str:
    """The plans that may register, by their names; a tier that is sold no more by its code."""
    return listed(names.get(code, code) for code in session.tiers)


def _named(needs: TrainingNeeds, names: Mapping[str, str]) -> str:
    """Topics and modes of an answer, by their names."""
    return listed(names[code] for code in (*needs.topics, *needs.modes))
