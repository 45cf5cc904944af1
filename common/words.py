"""The words of a text as full-text search keeps and asks for them: Latin words, digits, codes, and Chinese.

Text and question are cut by the same rules, so that what is asked is found (spec pages 4.7 and 9.1):

- letters lose case, accents and full width: `Café` and `ＣＡＦÉ` are `cafe`;
- letters and digits that stand together are one word, cut at 64 characters;
- words joined by one sign, as in numbers, addresses and error codes, also stand as pairs of neighbours:
  `T-2026-4831907` is `t`, `2026`, `4831907`, `t-2026`, `2026-4831907`; asked for, it is its pairs alone;
- Chinese, Japanese and Korean have no spaces: a run of signs is its single signs and its pairs of neighbours.
  `磁盘满` is `磁`, `盘`, `满`, `磁盘`, `盘满`; asked for, it is its pairs alone, and a sign alone is itself.
  So every piece of a run finds the text that holds it.

Worked examples (also in the tests):

    words_of("ECS 磁盘满!")         == {"ecs", "磁", "盘", "满", "磁盘", "盘满"}
    question("the 磁盘满").words    == ("磁盘", "盘满")      "the" says nothing beside other words
    question("' | !").words        == ()                   signs alone ask for nothing

A word holds letters, digits and inner hyphens only: neither quotes nor operators of the database's query language
can come through, whatever was typed. Nothing is stemmed; a question that finds nothing may be asked once more with
its last word as a beginning (`Question.wide`): `connec` then finds `connection`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from common.plain_text import plain_text

LONGEST_WORD = 64
# Of a question: more would only make it slower.
MOST_ASKED = 24
LONGEST_QUESTION = 200
SHORTEST_BEGINNING = 3
# fmt: off
SAY_NOTHING = frozenset({
    "a", "an", "and", "the", "of", "to", "in", "on", "at", "is", "it", "for", "our", "with", "from", "after", "before",
    "when", "not", "cannot", "does", "do", "has", "have", "was", "were", "are", "be", "by", "or", "we", "my", "how",
    "的", "了", "是", "在", "我", "们", "和", "不",
})
# fmt: on
_ASIAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u30ff\u3100-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_IS_ASIAN = re.compile(f"[{_ASIAN}]")
_PIECES = re.compile(f"(?P<asian>[{_ASIAN}]+)|(?P<latin>[^\\W_{_ASIAN}]+)")
_JOINTS = frozenset("-_./:@#+\\=&")


@dataclass(frozen=True)
class Question:
    """What was asked for: all of `words` must be there. `terms` are the pieces as typed, to mark them in a text."""

    words: tuple[str, ...]
    terms: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words)

    def exact(self, *, also: str = "") -> str:
        """As PostgreSQL's tsquery. `also`: a mark before words of another kind that may stand for them."""
        return " & ".join(_either(word, "", also) for word in self.words)

    def wide(self, *, also: str = "") -> str:
        """The same with the last word as a beginning, for a word that is being typed; '' when it is none."""
        if not self.words or not _may_begin(self.words[-1]):
            return ""
        *others, last = self.words
        return " & ".join([*(_either(word, "", also) for word in others), _either(last, ":*", also)])

    def last(self, *, also: str = "") -> str:
        """The last word alone."""
        return _either(self.words[-1], "", also) if self.words else ""

    def any_of(self) -> str:
        """Texts with one of the words."""
        return " | ".join(_quoted(word) for word in self.words)


def words_of(*texts: str) -> set[str]:
    """Every word under which the texts are found."""
    found: set[str] = set()
    for text in texts:
        for run in _runs(_plain(text)):
            for piece, is_asian in run:
                found.update(piece if is_asian else (piece[:LONGEST_WORD],))
                if is_asian:
                    found.update(_pairs_of_signs(piece))
            found.update(_pairs_of_words(run))
    return found


def question(text: str) -> Question:
    """What a person asks for; an empty one when the text holds no word."""
    words: list[str] = []
    terms: list[str] = []
    for run in _runs(_plain(text[:LONGEST_QUESTION])):
        joined = set(_pairs_of_words(run))
        for piece, is_asian in run:
            terms.append(piece)
            if is_asian:
                words += _pairs_of_signs(piece) or [piece]
            elif not any(piece[:LONGEST_WORD] in pair.split("-") for pair in joined):
                words.append(piece[:LONGEST_WORD])
        words += _pairs_of_words(run)
    telling = [word for word in words if word not in SAY_NOTHING]
    # Without the words that say nothing, unless there are only such.
    return Question(tuple(dict.fromkeys(telling or words))[:MOST_ASKED], tuple(dict.fromkeys(terms)))


