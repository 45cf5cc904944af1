import itertools
import re

from tickets.numbering import is_ticket_number, ticket_number

KEY = b"k" * 32


def test_a_number_is_the_year_and_seven_digits():
    assert re.fullmatch(r"T-2026-[0-9]{7}", ticket_number(2026, 1, KEY))


def test_no_two_tickets_share_a_number():
    numbers = {ticket_number(2026, place, KEY) for place in range(50_000)}
    assert len(numbers) == 50_000


def test_numbers_tell_nothing_about_their_order():
    numbers = [int(ticket_number(2026, place, KEY)[-7:]) for place in range(1_000)]
    rises = sum(later > earlier for earlier, later in itertools.pairwise(numbers))
    assert 400 < rises < 600
    assert max(numbers) - min(numbers) > 9_000_000


def test_the_key_decides_the_numbers():
    assert ticket_number(2026, 7, KEY) != ticket_number(2026, 7, b"another key")
    assert ticket_number(2026, 7, KEY) == ticket_number(2026, 7, KEY)


def test_a_long_sequence_takes_one_more_digit():
    assert len(ticket_number(2026, 9_999_999, KEY)) == len("T-2026-") + 7
    assert len(ticket_number(2026, 10_000_000, KEY)) == len("T-2026-") + 8
    assert len(ticket_number(2026, 109_999_999, KEY)) == len("T-2026-") + 8
    assert len(ticket_number(2026, 110_000_000, KEY)) == len("T-2026-") + 9


def test_every_place_of_a_domain_is_used_once():
    from tickets.numbering import _permuted

    assert sorted(_permuted(place, 4, KEY) for place in range(10_000)) == list(range(10_000))
    assert sorted(_permuted(place, 5, KEY) for place in range(100_000)) == list(range(100_000))


def test_the_form_of_a_number():
    assert is_ticket_number("T-2026-4831907")
    for other in ("T-2026-483190", "t-2026-4831907", "T-2026-4831907\n", "T-2026-٤٨٣١٩٠٧", "", "1"):
        assert not is_ticket_number(other)
