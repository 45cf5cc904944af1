"""How robots of IM groups want a message (notifications/im/robots.py, spec page 4.6)."""

from __future__ import annotations

import pytest

from notifications.im.robots import Line, masked, message, verdict

LINE = Line("Ticket T-2026-1 is resolved: Printer", "https://portal.example/o/acme/tickets/T-2026-1")


def written(kind, *lines):
    return message(
        kind,
        lines or [LINE],
        title="Support",
        more=lambda n: f"… and {n} more",
        milliseconds=1669945732253,
        uuid="a" * 32,
    )


def test_wecom_takes_markdown():
    assert written("wecom") == {
        "msgtype": "markdown",
        "markdown": {
            "content": "[Ticket T-2026-1 is resolved: Printer](https://portal.example/o/acme/tickets/T-2026-1)"
        },
    }


def test_welink_takes_plain_text_with_time_and_a_fresh_id():
    assert written("welink") == {
        "messageType": "text",
        "content": {"text": "Ticket T-2026-1 is resolved: Printer https://portal.example/o/acme/tickets/T-2026-1"},
        "timeStamp": 1669945732253,
        "uuid": "a" * 32,
        "isAt": False,
        "isAtAll": False,
    }


def test_the_other_houses():
    text = "Ticket T-2026-1 is resolved: Printer https://portal.example/o/acme/tickets/T-2026-1"
    markdown = "- [Ticket T-2026-1 is resolved: Printer](https://portal.example/o/acme/tickets/T-2026-1)"
    assert written("dingtalk") == {"msgtype": "markdown", "markdown": {"title": "Support", "text": markdown}}
    assert written("feishu") == {"msg_type": "text", "content": {"text": text}}
    assert written("other") == {"text": text}


def test_what_customers_write_calls_nobody_and_makes_no_link():
    line = Line("<@all> [click](http://evil.example) **now** @everyone `x`\n# big", "")
    text = written("wecom", line)["markdown"]["content"]
    assert text == "＜＠all＞ ［click］(http://evil.example) ＊＊now＊＊ ＠everyone ｀x｀ ＃ big"
    assert written("welink", Line("hello @all"))["content"]["text"] == "hello ＠all"


def test_several_things_are_told_in_one_message():
    text = written("wecom", Line("one"), Line("two"), Line("three"))["markdown"]["content"]
    assert text == "one\ntwo\nthree"


@pytest.mark.parametrize(("kind", "limit", "measure"), [("wecom", 4096, "bytes"), ("welink", 500, "signs")])
def test_a_message_keeps_the_robots_limit_and_counts_what_is_left_out(kind, limit, measure):
    lines = [Line("打印机坏了" * 20 + str(number), "https://portal.example/t") for number in range(20)]
    found = written(kind, *lines)
    text = found["markdown"]["content"] if kind == "wecom" else found["content"]["text"]
    assert (len(text.encode()) if measure == "bytes" else len(text)) <= limit
    told = text.count("https://portal.example/t")
    assert text.endswith(f"… and {20 - told} more")


def test_one_line_that_is_too_long_is_cut():
    text = written("welink", Line("x" * 900, "https://portal.example/" + "y" * 480))["content"]["text"]
    assert len(text) <= 500
    assert text.endswith("…")


@pytest.mark.parametrize(
    ("kind", "status", "text", "said"),
    [
        ("wecom", 200, '{"errcode":0,"errmsg":"ok"}', "taken"),
        ("wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', "again"),
        ("wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', "gone"),
        ("wecom", 200, "<html>", "again"),
        ("wecom", 200, "[]", "again"),
        ("wecom", 502, "", "again"),
        ("welink", 200, '{"code":"0","data":"success","message":"ok"}', "taken"),
        ("welink", 200, '{"code":"58404","message":"limit"}', "again"),
        ("dingtalk", 200, '{"errcode":0}', "taken"),
        ("dingtalk", 200, '{"errcode":300001}', "gone"),
        ("feishu", 200, '{"code":0}', "taken"),
        ("feishu", 200, '{"StatusCode":0}', "taken"),
        ("feishu", 200, '{"code":9499}', "again"),
        ("other", 200, "ok", "taken"),
        ("other", 404, "", "gone"),
        ("other", 429, "", "again"),
    ],
)
def test_what_an_answer_means(kind, status, text, said):
    assert verdict(kind, status, text) == said


def test_of_an_address_only_the_host_and_four_signs_are_shown():
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    assert masked(url) == "https://qyapi.weixin.qq.com/…5aaa"
    assert masked("https://hooks.slack.com/services/T000/B000/B0TOKENsecret") == "https://hooks.slack.com/…cret"
