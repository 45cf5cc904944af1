"""Where the portal may be made to send: public addresses on the web's ports, never into its own house (page 9.3).

What a person typed is taken apart here, and only what is plainly a public place passes. A host is judged twice: as it
is written (odd forms of addresses, names of inner networks) and, before every connection, by the addresses that its
name leads to; the connection then goes to exactly the address that was judged (notifications/outbound/http.py), so
that a name that changes its mind between the two is of no use.

`allowed` (setting WEBHOOK_ALLOWED_HOSTS) names hosts that may be private, use plain http and any port, each written
`host` or `host:port`. Pure.

    https://hooks.example.com/in      passes, if the name leads to public addresses only
    http://hooks.example.com/in       https is needed
    https://169.254.169.254/latest    private
    https://2130706433/               an odd form of 127.0.0.1
    https://[::ffff:10.0.0.1]/        private, in the clothes of IPv6
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
PORTS = (443, 8443)
_INNER_NAMES = ("localhost", "internal", "local", "localdomain", "lan", "intranet", "corp", "home", "arpa", "onion")
_LABEL = re.compile(r"^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$")
_NUMBER = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$")
# Addresses of IPv6 in which one of IPv4 hides: 6to4, Teredo, and the NAT64 that some networks run themselves.
_DISGUISES = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
_WORLD = ipaddress.ip_network("2000::/3")
_ANYCAST_RELAY = ipaddress.ip_network("192.88.99.0/24")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(ValueError):
    """It may not be sent there. `code` says why: a row of notifications/outbound/words.py."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Target:
    """A web address taken apart; `path` has the query with it. `is_allowed`: named by the setting."""

    scheme: str
    host: str
    port: int
    path: str
    is_allowed: bool

    @property
    def host_header(self) -> str:
        """The host as the Host header writes it: the usual port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(url: str, *, allowed: Collection[str] = ()) -> Target:
    """What `url` names; raises Forbidden where nothing may be sent, whatever its name leads to."""
    parts = _taken_apart(url)
    host = _plain_host(parts.hostname or "")
    port = _port(parts)
    is_allowed = _is_named(host, port, allowed)
    if parts.scheme != "https" and not is_allowed:
        raise Forbidden("https_needed")
    if port not in PORTS and not is_allowed:
        raise Forbidden("port")
    if not is_allowed:
        _check_name(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, is_allowed)


def check_addresses(target: Target, addresses: Iterable[str]) -> list[str]:
    """The addresses that a name led to, all of them judged; raises Forbidden when one of them is not public."""
    found = list(addresses)
    if not found:
        raise Forbidden("unknown_host")
    if not target.is_allowed:
        for address in found:
            check_address(address)
    return found


def check_address(text: str) -> None:
    """Raises Forbidden unless `text` is a public unicast address."""
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError as error:
        raise Forbidden("odd_address") from error
    if not _is_public(address):
        raise Forbidden("private")


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id or address not in _WORLD or any(address in disguise for disguise in _DISGUISES):
            return False
    elif address in _ANYCAST_RELAY:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _taken_apart(url: str) -> SplitResult:
    # Readers of addresses disagree about these: what one of them skips leads another astray.
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or "\\" in url:
        raise Forbidden("not_an_address")
    if not 0 < len(url) <= LONGEST:
        raise Forbidden("not_an_address")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Forbidden("not_an_address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Forbidden("not_an_address")
    if not parts.path.isascii() or not parts.query.isascii():
        raise Forbidden("not_an_address")
    if "@" in parts.netloc:
        raise Forbidden("password")
    return parts


def _port(parts: SplitResult) -> int:
    port = parts.port
    if port == 0:
        raise Forbidden("port")
    return port if port is not None else (443 if parts.scheme == "https" else 80)


def _plain_host(host: str) -> str:
    """The host in small ASCII letters, without the dot at its end; names of other scripts as the DNS writes them."""
    if "%" in host:
        raise Forbidden("odd_address")
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise Forbidden("odd_address") from error
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise Forbidden("not_an_address") from error
    return plain.removesuffix(".")


def _is_named(host: str, port: int, allowed: Collection[str]) -> bool:
    shown = f"[{host}]" if ":" in host else host
    names = {name.strip().lower() for name in allowed}
    return host in names or shown in names or f"{shown}:{port}" in names


def _check_name(host: str) -> None:
    if ":" in host:
        return check_address(host)
    labels = host.split(".")
    if _NUMBER.match(labels[-1]):
        # 127.1, 0x7f.1, 017700000001, 2130706433: readers of addresses see an address in it, whatever it looks like.
        if not _is_dotted_quad(host):
            raise Forbidden("odd_address")
        return check_address(host)
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise Forbidden("not_an_address")
    if len(labels) == 1 or labels[-1] in _INNER_NAMES:
        raise Forbidden("private")
    return None


def _is_dotted_quad(host: str) -> bool:
    """Whether it is written in the one plain way: 192.0.2.1."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) == host
    except OSError:
        return False
