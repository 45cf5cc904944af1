"""Webhooks by TLS to a real server: what its authority vouches for is delivered, another name is not."""

from __future__ import annotations

import ssl
import threading
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common import clock
from notifications.outbound import http
from notifications.outbound.http import Outcome, Post, send
from tests.notifications.receiver import Receiver, _handler_of

NAME = "hooks.customer.example"
DAY = timedelta(days=1)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """Signs certificates; `path` is its own, as a trust store."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.key = folder, named(name), ec.generate_private_key(ec.SECP256R1())
        own = self.signed(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))
        self.path = self.written("authority.pem", own)

    def signed(self, subject, key, *extensions: x509.ExtensionType) -> bytes:
        now = clock.real_now()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def certificate(self, name: str) -> Path:
        """Key and certificate of a server of this name, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        signed = self.signed(named(name), key, x509.SubjectAlternativeName([x509.DNSName(name)]), server)
        form = serialization.PrivateFormat.PKCS8
        secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        return self.written(f"{name}.pem", secret + signed)

    def written(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """One that this machine trusts for the length of the test, as an operator's trust store would have it."""
    found = Authority(tmp_path, "A test's authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(found.path))
    http._trust.cache_clear()
    yield found
    http._trust.cache_clear()


@pytest.fixture
def secured():
    """Starts a receiver that speaks TLS with a certificate; all of them are stopped after the test."""
    servers = []

    def start(certificate: Path) -> Receiver:
        receiver = Receiver()
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(receiver))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # Each handshake in its connection's thread: one that is refused must not stop the server.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        receiver.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return receiver

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def sent(receiver: Receiver, name: str = NAME) -> Outcome:
    post = Post(f"https://{name}:{receiver.port}/hook", b'{"a": 1}', {"Content-Type": "application/json"}, [name])
    return send(post, resolver=lambda host, port: ["127.0.0.1"])


def test_what_the_authority_vouches_for_is_delivered(authority, secured):
    receiver = secured(authority.certificate(NAME))
    receiver.answer(204)
    outcome = sent(receiver)
    assert (outcome.status, outcome.error) == (204, "")
    (taken,) = receiver.requests
    assert (taken.path, taken.body) == ("/hook", b'{"a": 1}')
    assert taken.headers["Host"] == f"{NAME}:{receiver.port}"


def test_a_certificate_of_another_name_is_refused(authority, secured):
    receiver = secured(authority.certificate("other.customer.example"))
    outcome = sent(receiver)
    assert (outcome.status, outcome.error) == (None, "tls")
    assert receiver.requests == []


def test_a_certificate_of_another_authority_is_refused(authority, secured, tmp_path):
    strange = tmp_path / "strange"
    strange.mkdir()
    receiver = secured(Authority(strange, "Nobody's authority").certificate(NAME))
    outcome = sent(receiver)
    assert (outcome.status, outcome.error) == (None, "tls")
    assert receiver.requests == []
