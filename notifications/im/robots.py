"""How the robots of IM groups want a message, and what their answers mean (spec page 4.6). Pure.

Each robot takes a POST of JSON at an address that holds its key, at most 20 messages a minute:

    wecom     {"msgtype": "markdown", "markdown": {"content": …}}, 4,096 bytes; answers {"errcode": 0}
    welink    {"messageType": "text", "content": {"text": …}, "timeStamp": ms, "uuid": hex…}, 500 characters of plain
              text; answers {"code": "0"}; a time stamp older than 10 minutes is refused
    dingtalk  {"msgtype": "markdown", "markdown": {"title", "text"}}, 20,000 bytes; answers {"errcode": 0}
    feishu    {"msg_type": "text", "content": {"text": …}}, 20,000 bytes; answers {"code": 0}
    other     {"text": …}: Slack, Mattermost, Rocket.Chat, Google Chat; any answer of 2xx
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

SPACING = timedelta(seconds=3)  # 20 a minute
MOST_LINES = 20
# Where the robots of the big houses live; every other address of that kind is a mistake.
HOSTS = {
    "wecom": ("qyapi.weixin.qq.com",),
    "welink": ("open.welink.huaweicloud.com",),
    "dingtalk": ("oapi.dingtalk.com",),
    "feishu": ("open.feishu.cn", "open.larksuite.com"),
}
TAKEN, AGAIN, GONE = "taken", "again", "gone"
# The robot was deleted, or its key is wrong: no repeat will help.
_GONE_CODES = {"wecom": {93000, 40058}, "dingtalk": {300001, 400101}, "feishu": {19001}}
# Signs with a meaning in Markdown or in mentions, and the wide ones that only look like them.
_HARMLESS = str.maketrans("<>[]`*_@#|\\", "＜＞［］｀＊＿＠＃｜＼")


@dataclass(frozen=True)
class Line:
    """One thing that happened: a sentence and the page on which it is seen."""

    text: str
    url: str = ""


def message(
    kind: str, lines: Sequence[Line], *, title: str, more: Callable[[int], str], milliseconds: int, uuid: str
) -> dict[str, Any]:
    """The JSON for one message with `lines`; those that do not fit are counted by the sentence of `more`.

    `milliseconds` (since 1970, real time) and `uuid` (32 hex digits) are asked for by WeLink.
    """
    if kind == "wecom":
        content = _fitted([_markdown(line) for line in lines], more, 4096, _bytes)
        return {"msgtype": "markdown", "markdown": {"content": content}}
    if kind == "welink":
        return {
            "messageType": "text",
            "content": {"text": _fitted([_plain(line) for line in lines], more, 500, len)},
            "timeStamp": milliseconds,
            "uuid": uuid,
            "isAt": False,
            "isAtAll": False,
        }
    if kind == "dingtalk":
        text = _fitted([f"- {_markdown(line)}" for line in lines], more, 18_000, _bytes)
        return {"msgtype": "markdown", "markdown": {"title": _safe(title), "text": text}}
    if kind == "feishu":
        text = _fitted([_plain(line) for line in lines], more, 18_000, _bytes)
        return {"msg_type": "text", "content": {"text": text}}
    return {"text": _fitted([_plain(line) for line in lines], more, 3500, len)}


def verdict(kind: str, status: int, text: str) -> str:
    """Whether an answer says that the message was taken, that it may be tried again, or that the robot is gone."""
    if status in (404, 410):
        return GONE
    if not 200 <= status < 300:
        return AGAIN
    if kind == "other":
        return TAKEN
    try:
        answer = json.loads(text)
    except ValueError:
        return AGAIN
    if not isinstance(answer, dict):
        return AGAIN
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    if str(code) == "0":
        return TAKEN
    return GONE if code in _GONE_CODES.get(kind, ()) else AGAIN


def masked(url: str) -> str:
    """The address for people's eyes: its key is a secret, four signs of which tell robots apart."""
    head = url.split("?", 1)[0]
    scheme, _sep, rest = head.partition("://")
    return f"{scheme}://{rest.split('/', 1)[0]}/…{url[-4:]}"


def _fitted(texts: Sequence[str], more: Callable[[int], str], limit: int, measure: Callable[[str], int]) -> str:
    """As many texts as fit, each on lines of its own; a single one that is too long is cut."""
    taken: list[str] = []
    for place, text in enumerate(texts):
        left = len(texts) - place - 1
        tail = [more(left)] if left else []
        if measure("\n".join([*taken, text, *tail])) > limit:
            if not taken:
                return _cut(text, limit, measure)
            return "\n".join([*taken, more(len(texts) - place)])
        taken.append(text)
    return "\n".join(taken)


def _cut(text: str, limit: int, measure: Callable[[str], int]) -> str:
    while measure(text + "…") > limit:
        text = text[: -max(1, (measure(text) - limit) // 4)]
    return text + "…"


def _markdown(line: Line) -> str:
    text = _safe(line.text)
    return f"[{text}]({line.url})" if line.url else text


def _plain(line: Line) -> str:
    text = " ".join(line.text.split()).replace("@", "＠")
    if len(text) > 200:
        text = text[:199] + "…"
    return f"{text} {line.url}".strip()


def _safe(text: str) -> str:
    text = " ".join(text.split()).translate(_HARMLESS)
    return text if len(text) <= 300 else text[:299] + "…"


def _bytes(text: str) -> int:
    return len(text.encode())
