"""Leave out of a style sheet what no page can use: the rules whose classes stand nowhere in our sources.

Tabler brings 3,800 classes, of which pages use some hundreds. A class counts as used when its name stands as a word in
a template, a script or a Python file, or when it begins (and ends) like a name that is put together there, such as
`bg-{{ colour }}-lt`. Selectors without classes always stay. Lists and counts are not needed: a word too many costs a
rule too many, and nothing is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

WORD = re.compile(r"[A-Za-z][\w-]*")
# `status-{{ code }}`, `bg-{}-lt`, `notice-${kind}`, `col-{% if wide %}`: what stands before and behind the gap.
PUT_TOGETHER = re.compile(r"(?P<start>[A-Za-z][\w-]*-)(?:\$?\{\{?[^{}]*\}\}?|\{%[^%]*%\})(?P<end>-[\w-]+)?")
CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
# What a selector only excludes, or offers as alternatives, need not exist.
OPTIONAL = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)")
NOT_OURS = {"tests", "bench", "scripts", "node_modules", "migrations", "locale"}


class Words:
    """The class names that some texts use."""

    def __init__(self, texts: Iterable[str]) -> None:
        whole = "\n".join(texts)
        self.words = set(WORD.findall(whole))
        gaps = {(found["start"], found["end"] or "") for found in PUT_TOGETHER.finditer(whole)}
        self.gaps = tuple(gaps)

    def know(self, name: str) -> bool:
        return name in self.words or any(name.startswith(start) and name.endswith(end) for start, end in self.gaps)


def sources(root: Path) -> Iterator[str]:
    """The texts of the project that can name a class."""
    for pattern in ("templates/**/*.html", "static/js/*.js", "*/**/*.py"):
        for file in sorted(root.glob(pattern)):
            parts = file.relative_to(root).parts
            if not NOT_OURS.intersection(parts) and not parts[0].startswith("."):
                yield file.read_text("utf-8")


def lean(css: str, used: Words) -> str:
    """The style sheet without the rules that name a class which is not used."""
    return "".join(_kept(css, used))


def _kept(css: str, used: Words) -> Iterator[str]:
    for head, body in _rules(css):
        if body is None:
            yield head
        elif head.startswith(("@media", "@supports", "@layer", "@container")):
            if inner := lean(body, used):
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif selectors := [one for one in _selectors(head) if _is_used(one, used)]:
            yield f"{','.join(selectors)}{{{body}}}"


def _selectors(head: str) -> list[str]:
    """The list of selectors in its parts: commas within brackets belong to one of them."""
    parts, depth = [""], 0
    for sign in head:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _is_used(selector: str, used: Words) -> bool:
    return all(used.know(name.replace("\\", "")) for name in CLASS.findall(OPTIONAL.sub("", selector)))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """(selector or at-rule, body) in order; (text, None) for what has no body, such as @import and @charset."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    start = depth = opened = 0
    for place, sign in _signs(css):
        if sign == "{":
            depth += 1
            opened = place if depth == 1 else opened
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : place]
                start = place + 1
        elif depth == 0:
            yield css[start : place + 1].strip(), None
            start = place + 1


def _signs(css: str) -> Iterator[tuple[int, str]]:
    """Braces and semicolons that are not inside quotes or url(…)."""
    for found in re.finditer(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^)\"']*\)|[{};]", css):
        if found[0] in "{};":
            yield found.start(), found[0]
