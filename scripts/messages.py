"""Collect the texts of the pages into locale/, or with --check see that every one is translated.

Reads Python by its syntax tree and templates by Django's own parser, so no gettext programs are needed.
Texts that are gone are dropped, except entries whose comment begins with "kept:" (texts of other packages).
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans",)
NOT_OURS = {"tests", "bench", "scripts", "node_modules", "migrations"}
PLACEHOLDER = re.compile(r"%%(?:\(\w+\)[sd])?|%\(\w+\)[sd]|%[sd]|\{\w*\}")
IN_TEMPLATE = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
# Function -> places of (context, text, plural) among its arguments.
MARKS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}


class Text(NamedTuple):
    """One text to translate; `plural` and `context` are '' where there are none."""

    context: str
    text: str
    plural: str


def in_python(file: Path) -> Iterator[Text]:
    """Literal texts in calls of the gettext family; exits at an f-string, which can never be translated."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in MARKS:
            continue
        if any(isinstance(argument, ast.JoinedStr) for argument in node.args):
            sys.exit(f"{file.relative_to(ROOT)}:{node.lineno}: an f-string cannot be translated")
        context, text, plural = ("" if place is None else _literal(node.args, place) for place in MARKS[name])
        if text and context is not None and plural is not None:
            yield Text(context, text, plural)


def _literal(arguments: list[ast.expr], place: int) -> str | None:
    argument = arguments[place] if place < len(arguments) else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def in_template(file: Path) -> Iterator[Text]:
    """Texts of {% translate %}, {% blocktranslate %} and _("…") in one template; Django doubles each % in them."""
    from django.template import Engine
    from django.template.base import Lexer, TokenType
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    source = file.read_text("utf-8")
    for token in Lexer(source).tokenize():
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for double, single in IN_TEMPLATE.findall(token.contents):
                yield Text("", (double or single).replace("%", "%%"), "")
    nodes: Any = Engine.get_default().from_string(source).nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        constant = node.filter_expression.var
        if getattr(constant, "literal", None):
            yield Text(_context(node), str(constant.literal).replace("%", "%%"), "")
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        plural = node.render_token_list(node.plural)[0] if node.plural else ""
        yield Text(_context(node), node.render_token_list(node.singular)[0], plural)


def _context(node: Any) -> str:
    return str(node.message_context.resolve({})) if node.message_context else ""


def collect() -> dict[Text, list[str]]:
    """Every text of ours and the files where it stands."""
    found: dict[Text, list[str]] = {}
    for file in sorted(ROOT.rglob("*")):
        parts = file.relative_to(ROOT).parts
        if file.suffix not in {".py", ".html", ".txt"} or NOT_OURS & set(parts) or parts[0].startswith("."):
            continue
        if file.suffix != ".py" and "templates" not in parts:
            continue
        for text in in_python(file) if file.suffix == ".py" else in_template(file):
            places = found.setdefault(text, [])
            if file.relative_to(ROOT).as_posix() not in places:
                places.append(file.relative_to(ROOT).as_posix())
    with_plural = {(text.context, text.text) for text in found if text.plural}  # one entry for both in a .po
    return {text: found[text] for text in found if text.plural or (text.context, text.text) not in with_plural}


def key(entry: polib.POEntry) -> Text:
    """The same key as collect() has."""
    return Text(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def catalogue(language: str) -> polib.POFile:
    """The language's file, or a new one."""
    file = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    if file.exists():
        return polib.pofile(str(file), wrapwidth=110)
    file.parent.mkdir(parents=True, exist_ok=True)
    made = polib.POFile(wrapwidth=110)
    made.fpath = str(file)
    made.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return made


def update(language: str, found: dict[Text, list[str]]) -> None:
    """Write the language's file: translations kept, new texts empty, gone texts dropped, sorted by text."""
    old = {key(entry): entry for entry in catalogue(language) if not entry.obsolete}
    book = catalogue(language)
    book.clear()
    kept = {text for text, entry in old.items() if entry.tcomment.startswith("kept:")}
    for text in sorted(found.keys() | kept):
        entry = old.get(text) or polib.POEntry(
            msgctxt=text.context or None,
            msgid=text.text,
            msgid_plural=text.plural,
            msgstr_plural={0: ""} if text.plural else {},
        )
        entry.occurrences = [(place, "") for place in found.get(text, [])]
        if "%(" in text.text and "python-format" not in entry.flags:
            entry.flags.append("python-format")
        book.append(entry)
    book.save()
    print(f"{language}: {len(book)} texts, {len(faults(language, found))} to translate")


def faults(language: str, found: dict[Text, list[str]]) -> list[str]:
    """What a reader of that language would miss: no translation, a doubtful one, or other placeholders."""
    book = {key(entry): entry for entry in catalogue(language) if not entry.obsolete}
    wrong = []
    for text, places in found.items():
        entry = book.get(text)
        given = [] if entry is None else list(entry.msgstr_plural.values()) or [entry.msgstr]
        if entry is None or not all(given) or not given:
            wrong.append(f"{places[0]}: not translated: {text.text!r}")
        elif entry.fuzzy:
            wrong.append(f"{places[0]}: doubtful (fuzzy): {text.text!r}")
        else:
            wanted = set(PLACEHOLDER.findall(text.plural or text.text))
            if any(set(PLACEHOLDER.findall(one)) != wanted for one in given):
                wrong.append(f"{places[0]}: other placeholders than in {text.text!r}")
    return wrong


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    texts = collect()
    for one in LANGUAGES:
        if "--check" not in sys.argv:
            update(one, texts)
        elif problems := faults(one, texts):
            sys.exit("\n".join(problems) + f"\n{one}: {len(problems)} faults; `make messages` collects new texts")
