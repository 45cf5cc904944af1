"""A mailbox on 127.0.0.1 that speaks as much IMAP4rev1 as a poller needs, over a real socket."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """`mails` by uid; `seen` are marked; `dies_at` is the command at which the connection breaks."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    dies_at: str = ""
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://portal:s%40fe@127.0.0.1:{self.port}/INBOX"


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 20

    def handle(self) -> None:
        mailbox: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command = line.split(" ", 1)
            mailbox.asked.append(command)
            if mailbox.dies_at and command.startswith(mailbox.dies_at):
                return
            if not self.answer(mailbox, tag, command):
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def answer(self, mailbox: Mailbox, tag: str, command: str) -> bool:
        verb = " ".join(command.split(" ")[: 2 if command.startswith("UID") else 1]).upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN" and command != 'LOGIN portal "s@fe"':
            self.say(f"{tag} NO wrong password")
            return True
        elif verb == "SELECT":
            self.say(f"* {len(mailbox.mails)} EXISTS")
        elif verb == "UID SEARCH":
            self.say("* SEARCH " + " ".join(str(uid) for uid in mailbox.mails if uid not in mailbox.seen))
        elif verb == "UID FETCH":
            self.fetch(mailbox, command)
        elif verb == "UID STORE":
            mailbox.seen.add(int(command.split()[2]))
        elif verb == "LOGOUT":
            self.say("* BYE")
        self.say(f"{tag} OK done")
        return verb != "LOGOUT"

    def fetch(self, mailbox: Mailbox, command: str) -> None:
        uid = int(command.split()[2])
        content = mailbox.mails[uid]
        if "SIZE" in command:
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(content)})")
            return
        part = re.search(r"<0\.(\d+)>", command)
        content = content[: int(part.group(1))] if part else content
        self.say(f"* {uid} FETCH (UID {uid} BODY[]{'<0>' if part else ''} {{{len(content)}}}")
        self.wfile.write(content)
        self.say(")")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def serving(mails: dict[int, bytes]) -> Iterator[Mailbox]:
    """The server runs while the block does."""
    mailbox = Mailbox(mails)
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.mailbox = mailbox  # type: ignore[attr-defined]
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join(20)
