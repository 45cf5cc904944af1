"""Addresses of organizations: what is possible, and what is suggested (accounts/addresses.py)."""

from __future__ import annotations

import pytest

from accounts.addresses import is_possible, suggest


@pytest.mark.parametrize("slug", ["ab", "a-1", "0" * 40, "--"])
def test_an_address_has_2_to_40_small_letters_digits_and_hyphens(slug):
    assert is_possible(slug)


@pytest.mark.parametrize("slug", ["", "a", "A1", "a_b", "a b", "0" * 41, "ab\n", "ä-b", "a/b"])
def test_anything_else_is_no_address(slug):
    assert not is_possible(slug)


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Pine & Co. Ltd", "mei@pine.example", "pine-co-ltd"),
        ("Café Über", "a@b.example", "cafe-uber"),
        ("青松科技", "mei@qingsong.example", "qingsong"),
        ("青松科技", "mei@qingsong.com.cn", "qingsong"),
        ("青松科技", "mei@mail.qingsong.com", "qingsong"),
        ("青松科技", "mei@qq.com", ""),
        ("X", "a@b.example", ""),
        ("a" * 60, "a@b.example", "a" * 40),
    ],
)
def test_the_suggestion_comes_from_the_name_or_else_from_the_mailbox(name, email, expected):
    assert suggest(name, email, is_taken=lambda _slug: False) == expected


def test_a_taken_address_gets_a_number():
    taken = {"pine", "pine-2"}
    assert suggest("Pine", "a@b.example", is_taken=taken.__contains__) == "pine-3"
    long = "a" * 40
    assert suggest(long, "a@b.example", is_taken={long}.__contains__) == "a" * 37 + "-2"
    assert suggest("Pine", "a@b.example", is_taken=lambda _slug: True) == ""
