"""Markdown as blocks of plain text, for documents."""

import pytest

from tickets.exports.text_blocks import blocks_of


def run(text, **looks):
    return {"text": text, "bold": False, "strike": False, "code": False} | looks


def block(kind, *, quotes=0, indent=0, mark="", **content):
    return {"kind": kind, "quotes": quotes, "indent": indent, "mark": mark} | content


def test_the_worked_example():
    assert blocks_of("Hi **there**\n\n- one") == [
        block("text", runs=[run("Hi "), run("there", bold=True)]),
        block("text", indent=1, mark="•", runs=[run("one")]),
    ]


def test_lists_count_and_nest():
    found = blocks_of("3. three\n4. four\n   - below\n\n   more of four")
    assert [(one["mark"], one["indent"], one["runs"][0]["text"]) for one in found] == [
        ("3.", 1, "three"),
        ("4.", 1, "four"),
        ("•", 2, "below"),
        ("", 1, "more of four"),
    ]


def test_code_keeps_its_lines_and_is_not_read():
    assert blocks_of("```sh\n  if *x*; then\n\tgo\n```") == [block("code", lines=["  if *x*; then", "    go"])]
    assert blocks_of("`#set *x*`") == [block("text", runs=[run("#set *x*", code=True)])]


def test_quotes_headings_and_rules():
    assert blocks_of("> > said\n\n# Title\n\n---") == [
        block("text", quotes=2, runs=[run("said")]),
        block("heading", runs=[run("Title")]),
        block("rule"),
    ]


def test_a_table_has_rows_of_cells_and_one_too_wide_is_lines():
    assert blocks_of("| a | b |\n|---|---|\n| 1 | ~~2~~ |") == [
        block("table", rows=[[[run("a")], [run("b")]], [[run("1")], [run("2", strike=True)]]])
    ]
    wide = blocks_of("|" + "a|" * 7 + "\n|" + "-|" * 7)
    assert ["".join(one["text"] for one in row["runs"]) for row in wide] == ["a | a | a | a | a | a | a"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("[docs](https://a.example/x)", "docs <https://a.example/x>"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("[me](mailto:a@b.example)", "me <mailto:a@b.example>"),
        ("[run](javascript:alert(1))", "[run](javascript:alert(1))"),
        ("![p](https://a.example/p.png)", "!p <https://a.example/p.png>"),
        ("<b>raw</b> &amp; *soft*\nnext", "<b>raw</b> & soft\nnext"),
    ],
)
def test_what_is_written_is_read_as_text(body, text):
    (found,) = blocks_of(body)
    assert "".join(one["text"] for one in found["runs"]) == text


def test_what_nests_deeper_than_a_page_is_wide_stays_on_it():
    found = blocks_of("".join("> - " * depth + "x\n\n" for depth in range(1, 12)))
    assert max(one["quotes"] for one in found) <= 6
    assert max(one["indent"] for one in found) <= 6
