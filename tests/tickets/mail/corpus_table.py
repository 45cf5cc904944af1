"""What becomes of every mail in corpus/: typed by hand, held against the portal by test_corpus.py.

taken("text")            becomes a message of the sender with this text; files by name
parked("reason")         waits for a person
ignored("reason")        nobody need read it
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    outcome: str
    reason: str = ""
    text: str | None = None
    files: tuple[str, ...] = ()
    by: str = "owner@orbit.example"


def taken(text: str | None, *files: str, by: str = "owner@orbit.example") -> Expected:
    return Expected("taken", text=text, files=files, by=by)


def parked(reason: str) -> Expected:
    return Expected("parked", reason)


def ignored(reason: str) -> Expected:
    return Expected("ignored", reason)


REJECTED_ONE = "*1 file of this mail could not be attached: `{}`*"
REJECTED = "*{} files of this mail could not be attached: {}*"

TABLE: dict[str, Expected] = {
    # answers, as clients quote
    "gmail_en_plain": taken("We use JDBC 4.2."),
    "gmail_en_alternative": taken("We use JDBC 4.2."),
    "gmail_zh_plain": taken("我们用的是 JDBC 4.2。"),
    "gmail_html_only": taken(
        "The pool has 20 connections.\nSee our page <https://wiki.orbit.example/pool>.\n\n- one\n- two"
    ),
    "outlook_en_plain": taken("It happens on both nodes.\n\nMei"),
    "outlook_en_html": taken("Both nodes, since 9 am."),
    "outlook_zh_plain": taken("两个节点都有问题。"),
    "qq_mail_zh": taken("已经重启了，还是慢。"),
    "qq_mail_html_only": taken("请看日志：连接数已满。\n林梅"),
    "netease_163_plain": taken("问题在早上九点开始。"),
    "netease_163_zh_attribution": taken("可以，今晚十点。"),
    "netease_mailmaster_phone": taken("收到，谢谢。"),
    "foxmail_zh": taken("附上截图说明：第二台机器正常。\n\n\n林梅"),
    "apple_mail_en": taken("Since Monday."),
    "apple_mail_zh_iphone": taken("周一开始的。"),
    "wecom_mail_zh": taken("我们已升级到 12.4。"),
    "lark_mail_html": taken("升级之后恢复正常了。"),
    "interleaved_answer": taken(
        "Answers below.\n\nOn Tue, Nov 24, 2026 at 12:05 PM Engineer <noreply@support.example> wrote:\n"
        "> Which client do you use?\nJDBC 4.2\n> Since when?\nSince Monday."
    ),
    "signature_and_disclaimer": taken("It is fixed now."),
    "own_quote_is_kept": taken(
        "The log says:\n\n> ERROR 1040: Too many connections\n> ERROR 1041\n\nWhat does it mean?"
    ),
    # charsets
    "gb2312_label_gbk_bytes": taken("朱镕基大厦的机房也一样。"),
    "big5_text": taken("資料庫連線逾時，請協助。"),
    "no_charset_gbk_bytes": taken("数据库连接超时，请尽快处理。"),
    "broken_charset_label": taken("数据库恢复了，谢谢。"),
    "latin1_label_utf8_bytes": taken("现在可以了 – danke schön."),
    "format_flowed": taken("This sentence is long and was broken by the mail program, not by me.\nThis one was not."),
    # files
    "attachment_rfc2231_chinese_name": taken("日志见附件。", "错误日志.log"),
    "attachment_rfc2047_gbk_name": taken("See the list.", "连接数.csv"),
    "bare_utf8_in_headers": taken("标题没有编码。", "错误日志.log"),
    "attachment_not_allowed": taken("Run this please.\n\n" + REJECTED.format(2, "`fix.exe`, `chart.svg`"), "ok.png"),
    "inline_image_related": taken("The dashboard: [cid:shot1]", "dashboard.png"),
    "picture_without_text": taken("*Files without a text.*", "image-1.png"),
    "many_files": taken(
        "Twelve logs.\n\n" + REJECTED.format(2, "`log10.txt`, `log11.txt`"), *(f"log{i:02}.txt" for i in range(10))
    ),
    "long_text": taken(None, "message.txt"),
    "smime_signed": taken("Signed: please go on."),
    "smime_encrypted": parked("encrypted"),
    "calendar_invitation": taken("Shall we call tomorrow at 10?\n\n" + REJECTED_ONE.format("attachment-1.ics")),
    "forwarded_mail_attached": taken("The vendor's answer is attached.\n\n" + REJECTED_ONE.format("attachment-1.eml")),
    # odd ones
    "empty_body": parked("empty"),
    "only_quote": parked("empty"),
    "huge_subject": taken("The subject grew."),
    "invalid_date": taken("My clock is wrong."),
    "no_message_id": taken("My program gives no names."),
    "no_mime_headers": taken("Written by hand."),
    "header_injection_in_subject": taken("Look at the subject."),
    "header_injection_in_name": taken("Look at the name."),
    "script_in_text": taken("Look: <script>alert(1)</script>"),
    "nul_and_controls": taken("It says [31mred."),
    "broken_base64": taken("It works now."),
    "boundary_missing": taken("No boundary at all."),
    "boundary_never_closed": taken("Cut off in the mid"),
    # programs
    "auto_reply_rfc3834": ignored("automatic"),
    "auto_reply_exchange_en": ignored("automatic"),
    "auto_reply_zh_subject": ignored("automatic"),
    "auto_reply_qq_gbk_subject": ignored("automatic"),
    "out_of_office_subject": ignored("automatic"),
    "vacation_header": ignored("automatic"),
    "precedence_bulk": ignored("automatic"),
    "bounce_dsn": ignored("bounce"),
    "bounce_zh": ignored("bounce"),
    "read_receipt": ignored("receipt"),
    "loop_own_letter": ignored("loop"),
    "loop_own_address": ignored("loop"),
    "loop_reply_address": ignored("loop"),
    # people who may, and who may not
    "watcher_answers": taken("I can reproduce it.", by="mei@orbit.example"),
    "capitals_changed_on_the_way": taken("Capitals."),
    "delivered_to_header": taken("By blind copy."),
    "engineer_answers": taken("We raised the limit.", by="engineer@support.example"),
    "forged_sender_of_other_tenant": parked("other_sender"),
    "cc_hijack": parked("other_sender"),
    "display_name_pretends": parked("other_sender"),
    "token_of_a_colleague": parked("other_sender"),
    "engineer_by_customers_address": parked("other_sender"),
    "two_senders": parked("unclear_sender"),
    "two_from_headers": parked("unclear_sender"),
    "comment_in_address": parked("unclear_sender"),
    "no_sender": parked("unclear_sender"),
    "forged_token": parked("bad_signature"),
    "viewer_answers": parked("reads_only"),
    "former_watcher": parked("not_a_participant"),
    "staff_without_the_ticket": parked("not_a_participant"),
    "plain_reply_address": parked("no_reply_address"),
    "new_mail_to_support": parked("no_reply_address"),
    "subject_number_is_no_key": parked("no_reply_address"),
    "mailing_list": parked("mailing_list"),
    # bombs
    "bomb_nesting": parked("too_complex"),
    "bomb_many_parts": parked("too_complex"),
}
