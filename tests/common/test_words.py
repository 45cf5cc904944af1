"""How texts and questions are cut into words (common/words.py)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from common.words import LONGEST_WORD, excerpt, marked, question, vector, words_of

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=12)
MIXED = st.text(st.sampled_from("磁盘满了，。 aZ1-/é'!&|()<>*:\\\x00\n㈱ＡⅣ"), max_size=40)


def test_words_and_signs_are_cut_as_written():
    assert words_of("ECS 磁盘满!") == {"ecs", "磁", "盘", "满", "磁盘", "盘满"}
    assert question("the 磁盘满").words == ("磁盘", "盘满")
    assert question("' | !").words == ()


def test_a_number_is_its_parts_and_is_asked_for_by_its_pairs():
    assert words_of("T-2026-4831907") == {"t", "2026", "4831907", "t-2026", "2026-4831907"}
    assert question("T-2026-4831907").words == ("t-2026", "2026-4831907")
    assert question("4831907").words == ("4831907",)


def test_case_accents_and_width_do_not_matter():
    assert words_of("Café ＣＡＦÉ cafe\u0301") == {"cafe"}


def test_words_that_say_nothing_are_asked_for_only_alone():
    assert question("the server").words == ("server",)
    assert question("not the").words == ("not", "the")


def test_words_of_a_long_text_are_cut():
    assert words_of("x" * 500) == {"x" * LONGEST_WORD}
    assert question("x" * 150).words == ("x" * LONGEST_WORD,)


def test_the_question_in_the_database_s_language():
    asked = question("disk 磁盘")
    assert asked.exact() == "'disk' & '磁盘'"
    assert asked.exact(also="~") == "('disk' | '~disk') & ('磁盘' | '~磁盘')"
    assert asked.wide() == ""
    assert question("磁盘 disk").wide() == "'磁盘' & 'disk':*"
    assert question("磁盘 disk").last(also="~") == "('disk' | '~disk')"
    assert question("").wide() == question("").last() == ""
    assert asked.any_of() == "'disk' | '磁盘'"
    assert vector({"b", "a"}) == "'a' 'b'"


def test_what_was_asked_for_is_marked_where_a_word_begins():
    assert marked("Disk <b>full</b> again", question("full")) == [
        ("Disk <b>", False),
        ("full", True),
        ("</b> again", False),
    ]
    assert marked("实例磁盘满了", question("磁盘")) == [("实例", False), ("磁盘", True), ("满了", False)]
    assert marked("thankful", question("full")) == [("thankful", False)]
    assert marked("ＤＩＳＫ", question("disk")) == [("ＤＩＳＫ", True)]


def test_an_excerpt_begins_near_the_word():
    text = "one " * 100 + "disk is full " + "two " * 100
    piece = excerpt(text, question("disk"), length=60)
    assert piece.startswith("… one")
    assert "disk is full" in piece
    assert piece.endswith(" …")
    assert excerpt("short", question("nothing")) == "short"


@given(MIXED | st.text(max_size=40))
def test_any_text_is_safe(text):
    """No word holds a quote, an operator, white space or a mark of the index."""
    for word in words_of(text) | set(question(text).words):
        assert not set(word) & set("'\\&|!()<>:*\x00@#~ \n\t"), word
        assert len(word) <= LONGEST_WORD + 1


@given(MIXED | st.text(max_size=60))
def test_a_text_is_found_by_itself(text):
    assert set(question(text).words) <= words_of(text)


@given(st.text(max_size=10), CHINESE, st.text(max_size=10), st.data())
def test_every_piece_of_a_chinese_text_finds_it(before, run, after, data):
    start = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(start + 2, len(run)))
    asked = question(run[start:end])
    assert asked.words
    assert set(asked.words) <= words_of(before + run + after)


@given(MIXED | st.text(max_size=40), MIXED)
def test_marked_pieces_are_the_text(text, asked):
    assert "".join(piece for piece, _is_hit in marked(text, question(asked))) == text
