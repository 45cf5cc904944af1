"""Reads what was said in a chat from the text that chat programs copy or export (spec page 4.5 'IM transcripts').

A turn begins with a line that names who speaks and when, in one of the usual forms; everything up to the next such
line is what they said:

    Li Wei 2026/11/24 10:23:15            (the text on the lines below: WeCom, WeLink, QQ)
    [2026-11-24 10:23] Li Wei: text
    24/11/2026, 10:23 - Li Wei: text
    10:23 Li Wei: text                    Li Wei (10:23): text

A text without any time reads `Li Wei: text` line by line. A text in none of these forms is one turn of nobody.

Worked example (also in the tests): "Li Wei 10:23\\nIt is down\\nAgain\\nIvy 10:24\\nI look" is two turns, the first of
"Li Wei" at 10:23 with two lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from common.beijing import BEIJING

LONGEST_NAME = 60
# A heading is short; a longer line is something that was said.
_LONGEST_HEADING = 160

_DAY = r"(?P<day>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}-\d{1,2})"
_TIME = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)"
_NAME = rf"(?P<name>[^:：\[\]]{{1,{LONGEST_NAME}}}?)"
_TEXT = r"[:：]\s?(?P<text>.*)"
_TIMED = [
    re.compile(pattern)
    for pattern in (
        rf"^\[?(?:{_DAY}[ ,]{{1,2}})?{_TIME}\]?(?: ?- ?| ){_NAME}{_TEXT}$",
        rf"^{_NAME} ?[(（](?:{_DAY} )?{_TIME}[)）]{_TEXT}$",
        rf"^{_NAME} {{1,4}}(?:{_DAY} )?{_TIME}(?P<text>)$",
    )
]
_UNTIMED = [re.compile(rf"^{_NAME}[:：](?: (?P<text>.*)|(?P<alone>))$")]


@dataclass(frozen=True)
class Turn:
    """What one person said at once; `at` None where the text tells no time, `speaker` '' where it names nobody."""

    speaker: str
    at: datetime | None
    text: str


def turns_of(text: str, *, today: date) -> list[Turn]:
    """The turns of a transcript, in its order; a time without a day is `today`'s, in Beijing. [] for an empty text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    patterns = _TIMED if any(_heading(line, _TIMED) for line in lines) else _UNTIMED
    turns: list[Turn] = []
    speaker = ""
    at: datetime | None = None
    said: list[str] = []
    for line in lines:
        found = _heading(line, patterns)
        if found is None:
            said.append(line)
            continue
        turns += _turn(speaker, at, said)
        speaker, at = found["name"].strip(), _instant(found.groupdict(), today)
        said = [found["text"] or ""]
    return turns + _turn(speaker, at, said)


def _heading(line: str, patterns: list[re.Pattern[str]]) -> re.Match[str] | None:
    line = line.strip()
    if not line or (len(line) > _LONGEST_HEADING and patterns is not _UNTIMED and not line[:1].isdigit()):
        return None
    return next((found for pattern in patterns if (found := pattern.match(line)) and found["name"].strip()), None)


def _turn(speaker: str, at: datetime | None, said: list[str]) -> list[Turn]:
    text = "\n".join(said).strip()
    return [Turn(speaker, at, text)] if text else []


def _instant(found: dict[str, str | None], today: date) -> datetime | None:
    clock = found.get("time")
    if not clock:
        return None
    try:
        day = _day(found.get("day") or "", today)
        hour, minute, second = (int(part) for part in f"{clock}:0".split(":")[:3])
        return datetime.combine(day, time(hour, minute, second), BEIJING)
    except ValueError:
        return None


def _day(written: str, today: date) -> date:
    if not written:
        return today
    parts = [int(part) for part in re.split(r"[-/.]", written)]
    if len(parts) == 2:
        return date(today.year, parts[0], parts[1])
    # Years stand first in Chinese programs and last in others.
    return date(*parts) if parts[0] > 31 else date(parts[2], parts[1], parts[0])
