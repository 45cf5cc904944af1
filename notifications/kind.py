"""What a kind of notice says: notifications/kinds.py has the table of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """`text` is shown in the centre and starts the mail; `subject` is the mail's; `action` labels its link."""

    text: Words
    subject: Words
    action: Words
    icon: str = "bell"
    # Whether it is worth a mail besides the centre.
    mailed: bool = True
    # The mail carries the whole message that the notice is about: the app whose message it is sends it, not we.
    in_full: bool = False
