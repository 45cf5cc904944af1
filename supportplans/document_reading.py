"""Read a nested document (parsed YAML or JSON) value by value; every complaint names its path in the file.

Complaints are collected, not raised one by one, so that whoever edits a file sees all of them at once. After
a complaint the reader hands out a harmless stand-in; the caller looks at `problems` before it uses anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

MISSING: Any = object()
MAX_TEXT = 2000
MAX_WHOLE = 1_000_000_000

CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
RATE = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The text for a language code: Chinese for `zh…`, English for any other."""
        return self.zh if language.lower().startswith("zh") else self.en


class Node:
    """A value of the document and the path that leads to it."""

    def __init__(self, value: Any, path: str, problems: dict[str, list[str]]) -> None:
        self.value, self.path, self.problems = value, path, problems

    def complain(self, sentence: str) -> None:
        """Note what is wrong with this value; silent where a complaint about it stands already."""
        if self.value is not MISSING:
            self._note(self.path, sentence)

    def _note(self, path: str, sentence: str) -> None:
        said = self.problems.setdefault(path, [])
        if sentence not in said:
            said.append(sentence)

    def __getitem__(self, key: str) -> Node:
        """The value under `key`, which must be there (it may be null)."""
        path = f"{self.path}.{key}" if self.path else key
        if self.value is MISSING:
            return Node(MISSING, path, self.problems)
        if not isinstance(self.value, dict):
            self.complain("must be a mapping")
            return Node(MISSING, path, self.problems)
        if key not in self.value:
            self._note(path, "is missing")
            return Node(MISSING, path, self.problems)
        return Node(self.value[key], path, self.problems)

    def has(self, key: str) -> bool:
        """Whether an optional key is given."""
        return isinstance(self.value, dict) and key in self.value

    @property
    def is_null(self) -> bool:
        return self.value is None

    def only(self, *keys: str) -> None:
        """Complain about keys that mean nothing here: a misspelt one must not pass silently."""
        if isinstance(self.value, dict):
            for key in self.value.keys() - set(keys):
                self._note(self.path or "document", f"unknown key {str(key)[:80]!r}")

    def items(self) -> list[Node]:
        """The values of a list."""
        if self.value is MISSING:
            return []
        if not isinstance(self.value, list):
            self.complain("must be a list")
            return []
        return [Node(value, f"{self.path}[{index}]", self.problems) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """A text of 1 to 2,000 characters that a database can hold."""
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > MAX_TEXT:
            self.complain(f"must be a text of 1 to {MAX_TEXT} characters")
            return ""
        if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in self.value):
            self.complain("must not contain control characters")
            return ""
        return self.value

    def both(self) -> Text:
        """A text in both languages: `{en: …, zh: …}`."""
        self.only("en", "zh")
        return Text(en=self["en"].text(), zh=self["zh"].text())

    def code(self) -> str:
        """A code: lower case letters, digits, `_`, `-` and `.`, at most 40 characters."""
        return self._matching(CODE, "must be a code: lower case letters, digits, _ - . (at most 40)", "")

    def money(self) -> Decimal:
        """An exact amount, quoted in the file: `"2400.00"`."""
        return Decimal(self._matching(MONEY, 'must be a quoted amount such as "2400.00"', "0"))

    def rate(self) -> Decimal:
        """A share between 0 and 1, quoted in the file: `"0.03"`."""
        return Decimal(self._matching(RATE, 'must be a quoted rate between 0 and 1 such as "0.03"', "0"))

    def day(self) -> date:
        """A date: `"2026-01-31"`."""
        text = self._matching(DAY, 'must be a quoted date such as "2026-01-31"', "2000-01-01")
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.complain("is no day of the calendar")
            return date(2000, 1, 1)

    def whole(self, *, at_least: int = 0) -> int:
        """A whole number of at least `at_least`."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not at_least <= value <= MAX_WHOLE:
            self.complain(f"must be a whole number of at least {at_least}")
            return at_least
        return value

    def whole_or_null(self, *, at_least: int = 0) -> int | None:
        """The same, or null."""
        return None if self.is_null else self.whole(at_least=at_least)

    def flag(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            self.complain("must be true or false")
            return False
        return self.value

    def one_of(self, known: tuple[str, ...]) -> str:
        """A code out of `known`."""
        if not isinstance(self.value, str) or self.value not in known:
            self.complain("must be one of " + ", ".join(known))
            return ""
        return self.value

    def several_of(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """A list of different codes out of `known`."""
        codes = tuple(item.one_of(known) for item in self.items())
        if len(set(codes)) < len(codes) and "" not in codes:
            self.complain("names a code twice")
        return codes

    def _matching(self, pattern: re.Pattern[str], sentence: str, stand_in: str) -> str:
        if not isinstance(self.value, str) or not pattern.fullmatch(self.value):
            self.complain(sentence)
            return stand_in
        return self.value
