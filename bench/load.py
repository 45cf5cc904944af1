"""A steady crowd of clients with connections of their own, and how long their requests took."""

import http.client
import statistics
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One kind of request; `body` is sent as it is with `headers`."""

    name: str
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expected: int = 200


@dataclass
class Outcome:
    """Latencies in milliseconds of the requests that were answered as expected, and what the others got."""

    latencies: list[float] = field(default_factory=list)
    unexpected: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def row(self) -> dict[str, Any]:
        """Requests a second and percentiles, for a table."""
        ordered = sorted(self.latencies) or [0.0]
        return {
            "requests": len(self.latencies),
            "a second": round(len(self.latencies) / self.seconds, 1) if self.seconds else 0,
            "median ms": round(statistics.median(ordered), 1),
            "95 % ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
            "99 % ms": round(ordered[int(0.99 * (len(ordered) - 1))], 1),
            "unexpected": self.unexpected or "",
        }


def press(port: int, *cases: Case, clients: int, seconds: float) -> Outcome:
    """`clients` threads, each with one of `cases`, send it again and again to 127.0.0.1 for `seconds`.

    A short warm-up goes before.
    """
    _client(port, cases[0], time.monotonic() + 0.5, Outcome(), threading.Lock())
    outcome, lock = Outcome(), threading.Lock()
    started = time.monotonic()
    crowd = [
        threading.Thread(target=_client, args=(port, cases[place % len(cases)], started + seconds, outcome, lock))
        for place in range(clients)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    outcome.seconds = time.monotonic() - started
    return outcome


def _client(port: int, case: Case, end: float, outcome: Outcome, lock: threading.Lock) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < end:
        began = time.monotonic()
        connection.request(case.method, case.path, case.body, case.headers)
        answer = connection.getresponse()
        answer.read()
        took = (time.monotonic() - began) * 1000
        with lock:
            if answer.status == case.expected:
                outcome.latencies.append(took)
            else:
                outcome.unexpected[str(answer.status)] = outcome.unexpected.get(str(answer.status), 0) + 1
    connection.close()
