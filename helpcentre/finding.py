"""Finding articles: what a reader asks for, and what fits a ticket that is being written (spec pages 4.1, 4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from common import words
from common.words import Question
from helpcentre import access
from helpcentre.languages import text_of
from helpcentre.models import Article

MOST_FOUND = 50
SUGGESTED = 3
# One word of five letters, or three pairs of Chinese signs, speak of the same.
NEAR = 5
LONGEST_TEXT = 1_000

# Titles and tags weigh ten times what texts do; all words, then the beginnings of words.
_BEST = """
SELECT id FROM helpcentre_article WHERE status = 'published' AND words @@ %(asked)s::tsquery
   AND (%(category)s = '' OR category = %(category)s) AND (%(product)s = '' OR product = %(product)s)
 ORDER BY ts_rank(words, %(asked)s::tsquery) DESC, id DESC LIMIT %(most)s
"""
# Letters of the words that an article shares with a text; those of title and tags count twice, its product as a word.
_NEAR = """
SELECT id FROM (
    SELECT id, (SELECT sum(length(word.lexeme) * CASE WHEN 'A' = ANY(word.weights) THEN 2 ELSE 1 END)
                  FROM unnest(article.words) AS word WHERE word.lexeme = ANY(%(clues)s))
               + CASE WHEN product <> '' AND product = %(product)s THEN 2 ELSE 0 END AS letters,
           EXISTS (SELECT FROM unnest(article.words) AS word
                    WHERE word.lexeme = ANY(%(clues)s) AND 'A' = ANY(word.weights)) AS is_about
      FROM helpcentre_article AS article
     WHERE status = 'published' AND words @@ %(asked)s::tsquery) AS near
 WHERE letters >= %(near)s AND is_about ORDER BY letters DESC, id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Found:
    """An article as a result: title and excerpt in pieces, True for those that were asked for."""

    article: Article
    title: list[tuple[str, bool]]
    excerpt: list[tuple[str, bool]]


def best(text: str, *, category: str = "", product: str = "", most: int = MOST_FOUND) -> list[Article]:
    """Published articles with all the words, the best first; with words that begin so when none has them all."""
    asked = words.question(text)
    narrowed = {"category": category, "product": product, "most": most}
    ids = _ids(_BEST, asked.exact(), **narrowed) or _ids(_BEST, asked.wide(), **narrowed)
    return _in_order(ids)


def results(articles: list[Article], text: str, language: str) -> list[Found]:
    """The articles as a reader of `language` is shown them."""
    asked = words.question(text)
    return [_result(article, asked, language) for article in articles]


def suggest(text: str, language: str, *, product: str = "", most: int = SUGGESTED) -> list[Found]:
    """Articles that may answer a ticket about `text`, the nearest first; [] when none is near."""
    asked = words.question(text[:LONGEST_TEXT])
    clues = [word for word in asked.words if word not in words.SAY_NOTHING and len(word) > 1]
    if not clues:
        return []
    ids = _ids(_NEAR, Question(tuple(clues), ()).any_of(), clues=clues, product=product, near=NEAR, most=most)
    return [_result(article, asked, language) for article in _in_order(ids)]


def _result(article: Article, asked: Question, language: str) -> Found:
    shown = text_of(article, language)
    return Found(article, words.marked(shown.title, asked), words.marked(words.excerpt(shown.body, asked), asked))


def _ids(sql: str, asked: str, **values: Any) -> list[int]:
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"asked": asked})
        return [row[0] for row in cursor.fetchall()]


def _in_order(ids: list[int]) -> list[Article]:
    by_id = access.published().in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]
