"""Which of an article's two languages a reader gets."""

from __future__ import annotations

from dataclasses import dataclass

from helpcentre.models import Article

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)


@dataclass(frozen=True)
class Text:
    """An article in one language."""

    language: str
    title: str
    body: str
    html: str


def language_of(reader: str | None) -> str:
    """The article's language for a reader's (`zh-hans` gives `zh`); English for any other."""
    return CHINESE if (reader or "").lower().startswith("zh") else ENGLISH


def text_of(article: Article, language: str) -> Text:
    """The article in `language`, in the other one where it is not written yet."""
    wanted = language_of(language)
    other = ENGLISH if wanted == CHINESE else CHINESE
    written = wanted if getattr(article, f"title_{wanted}") else other
    return Text(
        language=written,
        title=getattr(article, f"title_{written}"),
        body=getattr(article, f"body_{written}"),
        html=getattr(article, f"html_{written}"),
    )


def title_of(article: Article, language: str) -> str:
    """Its title in `language`, in the other one where there is none; reads no text."""
    own, other = (
        (article.title_zh, article.title_en)
        if language_of(language) == CHINESE
        else (article.title_en, article.title_zh)
    )
    return own or other
