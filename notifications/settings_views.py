"""`/account/notifications`: what a person is told of and by which roads, their mobile phone, the daily digest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.page_doors import PersonPage, errors_of
from common.problems import Problem
from notifications import choices, sms
from notifications.matter_words import CHANNELS, MATTERS, SUBJECTS
from notifications.matters import Matter


class NoticeSettingsPage(PersonPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Save phone, digest and every switch that can be moved."""

        def save() -> None:
            choices.change_settings(
                by=self.person, phone=request.POST.get("phone", ""), daily_digest="daily_digest" in request.POST
            )
            choices.choose(by=self.person, switches=self.typed())

        def done(_nothing: None) -> str:
            messages.success(request, _("Saved."))
            return reverse("notifications:settings")

        return self.submit(save, to=done, again=self.page)

    def typed(self) -> dict[str, dict[str, bool]]:
        """Every free switch of the page; one that is not ticked is off."""
        return {
            matter: {
                channel: f"{matter}.{channel}" in self.request.POST
                for channel, switch in switches.items()
                if not switch.fixed
            }
            for matter, switches in choices.switches_of(self.person).items()
        }

    def page(self, problem: Problem | None = None) -> HttpResponse:
        kept = choices.settings_of(self.person)
        context = {
            "groups": _groups(choices.matters_for(self.person), choices.switches_of(self.person)),
            "channels": CHANNELS.items(),
            "phone": kept.phone if problem is None else self.request.POST.get("phone", ""),
            "daily_digest": kept.daily_digest if problem is None else "daily_digest" in self.request.POST,
            "phone_errors": errors_of(problem).get("phone", []) if problem else [],
            "problem": problem,
            "has_sms": sms.is_set_up(),
        }
        return self.render("notifications/settings.html", context, status=problem.status if problem else 200)


def _groups(matters: list[Matter], switches: dict[str, dict[str, choices.Switch]]) -> list[dict[str, Any]]:
    """Rows of the table by subject, each with a cell for every channel, None where there is no such switch."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for matter in matters:
        cells = [(channel, CHANNELS[channel], switches[matter.code].get(channel)) for channel in CHANNELS]
        row = {"code": matter.code, "label": MATTERS[matter.code], "cells": cells}
        groups.setdefault(matter.subject, []).append(row)
    return [{"title": SUBJECTS[subject], "rows": rows} for subject, rows in groups.items()]
