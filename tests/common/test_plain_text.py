"""Excerpts are plain text: signs of Markdown go, signs that mean something stay."""

from __future__ import annotations

import pytest

from common import words
from common.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("## Steps\n\n1. See [the guide](https://a.example) **first**\n> `ls`", "Steps See the guide first ls"),
        ("# Title #", "Title"),
        ("One in **twenty** requests _fails_ ~~always~~", "One in twenty requests fails always"),
        ("*one* and ***two*** and __three__", "one and two and three"),
        ("- a\n* b\n+ c\n2) d\n- [x] e", "a b c d e"),
        ("> quoted\n> > twice", "quoted twice"),
        ("```python\nprint('x')\n```\nafter", "print('x') after"),
        ("| Size | Price |\n| --- | ---: |\n| 1 | 2 |", "Size Price 1 2"),
        ("above\n\n---\n\nbelow", "above below"),
        ("![a picture](https://a.example/x.png) and <https://a.example>", "a picture and https://a.example"),
        ('[a](https://a.example "title") [b][ref]', "a b"),
        ("5 \\* 3 \\# x", "5 * 3 # x"),
        (
            "MAX_OPEN_FILES is 2 * 3 and a*b, 100% of #7 | see --all",
            "MAX_OPEN_FILES is 2 * 3 and a*b, 100% of #7 see --all",
        ),
        ("客户**无法**登录，见[文档](https://a.example)。", "客户无法登录，见文档。"),
        # Pieces that were cut.
        ("guide](https://a.example/long) says **so", "guide says so"),
        ("see [the guide](https://a.exam", "see [the guide"),
    ],
)
def test_signs_of_markdown_go_and_words_stay(markdown, plain):
    assert plain_text(markdown) == plain


def test_an_excerpt_is_plain_whatever_stands_around_the_word():
    asked = words.question("disk")
    assert words.excerpt("## Why\n\n- the **disk** is `full`", asked) == "Why the disk is full"
