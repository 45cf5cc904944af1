"""One POST to an address outside: to a judged address, following nothing, within limits of time and size.

The library's usual clients resolve the name again when they connect, follow redirects and honour proxies of the
environment; each of these would undo the guard. Here the name is resolved once, all its addresses are judged
(guard.py), and the connection goes to the one that was judged, while TLS still checks the certificate of the name.
Knows no database and no Django: it runs in threads of its own.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from notifications.outbound.guard import Forbidden, Target, check_addresses, target_of

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024
EXCERPT = 1000
Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Post:
    """What is to be sent. `allowed`: hosts that may be private (setting WEBHOOK_ALLOWED_HOSTS)."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    allowed: Collection[str] = ()


@dataclass(frozen=True)
class Outcome:
    """What came back: `status` and the beginning of the answer, or `error` (a code of words.py) without an answer."""

    status: int | None = None
    text: str = ""
    retry_after: str = ""
    error: str = ""
    milliseconds: int = 0


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name; empty when it is not known."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def send(post: Post, *, resolver: Resolver = resolve, seconds: float = TOTAL_SECONDS) -> Outcome:
    """Send it once; never raises: whatever goes wrong is an Outcome with an `error`."""
    started = time.monotonic()
    try:
        target = target_of(post.url, allowed=post.allowed)
        addresses = check_addresses(target, resolver(target.host, target.port))
        answer = _exchange(target, addresses, post, started + seconds)
    except Forbidden as forbidden:
        answer = Outcome(error=forbidden.code)
    except ssl.SSLError:
        answer = Outcome(error="tls")
    except ConnectionRefusedError:
        answer = Outcome(error="refused")
    except TimeoutError:
        answer = Outcome(error="timeout")
    except (OSError, http.client.HTTPException, ValueError):
        is_late = time.monotonic() >= started + seconds
        answer = Outcome(error="timeout" if is_late else "broken_off")
    spent = int((time.monotonic() - started) * 1000)
    return Outcome(answer.status, answer.text, answer.retry_after, answer.error, spent)


def _exchange(target: Target, addresses: list[str], post: Post, deadline: float) -> Outcome:
    plain = _connected(target, addresses, deadline)
    line = plain.dup()
    # A receiver that drips one byte at a time never lets a single read time out: the line is cut at the deadline.
    cut = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [line])
    cut.daemon = True
    cut.start()
    connection = http.client.HTTPConnection(target.host, target.port)
    try:
        connection.sock = _secured(plain, target) if target.scheme == "https" else plain
        headers = {"Host": target.host_header, "Content-Length": str(len(post.body)), "Connection": "close"}
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in (headers | dict(post.headers)).items():
            connection.putheader(name, value)
        connection.endheaders(post.body)
        response = connection.getresponse()
        text = response.read(MOST_BYTES)[: EXCERPT * 4].decode("utf-8", "replace").replace("\x00", "")
        if time.monotonic() >= deadline:
            raise TimeoutError  # cut: what was read looks like an answer that ends early
        return Outcome(response.status, text[:EXCERPT], response.headers.get("Retry-After", ""))
    finally:
        cut.cancel()
        line.close()
        connection.close()
        plain.close()


def _connected(target: Target, addresses: list[str], deadline: float) -> socket.socket:
    failure: OSError = TimeoutError()
    for address in addresses[:4]:
        left = min(CONNECT_SECONDS, deadline - time.monotonic())
        if left <= 0:
            break
        try:
            return socket.create_connection((address, target.port), timeout=left)
        except OSError as error:
            failure = error
    raise failure


def _secured(plain: socket.socket, target: Target) -> socket.socket:
    return _trust().wrap_socket(plain, server_hostname=target.host)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        line.shutdown(socket.SHUT_RDWR)
