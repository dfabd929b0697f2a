"""A mail server of our own for tests: keeps what it accepts, and misbehaves on request."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

#: What the sink does with a mail: "accept", "drop" (takes it and hangs up without a word), "hang" (takes it and says
#: nothing more), or an answer such as "450 try later".
Rule = Callable[[EmailMessage], str]


class MailSink:
    def __init__(self, rule: Rule = lambda mail: "accept") -> None:
        self.rule = rule
        #: Everything whose text arrived whole, even where the answer was withheld: what a person could have received.
        self.received: list[EmailMessage] = []
        self.connections = 0
        self.hanging = threading.Event()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(mail["Message-ID"] for mail in self.received)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.received if mail["To"] == address]

    def __enter__(self) -> MailSink:
        self._thread.start()
        assert self._started.wait(10), "the mail sink did not start"
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(self._protocol, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="sink.example", loop=self._loop, enable_SMTPUTF8=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        answer = self.rule(mail)
        if answer in {"accept", "drop", "hang"}:
            self.received.append(mail)
        if answer == "drop":
            server.transport.abort()
        if answer == "hang":
            self.hanging.set()
            await asyncio.sleep(3600)
        return answer if answer[0].isdigit() else "250 OK"
