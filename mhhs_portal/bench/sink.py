"""A mail server for measurements and fault tests: quick, on 127.0.0.1 alone, and misbehaving on request.

    python -m mhhs_portal.bench.sink --descriptor 5 --record taken.log --order order.txt

Every mail whose text arrived whole is a line of the record, also where the answer was withheld: what a person could
have received. `order` holds one line that says how to behave from the next connection or mail on, so that it can be
changed while mail is coming; addresses that begin with such a word are always treated that way.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What the order, or the beginning of an address, may say besides three digits, which are the answer to the text.
#: "busy": answers 421 to whoever connects. "drop": takes the text and hangs up. "hang": takes it and says no more.
#: "silent": accepts the connection and never greets. "slow": half a second for each answer to a text.
WORDS = ("busy", "drop", "hang", "silent", "slow")
SLOWNESS = 0.5
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(rb"^Subject: (.*?)\r\n(?![ \t])", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_END = b"\r\n.\r\n"


class Order:
    """The order as it stands in its file; read again only when the file has changed."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._seen = 0
        self._word = ""

    @property
    def word(self) -> str:
        if self.file is None:
            return ""
        try:
            changed = self.file.stat().st_mtime_ns
        except FileNotFoundError:
            return ""
        if changed != self._seen:
            self._seen, self._word = changed, self.file.read_text().strip()
        return self._word


class Conversation(asyncio.Protocol):
    def __init__(self, record: Any, order: Order) -> None:
        self.record, self.order = record, order
        self.waiting = b""
        self.is_text = False
        self.receiver = b""
        self.is_mute = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        word = self.order.word
        if word == "silent":
            self.is_mute = True
        elif word == "busy":
            self.say(b"421 too many connections")
            transport.close()
        else:
            self.say(b"220 sink.example")

    def say(self, answer: bytes) -> None:
        self.transport.write(answer + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while not self.is_mute and self._take_one():
            pass

    def _take_one(self) -> bool:
        if self.is_text:
            text, end, rest = self.waiting.partition(_END)
            if end:
                self.is_text, self.waiting = False, rest
                self._take_text(text)
            return bool(end)
        line, end, rest = self.waiting.partition(b"\r\n")
        if end:
            self.waiting = rest
            self._take_line(line)
        return bool(end)

    def _take_line(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"DATA":
            self.is_text = bool(self.receiver)
            self.say(b"354 go on" if self.receiver else b"554 no valid recipients")
        elif verb == b"EHLO":
            self.say(b"250-sink.example\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8")
        elif verb == b"QUIT":
            self.say(b"221 bye")
            self.transport.close()
        else:
            if verb == b"RCPT":
                self.receiver = line.partition(b"<")[2].partition(b">")[0]
                if self.receiver.startswith(b"nobody"):
                    self.receiver = b""
                    self.say(b"550 no such user")
                    return
            self.say(b"250 ok")

    def _take_text(self, text: bytes) -> None:
        to = self.receiver.decode(errors="replace")
        begins = re.split(r"[-@.]", to, maxsplit=1)[0]
        word = begins if begins in WORDS or begins.isdecimal() else self.order.word
        if word[:1].isdigit():
            self.say(f"{word} as ordered".encode())
            return
        self._write_down(to, text)
        if word == "drop":
            self.transport.abort()
        elif word == "hang":
            self.is_mute = True
        elif word == "slow":
            asyncio.get_running_loop().call_later(SLOWNESS, self.say, b"250 taken, slowly")
        else:
            self.say(b"250 taken")

    def _write_down(self, to: str, text: bytes) -> None:
        found, subject = _MESSAGE_ID.search(text), _SUBJECT.search(text)
        name = found[1].decode(errors="replace") if found else ""
        words = subject[1].decode(errors="replace").replace("\r\n", "") if subject else ""
        self.record.write(f"{time.time():.3f}\t{to}\t{name}\t{words}\n")
        self.record.flush()


@dataclass(frozen=True)
class Taken:
    """One mail whose text arrived whole."""

    at: float
    to: str
    message_id: str
    subject: str


@dataclass(frozen=True)
class Sink:
    """A running one, as its parent sees it."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def order(self, word: str) -> None:
        (self.folder / "order.txt").write_text(word)

    def taken(self) -> list[Taken]:
        lines = (self.folder / "taken.log").read_text(encoding="utf-8").splitlines()
        return [Taken(float(line.split("\t")[0]), *line.split("\t")[1:4]) for line in lines]

    def copies(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(mail.message_id for mail in self.taken())


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Sink]:
    """A sink in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    listening = socket.create_server(("127.0.0.1", 0))
    (folder / "taken.log").touch()
    command = [sys.executable, "-m", "mhhs_portal.bench.sink", "--descriptor", str(listening.fileno())]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--record", str(folder / "taken.log"), "--order", str(folder / "order.txt")],
        pass_fds=[listening.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = listening.getsockname()[1]
    listening.close()
    try:
        yield Sink(port, folder)
    finally:
        process.kill()
        process.wait()


async def serve(listening: socket.socket, record: Path, order: Path | None) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    with record.open("a", encoding="utf-8") as lines:
        server = await loop.create_server(lambda: Conversation(lines, Order(order)), sock=listening)
        await stopped.wait()
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--descriptor", type=int, required=True, help="a listening socket from the parent")
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--order", type=Path)
    chosen = parser.parse_args()
    asyncio.run(serve(socket.socket(fileno=chosen.descriptor), chosen.record, chosen.order))


if __name__ == "__main__":
    main()
