"""Why a mail did not become a message: codes that are stored, told in words by tickets/mail/words.py."""

from __future__ import annotations

from typing import Final

# Ignored: nobody need read it.
LOOP: Final = "loop"
BOUNCE: Final = "bounce"
RECEIPT: Final = "receipt"
AUTOMATIC: Final = "automatic"

# Parked: a person decides.
NO_ADDRESS: Final = "no_reply_address"
BAD_SIGNATURE: Final = "bad_signature"
UNCLEAR_SENDER: Final = "unclear_sender"
OTHER_SENDER: Final = "other_sender"
NOT_A_PARTICIPANT: Final = "not_a_participant"
READS_ONLY: Final = "reads_only"
UNPROVEN: Final = "unproven_sender"
MAILING_LIST: Final = "mailing_list"
EMPTY: Final = "empty"
ENCRYPTED: Final = "encrypted"
TOO_LARGE: Final = "too_large"
TOO_COMPLEX: Final = "too_complex"
UNREADABLE: Final = "unreadable"
TOO_MANY: Final = "too_many"
REPEATED_NAME: Final = "repeated_name"
REFUSED: Final = "refused"

# Answered: the sender was told what to do instead.
FINISHED: Final = "finished"
