"""Every no about training, as classes (spec page 5, section 5.4). Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class SessionBegun(Refusal):
    """Member `starts_at`."""

    code = "session_begun"
    title = _("The session has begun")
    default_detail = _("This is possible until a session begins. Choose one that is still to come.")


class SessionNotBegun(Refusal):
    """Member `starts_at`."""

    code = "session_not_begun"
    title = _("The session has not begun yet")
    default_detail = _("Who was there is known once it has begun. Come back then.")


class SessionCancelled(Refusal):
    code = "session_cancelled"
    title = _("The session is cancelled")
    default_detail = _("It does not take place. Choose another session.")


class SessionPublished(Refusal):
    code = "session_published"
    title = _("The session is published already")
    default_detail = _("Change it or cancel it: whoever is registered is told.")


class SessionNotOffered(Refusal):
    code = "session_not_offered"
    title = _("Your plan does not include this session")
    default_detail = _("It is offered to other plans than yours. Compare the plans to see which one includes it.")


class AlreadyRegistered(Refusal):
    """Members `place` and `state`: the place that the person has."""

    code = "already_registered"
    title = _("This person has a place already")
    default_detail = _("One place per person: cancel the place first if somebody else should come.")


class TooManyPlaces(Refusal):
    """Member `most`: how many places an organization may hold in one session."""

    code = "too_many_places"
    title = _("Your organization holds as many places as it may")
    default_detail = _("Cancel a place that is not needed, or ask us for a session of your own.")


class SeatsTaken(Refusal):
    """Member `taken`: how many are registered."""

    code = "seats_taken"
    title = _("More people are registered than that")
    default_detail = _("Give it at least as many seats as people are registered, or cancel places first.")


class PlaceNotAttended(Refusal):
    """Member `state`: registered, waiting or cancelled."""

    code = "place_not_attended"
    title = _("Only who took part can rate")
    default_detail = _("This person had no seat or was not there. Rate the sessions that your people took part in.")


class RatingNotOpen(Refusal):
    """Members `opens_at` and `closes_at`."""

    code = "rating_not_open"
    title = _("This session cannot be rated now")
    default_detail = _("A session is rated within 30 days after its end.")


class PlanMissing(Refusal):
    code = "plan_missing"
    title = _("There is no plan to publish yet")
    default_detail = _("Write the plan first, then publish it.")