def vector(words: Iterable[str], *, weight: str = "") -> str:
    """Words as PostgreSQL reads a tsvector; a weight, A to D, lets it tell titles from texts when it ranks."""
    place = f":1{weight}" if weight else ""
    return " ".join(_quoted(word) + place for word in sorted(words))


def marked(text: str, asked: Question) -> list[tuple[str, bool]]:
    """The text in pieces, True for those that were asked for; joined they are the text again.

    marked("Disk full", question("full")) == [("Disk ", False), ("full", True)]
    """
    terms = {term for term in asked.terms if term not in SAY_NOTHING} or set(asked.terms)
    if not terms or not text:
        return [(text, False)] if text else []
    # Longest first; a Latin term from where a word begins, to its end.
    wanted = sorted(terms, key=len, reverse=True)
    parts = [re.escape(term) if _IS_ASIAN.match(term) else rf"(?<![^\W_]){re.escape(term)}[^\W_]*" for term in wanted]
    found: list[tuple[str, bool]] = []
    end = 0
    plain = _same_length(text)
    for match in re.finditer("|".join(parts), plain):
        if match.start() > end:
            found.append((text[end : match.start()], False))
        found.append((text[match.start() : match.end()], True))
        end = match.end()
    if end < len(text):
        found.append((text[end:], False))
    return found


def excerpt(text: str, asked: Question, *, length: int = 200) -> str:
    """A piece of a Markdown text around the first word that was asked for, as plain text on one line."""
    text = plain_text(text)
    pieces = marked(text, asked)
    first = 0
    for piece, is_hit in pieces:
        if is_hit:
            break
        first += len(piece)
    else:
        first = 0
    start = max(0, first - length // 4)
    if start:
        start = text.find(" ", start, first) + 1 or start
    piece = text[start : start + length]
    return ("… " if start else "") + piece + (" …" if start + length < len(text) else "")


def _plain(text: str) -> str:
    """Without case, accents and widths; sign by sign, so that a piece of a text becomes a piece of this."""
    if text.isascii():
        return text.casefold()
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    if _IS_ASIAN.match(sign):
        return unicodedata.normalize("NFKC", sign)
    spread = unicodedata.normalize("NFKD", sign)
    return "".join(each for each in spread if unicodedata.category(each) != "Mn").casefold()


def _same_length(text: str) -> str:
    """As `_plain`, with as many signs as the text: what would change their number stays."""
    if text.isascii():
        return text.casefold()
    signs = ((sign, _plain_sign(sign)) for sign in text)
    return "".join(plain if len(plain) == 1 else sign for sign, plain in signs)


def _runs(plain: str) -> Iterator[list[tuple[str, bool]]]:
    """Pieces that stand together: (piece, whether Asian), joined by at most one sign of _JOINTS."""
    run: list[tuple[str, bool]] = []
    end = 0
    for match in _PIECES.finditer(plain):
        gap = plain[end : match.start()]
        is_joined = len(gap) == 1 and gap in _JOINTS
        if run and not is_joined:
            yield run
            run = []
        run.append((match.group(), match.lastgroup == "asian"))
        end = match.end()
    if run:
        yield run


def _pairs_of_signs(piece: str) -> list[str]:
    return [piece[start : start + 2] for start in range(len(piece) - 1)]


def _pairs_of_words(run: list[tuple[str, bool]]) -> list[str]:
    neighbours = pairwise(run)
    half = LONGEST_WORD // 2
    return [f"{a[:half]}-{b[:half]}" for (a, a_asian), (b, b_asian) in neighbours if not (a_asian or b_asian)]


def _may_begin(word: str) -> bool:
    return len(word) >= SHORTEST_BEGINNING and not _IS_ASIAN.match(word)


def _either(word: str, ending: str, also: str) -> str:
    if not also:
        return _quoted(word) + ending
    return f"({_quoted(word)}{ending} | {_quoted(also + word)}{ending})"


def _quoted(word: str) -> str:
    return f"'{word}'"
