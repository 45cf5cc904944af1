"""One POST to an address outside (notifications/outbound/http.py): pinned, following nothing, within its limits."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest

from notifications.outbound import http
from notifications.outbound.http import Post, send
from tests.notifications.receiver import receiver

__all__ = ["receiver"]


def post(url: str, **options) -> Post:
    return Post(url, b'{"a": 1}', {"Content-Type": "application/json"}, **options)


def test_a_post_arrives_as_it_was_written(receiver):
    receiver.answer(201, b"thanks", Retry_After="5")
    outcome = send(post(receiver.url + "?a=b", allowed=["127.0.0.1"]))
    assert (outcome.status, outcome.text, outcome.retry_after, outcome.error) == (201, "thanks", "5", "")
    taken = receiver.requests[0]
    assert (taken.path, taken.body) == ("/hook?a=b", b'{"a": 1}')
    assert taken.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert taken.headers["Content-Type"] == "application/json"


def test_a_redirect_is_an_answer_and_not_followed(receiver):
    receiver.answer(302, Location=receiver.url + "/elsewhere")
    assert send(post(receiver.url, allowed=["127.0.0.1"])).status == 302
    assert len(receiver.requests) == 1


def test_nothing_is_sent_to_a_host_that_the_setting_does_not_name(receiver):
    outcome = send(post(receiver.url))
    assert (outcome.status, outcome.error) == (None, "https_needed")
    assert receiver.requests == []


def test_proxies_of_the_environment_are_not_used(receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert send(post(receiver.url, allowed=["127.0.0.1"])).status == 200


def test_a_name_that_changes_its_answer_leads_nowhere_else(monkeypatch):
    """DNS rebinding: the resolver is asked once, and the connection goes to the address that was judged."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    connected = []

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(http.socket, "create_connection", connect)
    outcome = send(post("https://rebinding.example/"), resolver=lambda host, port: answers.pop(0))
    assert connected == [("93.184.216.34", 443)]
    assert outcome.error == "refused"
    assert send(post("https://rebinding.example/"), resolver=lambda host, port: answers.pop(0)).error == "private"
    assert connected == [("93.184.216.34", 443)]


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:169.254.169.254", "fe80::1%eth0"])
def test_a_name_with_one_private_address_among_public_ones_is_refused(inner, monkeypatch):
    monkeypatch.setattr(http.socket, "create_connection", lambda *args, **kwargs: pytest.fail("connected"))
    outcome = send(post("https://mixed.example/"), resolver=lambda host, port: ["93.184.216.34", inner])
    assert outcome.error in ("private", "odd_address")


def test_a_name_without_an_address_is_told():
    assert send(post("https://nowhere.example/"), resolver=lambda host, port: []).error == "unknown_host"


def test_the_certificate_must_be_valid_for_the_name(monkeypatch, tmp_path):
    with Listening() as (port, _line):
        found = send(post(f"https://127.0.0.1:{port}/", allowed=["127.0.0.1"]))
    assert found.error in ("tls", "broken_off")
    assert http._trust().verify_mode == ssl.CERT_REQUIRED
    assert http._trust().check_hostname


def test_a_host_that_never_answers_is_left_in_time():
    with Listening(answer=b"") as (port, _line):
        outcome = send(post(f"http://127.0.0.1:{port}/", allowed=["127.0.0.1"]), seconds=0.3)
    assert outcome.error == "timeout"


def test_a_host_that_drips_its_answer_is_cut_at_the_deadline():
    """Each single read is quick; only the whole takes for ever."""
    with Listening(answer=b"HTTP/1.1 200 OK\r\n", drip=b"X-Slow: 1\r\n") as (port, _line):
        outcome = send(post(f"http://127.0.0.1:{port}/", allowed=["127.0.0.1"]), seconds=0.5)
    assert outcome.status is None
    assert outcome.error in ("timeout", "broken_off")


def test_of_a_long_answer_only_the_beginning_is_read(receiver):
    receiver.answer(200, b"x" * 2_000_000)
    outcome = send(post(receiver.url, allowed=["127.0.0.1"]))
    assert outcome.status == 200
    assert outcome.text == "x" * 1000


def test_bytes_that_are_no_text_are_kept_readable(receiver):
    receiver.answer(200, b"a\x00b\xff\xfec")
    assert send(post(receiver.url, allowed=["127.0.0.1"])).text == "ab\ufffd\ufffdc"


def test_an_answer_that_is_no_http_is_told():
    with Listening(answer=b"220 mail.example ESMTP\r\n") as (port, _line):
        outcome = send(post(f"http://127.0.0.1:{port}/", allowed=["127.0.0.1"]))
    assert outcome.error == "broken_off"


def test_a_closed_port_is_told():
    with socket.socket() as held:  # and never listened at: nobody else gets it meanwhile
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        assert send(post(f"http://127.0.0.1:{port}/", allowed=["127.0.0.1"])).error == "refused"


class Listening:
    """A raw server that says `answer` to the first who connects, then drips until it is left."""

    def __init__(self, answer: bytes = b"no tls here\n", drip: bytes = b"") -> None:
        self.answer, self.drip = answer, drip
        self.over = threading.Event()

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self.server.getsockname()[1], self.thread

    def _serve(self) -> None:
        line, _address = self.server.accept()
        with line:
            try:
                line.sendall(self.answer)
                while self.drip and not self.over.wait(0.02):
                    line.sendall(self.drip)
                if not self.answer or self.drip:
                    self.over.wait(20)
            except OSError:
                pass

    def __exit__(self, *error) -> None:
        self.over.set()
        self.server.close()
        self.thread.join(20)
