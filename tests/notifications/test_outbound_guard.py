"""Where the portal may be made to send (notifications/outbound/guard.py, spec page 9.3: SSRF through webhooks)."""

from __future__ import annotations

import pytest

from notifications.outbound.guard import Forbidden, Target, check_address, check_addresses, target_of

ODD = {
    # private, loopback, link-local and metadata, in the usual form
    "https://127.0.0.1/": "private",
    "https://10.0.0.1/": "private",
    "https://172.16.5.4/": "private",
    "https://192.168.1.1/": "private",
    "https://169.254.169.254/latest/meta-data/": "private",
    "https://100.64.0.1/": "private",
    "https://0.0.0.0/": "private",
    "https://255.255.255.255/": "private",
    "https://224.0.0.1/": "private",
    "https://240.0.0.1/": "private",
    "https://192.0.2.7/": "private",
    "https://198.18.0.1/": "private",
    "https://192.88.99.1/": "private",
    "https://127.0.0.1./": "private",
    # the same in odd forms
    "https://2130706433/": "odd_address",
    "https://0x7f000001/": "odd_address",
    "https://0x7f.0.0.1/": "odd_address",
    "https://017700000001/": "odd_address",
    "https://0177.0.0.1/": "odd_address",
    "https://127.1/": "odd_address",
    "https://127.0.1/": "odd_address",
    "https://127.000.000.001/": "odd_address",
    "https://0/": "odd_address",
    "https://1.2.3.4.5/": "odd_address",
    "https://example.0x7f/": "odd_address",
    "https://①②⑦.⓪.⓪.①/": "private",
    "https://１２７.0.0.1/": "private",
    "https://127。0。0。1/": "private",
    # IPv6, and IPv4 in its clothes
    "https://[::1]/": "private",
    "https://[::]/": "private",
    "https://[::ffff:127.0.0.1]/": "private",
    "https://[::ffff:7f00:1]/": "private",
    "https://[::ffff:a9fe:a9fe]/": "private",
    "https://[::ffff:8.8.8.8]/": "private",
    "https://[::127.0.0.1]/": "private",
    "https://[64:ff9b::7f00:1]/": "private",
    "https://[2002:7f00:1::]/": "private",
    "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/": "private",
    "https://[fe80::1]/": "private",
    "https://[fe80::1%25eth0]/": "odd_address",
    "https://[fc00::1]/": "private",
    "https://[fd00:ec2::254]/": "private",
    "https://[fec0::1]/": "private",
    "https://[ff02::1]/": "private",
    "https://[2001:db8::1]/": "private",
    "https://[1.2.3.4]/": "not_an_address",
    # names of inner networks
    "https://localhost/": "private",
    "https://localhost./": "private",
    "https://LOCALHOST/": "private",
    "https://ｌocalhost/": "private",
    "https://x.localhost/": "private",
    "https://metadata.google.internal/": "private",
    "https://db.corp/": "private",
    "https://printer.local/": "private",
    "https://intranet/": "private",
    "https://1.0.0.127.in-addr.arpa/": "private",
    # what readers of addresses disagree about
    "https://good.example@127.0.0.1/": "password",
    "https://user:secret@good.example/": "password",
    "https://good.example\\@127.0.0.1/": "not_an_address",
    "https://good.example\t/": "not_an_address",
    "https://good.example/\r\nHost: other": "not_an_address",
    " https://good.example/": "not_an_address",
    "https:///path": "not_an_address",
    "https://": "not_an_address",
    "https://good.example:99999/": "not_an_address",
    "https://good.example:0/": "port",
    "https://good..example/": "not_an_address",
    "https://[::1/": "not_an_address",
    "https://good.example/ü": "not_an_address",
    "//good.example/": "not_an_address",
    "": "not_an_address",
    "https://good.example/" + "a" * 500: "not_an_address",
    # other schemes and ports
    "http://good.example/": "https_needed",
    "ftp://good.example/": "not_an_address",
    "file:///etc/passwd": "not_an_address",
    "gopher://good.example/": "not_an_address",
    "https://good.example:22/": "port",
    "https://good.example:25/": "port",
    "https://good.example:6379/": "port",
    "https://good.example:80/": "port",
}


@pytest.mark.parametrize(("url", "code"), ODD.items(), ids=range(len(ODD)))
def test_an_address_that_is_not_plainly_public_is_refused(url, code):
    with pytest.raises(Forbidden) as refused:
        target_of(url)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.com", Target("https", "hooks.example.com", 443, "/", False)),
        ("https://hooks.example.com:8443/a?b=c", Target("https", "hooks.example.com", 8443, "/a?b=c", False)),
        ("HTTPS://Hooks.Example.COM./x#y", Target("https", "hooks.example.com", 443, "/x", False)),
        ("https://8.8.8.8/", Target("https", "8.8.8.8", 443, "/", False)),
        ("https://[2606:4700::1111]/", Target("https", "2606:4700::1111", 443, "/", False)),
        ("https://例子.example/", Target("https", "xn--fsqu00a.example", 443, "/", False)),
    ],
)
def test_a_public_address_is_taken_apart(url, target):
    assert target_of(url) == target


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000/hook"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/hook"),
        ("Receiver.Internal", "http://receiver.internal/hook"),
        ("[::1]", "http://[::1]:9000/"),
        ("::1", "http://[0:0:0:0:0:0:0:1]:9000/"),
    ],
)
def test_a_host_that_the_setting_names_may_be_private_plain_and_on_any_port(allowed, url):
    target = target_of(url, allowed=[allowed])
    assert target.is_allowed
    assert check_addresses(target, ["127.0.0.1"]) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9001/", "http://127.0.0.2:9000/", "http://2130706433:9000/", "http://localhost:9000/"],
)
def test_what_the_setting_names_opens_nothing_beside_it(url):
    with pytest.raises(Forbidden):
        target_of(url, allowed=["127.0.0.1:9000"])


def test_every_address_of_a_name_is_judged():
    target = target_of("https://hooks.example.com/")
    assert check_addresses(target, ["93.184.216.34", "2606:4700::1111"]) == ["93.184.216.34", "2606:4700::1111"]
    with pytest.raises(Forbidden) as refused:
        check_addresses(target, ["93.184.216.34", "10.0.0.1"])
    assert refused.value.code == "private"
    with pytest.raises(Forbidden) as refused:
        check_addresses(target, [])
    assert refused.value.code == "unknown_host"


@pytest.mark.parametrize("text", ["fe80::1%eth0", "nonsense", "127.1", ""])
def test_what_a_resolver_should_not_answer_is_refused(text):
    with pytest.raises(Forbidden):
        check_address(text)


def test_the_host_header_leaves_out_the_usual_port():
    assert target_of("https://a.example/").host_header == "a.example"
    assert target_of("https://a.example:8443/").host_header == "a.example:8443"
    assert target_of("http://[::1]:90/", allowed=["::1"]).host_header == "[::1]:90"
