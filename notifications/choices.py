"""How people are told: their switches, telephone number and digest (spec page 4.6 'per-person settings').

`wanting` is the one question that notices, mail and SMS ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Person
from common.problems import FieldErrors
from notifications.kinds import KINDS
from notifications.matters import CHANNELS, MATTERS, Matter, matter_of, shown, wanted
from notifications.models import NoticeChoice, NoticeSettings
from notifications.models.choices import PHONE

Choices = Mapping[tuple[str, str], bool]


@dataclass(frozen=True)
class Switch:
    """One switch of the settings page: `fixed` ones cannot be moved."""

    channel: str
    on: bool
    fixed: bool


def wants(person: Person, kind: str, channel: str) -> bool:
    """Whether the person wants notices of `kind` by `channel` (centre, email, sms)."""
    return person.pk in wanting([person.pk], kind, (channel,))[channel]


def wanting(people: Iterable[int], kind: str, channels: Collection[str] = CHANNELS) -> dict[str, set[int]]:
    """By channel, who of `people` (ids) wants notices of `kind`; one statement however many they are."""
    asked = set(people)
    choices: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
    matter = matter_of(kind).code
    for row in NoticeChoice.objects.filter(person__in=asked, matter=matter, channel__in=channels):
        choices[row.person_id][row.matter, row.channel] = row.wanted
    found: dict[str, set[int]] = {}
    for channel in channels:
        # Nearly everybody has switched nothing: they are not looked at one by one.
        found[channel] = asked - set(choices) if _goes(kind, channel, {}) else set()
        found[channel] |= {person for person, switched in choices.items() if _goes(kind, channel, switched)}
    return found


def _goes(kind: str, channel: str, switched: Choices) -> bool:
    return wanted(kind, channel, mailed=KINDS[kind].mailed, choices=switched)


def matters_for(person: Person) -> list[Matter]:
    """What the person's settings page lists."""
    is_staff = bool(person.staff_role())
    return [matter for matter in MATTERS.values() if shown(matter, is_staff=is_staff)]


def switches_of(person: Person) -> dict[str, dict[str, Switch]]:
    """By matter and channel, how the person's switches stand."""
    rows = NoticeChoice.objects.filter(person=person).values_list("matter", "channel", "wanted")
    choices = {(matter, channel): on for matter, channel, on in rows}
    return {
        matter.code: {
            channel: Switch(
                channel, choices.get((matter.code, channel), default(matter, channel)), channel in matter.fixed
            )
            for channel in CHANNELS
            if matter.offers(channel)
        }
        for matter in matters_for(person)
    }


def default(matter: Matter, channel: str) -> bool:
    """How a switch stands before anybody moves it: mail is on where any kind of the matter is worth one."""
    if channel == "email":
        return any(kind.mailed for name, kind in KINDS.items() if matter_of(name) is matter) or not _kinds(matter)
    return channel == "centre"


def _kinds(matter: Matter) -> list[str]:
    return [name for name in KINDS if matter_of(name) is matter]


def settings_of(person: Person) -> NoticeSettings:
    """Phone and digest; what was never saved has the defaults."""
    return NoticeSettings.objects.filter(person=person).first() or NoticeSettings(person=person)


def choose(*, by: Person, switches: Mapping[str, Mapping[str, bool]]) -> None:
    """Move switches, {matter: {channel: on}}; those that are not named stay. Raises FieldErrors.

    A switch back at its default is forgotten, so that a better default reaches whoever never chose.
    """
    own = {matter.code: matter for matter in matters_for(by)}
    wrong = {
        f"switches.{code}.{channel}": [_("There is no such switch, or it cannot be moved.")]
        for code, channels in switches.items()
        for channel in channels
        if code not in own or not _is_free(own[code], channel)
    }
    if wrong:
        raise FieldErrors(wrong)
    for code, channels in switches.items():
        for channel, on in channels.items():
            kept = NoticeChoice.objects.filter(person=by, matter=code, channel=channel)
            if on == default(own[code], channel):
                kept.delete()
            else:
                NoticeChoice.objects.update_or_create(person=by, matter=code, channel=channel, defaults={"wanted": on})


def change_settings(*, by: Person, phone: str | None = None, daily_digest: bool | None = None) -> NoticeSettings:
    """Another phone number ('' for none), digest on or off; what is None stays. Raises FieldErrors."""
    kept = settings_of(by)
    if phone is not None:
        kept.phone = checked_phone(phone)
    if daily_digest is not None:
        kept.daily_digest = daily_digest
    NoticeSettings.objects.update_or_create(
        person=by, defaults={"phone": kept.phone, "daily_digest": kept.daily_digest}
    )
    return kept


def checked_phone(phone: str) -> str:
    """The number as +8613800000000, without what people write between digits; raises FieldErrors."""
    plain = "".join(sign for sign in phone.strip() if sign not in " -().\u00a0")
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if plain:
        try:
            PHONE(plain)
        except ValidationError as error:
            raise FieldErrors({"phone": list(error.messages)}) from error
    return plain


def _is_free(matter: Matter, channel: str) -> bool:
    return channel in CHANNELS and matter.offers(channel) and channel not in matter.fixed
