"""Ticket numbers: `T-2026-4831907`.

A number is the year of filing and a keyed permutation of the sequence, so that it tells nothing about how
many tickets other organizations file. Source: spec page 4.1.

The sequence is written in 7 digits, from 10,000,000 on in 8, and so on. The digits are cut into two halves
which are added to one another's keyed hash in turn, modulo their own sizes (a Feistel network): each round
can be undone, so two places in the sequence never share a number.
"""

from __future__ import annotations

import re
from hashlib import blake2b

SHORTEST = 7
_ROUNDS = 8
_PATTERN = re.compile(r"T-[0-9]{4}-[0-9]{7,12}")


def ticket_number(year: int, place: int, key: bytes) -> str:
    """The number of the ticket at `place` (>= 0) in the sequence, filed in `year` (Beijing)."""
    digits, offset = SHORTEST, 0
    while place - offset >= 10**digits:
        offset += 10**digits
        digits += 1
    return f"T-{year:04}-{_permuted(place - offset, digits, key):0{digits}}"


def is_ticket_number(text: str) -> bool:
    """Whether the text has the form of a ticket number."""
    return bool(_PATTERN.fullmatch(text))


def _permuted(place: int, digits: int, key: bytes) -> int:
    high_size: int = 10 ** (digits // 2)
    low_size: int = 10 ** (digits - digits // 2)
    high, low = divmod(place, low_size)
    for turn in range(_ROUNDS):
        if turn % 2:
            low = (low + _hashed(turn, high, digits, key)) % low_size
        else:
            high = (high + _hashed(turn, low, digits, key)) % high_size
    return high * low_size + low


def _hashed(turn: int, half: int, digits: int, key: bytes) -> int:
    message = f"{digits}:{turn}:{half}".encode()
    return int.from_bytes(blake2b(message, key=key[:64], digest_size=8).digest(), "big")
