"""The pure rules of mail: addresses, robots, trimming, charsets, HTML, reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail import addressing, charsets, html_text, inbound, reading, robots, trimming

KEY = b"k" * 32
TOKEN = addressing.token(7, 5, KEY)
ids = st.integers(min_value=0, max_value=2**48 - 1)


@given(ids, ids)
def test_a_token_opens_to_what_it_was_made_of(ticket, person):
    token = addressing.token(ticket, person, KEY)
    assert addressing.opened(token, KEY) == (ticket, person)
    assert addressing.opened(token.upper(), KEY) == (ticket, person)
    assert addressing.opened(token, b"x" * 32) is None
    assert len(f"{'r' * 18}+{token}") == 64


def test_the_worked_example_of_a_token():
    assert (len(TOKEN), addressing.opened(TOKEN, KEY)) == (45, (7, 5))


@given(st.integers(min_value=0, max_value=44), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_letter_of_a_token_can_be_changed(place, letter):
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert (addressing.opened(changed, KEY) is None) == (changed != TOKEN)


@given(st.text(max_size=64))
def test_no_text_breaks_the_opening_of_a_token(text):
    assert addressing.opened(text, KEY) is None


def test_tokens_are_found_in_addresses_of_ours_alone():
    text = f'"x" <reply+{TOKEN}@mail.example>, <REPLY+abc@MAIL.EXAMPLE>, noreply+no@mail.example, reply+no@mail.example.evil.example, reply+no@mail.exampl'
    assert addressing.tokens_in(text, "reply@mail.example")[:2] == [TOKEN, "abc"]
    assert addressing.tokens_in("noreply+no@mail.example reply+no@evil.example", "reply@mail.example") == []
    assert addressing.tokens_in("reply+no@mail.example.evil.example", "reply@mail.example") == []


def test_names_of_letters_are_known_again():
    name = addressing.message_name("T-2026-4831907", 12, "mail.example", KEY)
    assert addressing.is_own_name(name)
    assert addressing.number_in(name) == "T-2026-4831907"
    assert addressing.thread_name("T-2026-4831907", "mail.example", KEY) != name
    assert not addressing.is_own_name("<abc@mail.example>")
    assert not addressing.is_safe_reference("<a@b>\r\nBcc: x@y.example")
    assert addressing.is_safe_reference("<CAF+x.1@mail.example>")


@pytest.mark.parametrize(
    ("values", "address"),
    [
        (["a@x.example"], "a@x.example"),
        (["<A@X.example>"], "a@x.example"),
        (['"Lin, Mei" <a@x.example>'], "a@x.example"),
        (["Mei (Ops) <a@x.example>"], "a@x.example"),
        (['"b@y.example" <a@x.example>'], "a@x.example"),
        (["a@x.example, b@y.example"], ""),
        (["a@x.example <b@y.example>"], ""),
        (["a@x.example", "b@y.example"], ""),
        (["<a@x.example> <b@y.example>"], ""),
        (["a@x.example(comment)b@y.example"], ""),
        (["@x.example"], ""),
        (["Mei"], ""),
        ([], ""),
        (["管理员@例子.example"], ""),
    ],
)
def test_who_wrote_it_is_one_clear_address(values, address):
    assert reading.only_address(values) == address


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [T-2026-4831907] Out of office hours",
        "Re: [T-2026-4831907] 自动回复功能失效",
        "Automation of replies",
        "Vacation planning app is down",
        "Returned values are wrong",
        "Absent rows",
        "",
    ],
)
def test_people_write_about_robots_too(subject):
    headers = {"auto-submitted": ["no"]}
    assert (
        robots.why_ignored(
            headers, content_type="text/plain", report_type="", sender="a@x.example", subject=subject, own_addresses=()
        )
        == ""
    )


def test_the_word_of_another_server_is_not_believed():
    letter = reading.Letter(
        headers={
            "authentication-results": [
                "mx.else.example; dmarc=pass",
                "mx.ours.example; dkim=pass (dmarc=pass) header.d=x; dmarc=fail",
            ]
        }
    )
    assert inbound.verdict_of(letter, "mx.ours.example") == "fail"
    assert inbound.verdict_of(letter, "") == ""
    assert inbound.verdict_of(letter, "mx.third.example") == "none"


def test_the_worked_example_of_trimming():
    text = "Still slow.\n\nOn Tue, 24 Nov 2026 at 12:00, Support <a@b.example> wrote:\n> Is it?"
    assert trimming.trimmed(text) == "Still slow."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday the vendor wrote:\nWe know this bug.",
        "From: the office\nit works.",
        "The dividing line\n-----\nis mine.",
        "如下写道：\n没有引用。",
        "Subject: a word at the beginning of a line",
        "> only a quote\n\nand a word",
    ],
)
def test_words_of_the_writer_are_never_trimmed(text):
    assert trimming.trimmed(text) == text


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("Sent from my iPhone", "Done."),
        ("发自我的华为手机", "Done."),
        ("发自 网易邮箱大师", "Done."),
        ("获取 Outlook for iOS<https://aka.example/o>", "Done."),
        ("从 Windows 版邮件发送", "Done."),
        ("发自飞书邮箱", "Done."),
        ("来自我的判断：还是慢。", "Done.\n来自我的判断：还是慢。"),
        ("Sent to the vendor.", "Done.\nSent to the vendor."),
    ],
)
def test_signatures_of_phones_go_and_sentences_stay(last, left):
    assert trimming.trimmed(f"Done.\n{last}") == left


def test_the_worked_example_of_charsets():
    assert charsets.text_of("数据库".encode("gbk"), "iso-8859-1") == "数据库"


def test_latin_text_stays_latin():
    assert charsets.text_of("Größe: 5 µm, café".encode("latin-1"), "iso-8859-1") == "Größe: 5 µm, café"


@given(
    st.binary(max_size=300), st.sampled_from(["", "utf-8", "gbk", "big5", "utf-7", "x-none", "base64", "\x00", "idna"])
)
def test_any_bytes_become_text_that_can_be_stored(content, declared):
    text = charsets.text_of(content, declared)
    assert "\x00" not in text
    text.encode()


@given(st.text(max_size=300))
def test_any_header_becomes_one_line(raw):
    assert len(charsets.header_text(raw).splitlines()) <= 1


def test_a_character_cut_by_two_encoded_words_is_whole():
    assert charsets.header_text("=?utf-8?b?5pWw5o0=?= =?utf-8?b?ruW6kw==?=") == "数据库"


@given(st.text(alphabet="<>/!-abdiv='\" &;#x\n", max_size=400))
def test_any_html_becomes_text(source):
    html_text.text_of_html(source)


@pytest.mark.parametrize(
    "piece", ["<div>", "<!--", "<style>", "<a href=", "<b", "&#", "<blockquote>", "<p class='gmail", "x "]
)
def test_html_of_any_make_costs_its_length(piece):
    html_text.text_of_html(piece * (1_000_000 // len(piece)))


@pytest.mark.parametrize(
    "piece", ["> \n", "From:\n", "On a wrote:\n", "在" * 300 + "写道：\n", "-" * 200 + "\n", "\n", "- " * 99]
)
def test_text_of_any_make_is_trimmed_in_bounded_time(piece):
    trimming.trimmed(piece * (200_000 // len(piece)) + "end")


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_called_unreadable(raw):
    try:
        letter = reading.read(raw)
    except reading.Unreadable:
        letter = reading.read_head(raw)
    assert len(letter.identity("")) == 64
