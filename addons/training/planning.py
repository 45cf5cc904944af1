"""What partners need per quarter, and the plans that staff make of it (spec page 5, section 5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import people_with_role
from accounts.models import Organization, Person
from accounts.roles import ORGANIZATION_ROLES, allows
from addons.models import Topic, TrainingNeeds, TrainingPlan, TrainingSession
from addons.refusals import NotEntitled
from addons.training import news, wording
from addons.training.quarters import Quarter
from addons.training.refusals import PlanMissing
from common import audit
from common.beijing import date_of
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.entitlements import entitlements

# Who has it is asked what they need, and is offered an online session a month.
ONLINE_TRAINING = "online_training"
MOST_PEOPLE = 1000
LONGEST_WISHES = 2000
LONGEST_PLAN = 20_000
# Who may register people is asked, and reads the plan.
ASKED = tuple(role for role in ORGANIZATION_ROLES if allows(role, "training", "W"))


@dataclass(frozen=True)
class Answer:
    """The short survey, filled in."""

    topics: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    people: int = 1
    wishes: str = ""


@dataclass(frozen=True)
class Wanted:
    """How many organizations want a topic in a quarter, and how many people that are."""

    topic: str
    label: str
    organizations: int
    people: int


def say_needs(*, organization: Organization, answer: Answer, at: datetime, by: Person) -> TrainingNeeds:
    """Answer the survey of the running quarter; a later answer replaces the earlier one.

    In the organization's tenant scope. Raises FieldErrors, OrganizationDisabled, NotEntitled.
    """
    _check_answer(answer)
    if organization.is_disabled:
        raise OrganizationDisabled
    if not entitlements(organization, at).allows(ONLINE_TRAINING):
        raise NotEntitled(action_url=reverse("supportplans:plans"), action_label=_("Compare plans"))
    values = {
        "topics": [topic for topic in Topic.values if topic in answer.topics],
        "modes": [mode for mode in TrainingSession.Mode.values if mode in answer.modes],
        "people": answer.people,
        "wishes": answer.wishes.strip(),
        "answered_by": by,
        "answered_at": at,
    }
    quarter = Quarter.of(date_of(at)).first_day
    needs, _created = TrainingNeeds.objects.update_or_create(
        organization=organization, quarter=quarter, defaults=values
    )
    return needs


def summed_up(answers: Sequence[TrainingNeeds]) -> list[Wanted]:
    """Every topic that somebody wants, the most wanted first: by people, then by organizations."""
    found = []
    for topic, label in Topic.choices:
        wanting = [needs for needs in answers if topic in needs.topics]
        if wanting:
            found.append(Wanted(topic, str(label), len(wanting), sum(needs.people for needs in wanting)))
    return sorted(found, key=lambda wanted: (-wanted.people, -wanted.organizations, wanted.label))


def labels_of() -> dict[str, str]:
    """Topics and modes by their codes, in the reader's language."""
    return {code: str(label) for code, label in (*Topic.choices, *TrainingSession.Mode.choices)}


def write_plan(
    *,
    organization: Organization,
    quarter: Quarter,
    body: str,
    sessions: Sequence[TrainingSession],
    at: datetime,
    by: Person,
) -> TrainingPlan:
    """Keep the organization's plan of a quarter; one that is published stays so and is seen as it is now.

    In the scope of staff. Raises FieldErrors.
    """
    body = body.replace("\r\n", "\n").strip()
    if not 0 < len(body) <= LONGEST_PLAN:
        sentence = _("Write the plan, in at most %(longest)s characters.")
        raise FieldErrors({"body": [sentence % {"longest": LONGEST_PLAN}]})
    plan, _created = TrainingPlan.objects.update_or_create(
        organization=organization, quarter=quarter.first_day, defaults={"body": body, "by": by}
    )
    plan.sessions.set(sessions)
    _record("written", plan, quarter, by)
    return plan


def publish_plan(*, organization: Organization, quarter: Quarter, at: datetime, by: Person) -> TrainingPlan:
    """Show the plan to its organization, whose people are told once. Raises PlanMissing."""
    rows = TrainingPlan.objects.select_for_update(no_key=True)
    plan = rows.filter(organization=organization, quarter=quarter.first_day).first()
    if plan is None:
        raise PlanMissing
    if plan.published_at is None:
        plan.published_at = at
        plan.save(update_fields=["published_at"])
        _record("published", plan, quarter, by)
        people = people_with_role(organization.pk, *ASKED)
        news.tell_organization(organization, people, "training.plan", key=str(quarter), quarter=str(quarter))
    return plan


def plan_out_of(needs: TrainingNeeds | None, sessions: Sequence[TrainingSession]) -> str:
    """A first text of the plan in the writer's language: what was asked for, and the sessions that fit."""
    if needs is None:
        return ""
    labels = dict(Topic.choices)
    lines = [_("What you asked for:")]
    lines += [f"- {labels[topic]}" for topic in needs.topics if topic in labels]
    if needs.wishes:
        lines += ["", needs.wishes]
    fitting = [session for session in sessions if session.topic in needs.topics]
    if fitting:
        lines += ["", _("What we planned for you:")]
        for session in fitting:
            lines.append(f"- {date_of(session.starts_at)}: {wording.in_reader_language(session, 'title')}")
    return "\n".join(str(line) for line in lines)


def _check_answer(answer: Answer) -> None:
    errors: dict[str, list[str]] = {}
    if not answer.topics:
        errors["topics"] = [_("Choose at least one topic.")]
    elif not set(answer.topics) <= set(Topic.values):
        errors["topics"] = [_("Choose among these topics.")]
    if not set(answer.modes) <= set(TrainingSession.Mode.values):
        errors["modes"] = [_("Choose among these modes.")]
    if not 1 <= answer.people <= MOST_PEOPLE:
        errors["people"] = [_("Say how many people: 1 to %(most)s.") % {"most": MOST_PEOPLE}]
    if len(answer.wishes) > LONGEST_WISHES:
        errors["wishes"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_WISHES}]
    if errors:
        raise FieldErrors(errors)


def _record(change: str, plan: TrainingPlan, quarter: Quarter, by: Person) -> None:
    audit.record(
        by=by, organization_id=plan.organization_id, action=f"training_plan.{change}", object=f"training plan {quarter}"
    )
