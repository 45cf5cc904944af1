"""What a person wrote in an answer, without the quoted history, attribution lines and phone signatures.

Lines are looked at from above; at the first certain mark of history everything below it goes:
our own line "write above this line", a client's divider ("-----Original Message-----", "------ 原始邮件 ------"), a
block of mail headers (From/Sent/Subject, 发件人/发送时间/主题), or an element that html_text.py marked. An attribution
line ("On … wrote:", "… 写道：") counts where a quote follows it; a quote that is answered in its midst is kept, for it
belongs to the answer. A quote without attribution is the writer's own.
Clients: Gmail, Outlook, QQ Mail, NetEase 163, Foxmail, Apple Mail, WeCom, Lark. Spec page 4.6.

Worked example: "Still slow.\n\nOn Tue, 24 Nov 2026 at 12:00, Support <a@b.example> wrote:\n> Is it?" -> "Still slow."
"""

from __future__ import annotations

import re

from tickets.mail.html_text import QUOTE_BEGINS

# The line above which people are asked to write, in every language of the portal, and as old letters had it.
OWN_LINES = ("Write your answer above this line", "请在此行上方回复")

_DIVIDER = re.compile(
    r"\s*[-_=—*]{2,}\s*(?:original(?: message| mail)?|forwarded message|replied message"
    r"|begin forwarded message|reply message"
    r"|原始邮件|原邮件|原始郵件|原始信息|回复的原邮件|回复的原信息|转发的邮件|转发邮件|回复邮件|發自原郵件)\s*[-_=—*]{2,}\s*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\s*\**\s*(from|发件人|寄件者|寄件人|差出人|sent|date|发送时间|发送日期|日期|时间|寄件日期|傳送時間|to|收件人|收件者|cc|抄送|副本"
    r"|subject|主题|主旨|主題)\s*\**\s*[:：]",
    re.IGNORECASE,
)
_FROM = ("from", "发件人", "寄件者", "寄件人", "差出人")
_ABOUT = ("subject", "主题", "主旨", "主題")
# At most three lines are joined before these are tried, so that their cost has a bound.
_ATTRIBUTION = re.compile(
    r"\s*(?:(?:on|at|el|le|am)\s.{4,300}?\b(?:wrote|writes|escribió|a écrit|schrieb)\s*[:：]"
    r"|(?:在|于)?\s*.{4,300}?(?:写道|寫道|写到|來信|来信|编写)\s*[:：]"
    r"|.{2,200}?<[^<>\s]+@[^<>\s]+>\s*(?:于|於)?.{0,80}?(?:wrote|写道|寫道)\s*[:：])\s*",
    re.IGNORECASE | re.DOTALL,
)
# One that takes several lines shows in its first one that it is none of the writer's.
_BEGINS_ATTRIBUTION = re.compile(r"\s*(?:(?:on|at)\s|[在于])|.*[<@]", re.IGNORECASE)
_RULE = re.compile(r"\s*[-_=*—]{5,}\s*")
_DASHES = re.compile(r"--\s?")
_PHONE_SIGNATURE = re.compile(
    r"\s*(?:sent from (?:my|mail for|outlook|yahoo|gmail|the|wecom|lark|feishu|foxmail|qq)\b.{0,80}"
    r"|get outlook for .{1,40}"
    r"|(?:发自|發自|来自|來自|从|自)\s?我?的?\s?.{0,20}(?:iphone|ipad|android|安卓|手机|手機|华为|小米|荣耀|邮箱|信箱"
    r"|outlook|飞书|企业微信|foxmail|mail|邮件应用|客户端).{0,30}"
    r"|从\s?windows\s?版.{0,4}(?:邮件|outlook).{0,10}发送|通过.{0,20}(?:邮箱|邮件|企业微信|飞书).{0,6}发送"
    r"|获取\s?outlook\s?for\s?.{1,20}|下载\s?outlook.{0,20})\s*[。.]?\s*(?:<https?://\S+>)?\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\s?(?:>|&gt;)")
_LONGEST_LINE = 2000
LONGEST_TYPED = 200_000


def trimmed(text: str) -> str:
    """The writer's own words; '' when there are none. Nobody types LONGEST_TYPED: such a text is left as it is."""
    if len(text) > LONGEST_TYPED:
        return text.strip()
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_signature(_before_history(lines))
    return "\n".join(kept).strip("\n").strip()


def _before_history(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _is_certain(lines, place):
            return _without_attribution(lines[:place])
        length = _attribution_at(lines, place)
        if length and _is_quote_next(lines, place + length):
            below = _below_quote(lines, place + length)
            if not _has_words(below):
                return lines[:place]
            return [line for line in lines if not _is_own_line(line)]
    return lines


def _is_certain(lines: list[str], place: int) -> bool:
    line = lines[place]
    if QUOTE_BEGINS in line:
        return True
    # Below quote marks it is part of a quote, which is judged as a whole.
    if _QUOTED.match(line):
        return False
    return _is_own_line(line) or bool(_DIVIDER.fullmatch(line[:200])) or _begins_headers(lines, place)


def _is_own_line(line: str) -> bool:
    return any(own in line for own in OWN_LINES)


def _begins_headers(lines: list[str], place: int) -> bool:
    """A From line with at least two other fields, one of them the subject, within the next seven lines."""
    first = _FIELD.match(lines[place][:_LONGEST_LINE])
    if first is None or first.group(1).lower() not in _FROM:
        return False
    fields = [_FIELD.match(line[:_LONGEST_LINE]) for line in lines[place + 1 : place + 8]]
    names = [field.group(1).lower() for field in fields if field]
    return len(names) >= 2 and any(name in _ABOUT for name in names)


def _attribution_at(lines: list[str], place: int) -> int:
    """How many lines the attribution that begins here takes: 1 to 3, or 0."""
    if not lines[place].strip():
        return 0
    for length in (1, 2, 3):
        part = [_QUOTED.sub("", line, count=1)[:400] for line in lines[place : place + length]]
        if len(part) < length or not all(line.strip() for line in part):
            return 0
        begins = length == 1 or _BEGINS_ATTRIBUTION.match(part[0])
        if begins and part[-1].endswith((":", "：")) and _ATTRIBUTION.fullmatch(" ".join(part)):
            return length
    return 0


def _is_quote_next(lines: list[str], place: int) -> bool:
    following = next((line for line in lines[place:] if line.strip()), "")
    return not following or bool(_QUOTED.match(following)) or _is_own_line(following) or QUOTE_BEGINS in following


def _below_quote(lines: list[str], place: int) -> list[str]:
    """What follows the quote that begins at `place` and is not quoted itself."""
    if any(
        QUOTE_BEGINS in line or (_is_own_line(line) and not _QUOTED.match(line)) for line in lines[place : place + 2]
    ):
        return []
    return [line for line in lines[place:] if not _QUOTED.match(line)]


def _has_words(lines: list[str]) -> bool:
    return any(line.strip() for line in _without_signature(lines))


def _without_attribution(lines: list[str]) -> list[str]:
    """Attribution lines at the end go with the history that they announce."""
    while lines and (not lines[-1].strip() or _RULE.fullmatch(lines[-1])):
        lines = lines[:-1]
    for length in (3, 2, 1):
        if len(lines) >= length and _attribution_at(lines, len(lines) - length) == length:
            return lines[:-length]
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _DASHES.fullmatch(line) and len(lines) - place <= 16:
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or _PHONE_SIGNATURE.fullmatch(lines[-1][:300])):
        lines = lines[:-1]
    return lines
