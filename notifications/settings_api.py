"""API door of how a person is told: `me/notification-settings`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_doors import PersonAPIView
from accounts.models import Person
from common.api_input import read
from notifications import choices


class SwitchShape(serializers.Serializer):
    on = serializers.BooleanField()
    fixed = serializers.BooleanField(help_text="Such a switch cannot be moved")


class NoticeSettingsShape(serializers.Serializer):
    phone = serializers.CharField(allow_blank=True)
    daily_digest = serializers.BooleanField()
    switches = serializers.DictField(child=serializers.DictField(child=SwitchShape()))


class NoticeSettingsChange(serializers.Serializer):
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    daily_digest = serializers.BooleanField(required=False)
    switches = serializers.DictField(
        child=serializers.DictField(child=serializers.BooleanField()),
        required=False,
        help_text="By matter and channel (centre, email, sms), true or false",
    )


def body(person: Person) -> dict[str, Any]:
    kept = choices.settings_of(person)
    return {
        "phone": kept.phone,
        "daily_digest": kept.daily_digest,
        "switches": {
            matter: {name: {"on": switch.on, "fixed": switch.fixed} for name, switch in switches.items()}
            for matter, switches in choices.switches_of(person).items()
        },
    }


class NoticeSettingsView(PersonAPIView):
    @extend_schema(responses=NoticeSettingsShape)
    def get(self, request: Request) -> Response:
        """How the person is told: every switch by matter and channel, mobile phone, daily digest."""
        return Response(body(self.person))

    @extend_schema(request=NoticeSettingsChange, responses=NoticeSettingsShape)
    def patch(self, request: Request) -> Response:
        """Move switches; what is not named stays."""
        given = read(NoticeSettingsChange, request)
        choices.change_settings(by=self.person, phone=given.get("phone"), daily_digest=given.get("daily_digest"))
        choices.choose(by=self.person, switches=given.get("switches", {}))
        return Response(body(self.person))
