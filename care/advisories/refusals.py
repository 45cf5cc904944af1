"""Every no about advisories, as classes. Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import PermissionDenied, Refusal


class AdvisoryIncomplete(Refusal):
    """Member `missing`: the fields that an advisory of its kind needs and that are empty."""

    code = "advisory_incomplete"
    title = _("The advisory is not complete")
    default_detail = _(
        "An advisory is published in both languages, a change with its time. Write what is missing first."
    )


class AlreadyPublished(Refusal):
    code = "advisory_published"
    title = _("The advisory is published")
    default_detail = _("What was said stays as it was said. Publish an update instead.")


class NotPublished(Refusal):
    code = "advisory_not_published"
    title = _("The advisory is not published")
    default_detail = _("Publish it first: only what was said can be followed up.")


class StillBeingPublished(Refusal):
    """Members `told`, `audience`: organizations that have it, and all that get it."""

    code = "still_being_published"
    title = _("The advisory is still being published")
    default_detail = _("It is on its way to its organizations. Wait until all of them have it.")


class AdvisoryEnded(Refusal):
    code = "advisory_ended"
    title = _("The advisory is over")
    default_detail = _("It was closed or discarded. Write a new one.")


class NobodyReached(Refusal):
    code = "nobody_reached"
    title = _("This reaches nobody")
    default_detail = _("No organization fits the audience. Widen it, and look at the preview.")


class ChangeHasBegun(Refusal):
    code = "change_has_begun"
    title = _("The change has begun")
    default_detail = _("A change is announced before it begins. Correct its time, or write an incident.")


class NotOnThePanel(PermissionDenied):
    title = _("This is for the expert panel")
    default_detail = _("Experts, senior experts, technical service managers and leads say whom a change affects.")


class OnlyChangesAffect(Refusal):
    code = "only_changes"
    title = _("Only changes are marked")
    default_detail = _("The expert panel marks organizations that a change of the platform affects.")


class TaskEnded(Refusal):
    """Member `state`: what it ended as."""

    code = "task_ended"
    title = _("This task is finished")
    default_detail = _("Nothing more is recorded on it.")


class OnlyReleases(Refusal):
    code = "only_releases"
    title = _("Only a release can be not relevant")
    default_detail = _("Incidents and changes are worked through with the customer to their end.")


class StepsMissing(Refusal):
    """Member `missing`: `contacted` and `plan`, as far as they are missing."""

    code = "steps_missing"
    title = _("Something was not done yet")
    default_detail = _(
        "Before a task is done the customer was contacted, and after an incident or before a change "
        "there is a response plan."
    )
