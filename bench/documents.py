"""The words of the data set: what its messages say beside their fixed sentences, and the documents that search reads.

Six words of each language (vocabulary.txt) stand in every ticket, drawn so that the first is in about half of them and
the last in every thirtieth; numbers of instances are in one ticket each. The documents are made by the same SQL that
makes the texts, from words cut by the portal's own rules.
"""

from __future__ import annotations

import time
from pathlib import Path

import psycopg2

from bench.house import SCOPE
from common.words import vector, words_of

_WORDS = (Path(__file__).parent / "vocabulary.txt").read_text("utf-8").split()
ENGLISH = [word for word in _WORDS if word.isascii()]
CHINESE = [word for word in _WORDS if not word.isascii()]
SUBJECTS = ("cannot be reached", "is slow since noon", "磁盘写满", "无法登录云服务器")
SENTENCES = (
    "The connection times out after thirty seconds, instance ",
    "我们已经重启过实例，问题依旧，编号 ",
    "Please look at the log that is attached, run ",
)


def texts(values: tuple[str, ...] | list[str]) -> str:
    """The values as an SQL array of text."""
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"(ARRAY[{quoted}])"


def drawn(values: list[str], size: int, place: str) -> str:
    """SQL: one of `values` for the ticket of the row in scope; `place` makes each drawing another."""
    share = f"((ticket.id * 7919 + {place} * 104729) % 10007) / 10007.0"
    return f"{texts(values)}[1 + floor({size} * power({share}, 2))::integer]"


def message_sql(place: str) -> str:
    """SQL: the text of the message at `place` (1 to 3) of the ticket of the row in scope."""
    english = [drawn(ENGLISH, len(ENGLISH), f"({place} * 2 + {n})") for n in (0, 1)]
    chinese = [drawn(CHINESE, len(CHINESE), f"({place} * 2 + {n + 20})") for n in (0, 1)]
    said = f"{texts(SENTENCES)}[{place}] || ticket.id"
    return f"{said} || '. ' || {english[0]} || ' ' || {english[1]} || '。' || {chinese[0]} || '、' || {chinese[1]}"


def _vectors(values: tuple[str, ...] | list[str]) -> list[str]:
    return [vector(words_of(value)) for value in values]


def _document_sql() -> str:
    """SQL: the words of a ticket, as tickets.search.documents makes them."""
    parts = [
        texts(_vectors(SUBJECTS)) + "[1 + n % 4]",
        "'" + _vectors([" ".join(SENTENCES)])[0].replace("'", "''") + "'",
    ]
    for place in (1, 2, 3):
        for n in (0, 1):
            parts.append(drawn(_vectors(ENGLISH), len(ENGLISH), str(place * 2 + n)))
            parts.append(drawn(_vectors(CHINESE), len(CHINESE), str(place * 2 + n + 20)))
    words = ["instance", "t", "2025", "t-2025"]
    parts.append("'" + vector(words).replace("'", "''") + "'")
    parts.append("format('%s %s', n, ticket.id)")
    parts.append("format('''%s'' ''2025-%s''', lpad(n::text, 7, '0'), lpad(n::text, 7, '0'))")
    marks = "'''@%s'' ''#a%s'' ''#b%s'' ''#c%s'''"
    parts.append(f"format({marks}, ticket.organization_id, ticket.id >> 13, ticket.id >> 16, ticket.id >> 19)")
    return "(" + " || ' ' || ".join(parts) + ")::tsvector"


WITHOUT_INDEX = "DROP INDEX IF EXISTS tickets_by_words"
DOCUMENTS = f"""
INSERT INTO tickets_ticketdocument (ticket_id, organization_id, words, size, message_id)
SELECT ticket.id, ticket.organization_id, {_document_sql()}, 400,
       (SELECT max(message.id) FROM tickets_message AS message WHERE message.ticket_id = ticket.id)
  FROM (SELECT *, substr(number, 8)::bigint AS n FROM tickets_ticket WHERE number LIKE 'T-2025-%') AS ticket
 ORDER BY ticket.id
"""
INDEX = """
SET maintenance_work_mem = '512MB';
CREATE INDEX IF NOT EXISTS tickets_by_words ON tickets_ticketdocument USING gin (words)
  WITH (gin_pending_list_limit = 1024)
"""


def make(owner: str) -> None:
    """Fill the documents of a house whose tickets are there; where they are, nothing is done. In three transactions."""
    connection = psycopg2.connect(owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SCOPE)
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM tickets_ticketdocument LIMIT 1) AS one")
        if cursor.fetchone()[0]:  # type: ignore[index]
            return
        # An index is made faster than it grows.
        for name, sql in (("index dropped", WITHOUT_INDEX), ("words", DOCUMENTS), ("index of words", INDEX)):
            began = time.monotonic()
            cursor.execute(sql)
            print(f"{name:<16}{cursor.rowcount:>12,}{time.monotonic() - began:>9.1f} s", flush=True)
        cursor.execute("VACUUM ANALYZE tickets_ticketdocument")
    connection.close()
