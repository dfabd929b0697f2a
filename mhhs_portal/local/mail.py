"""The mail catcher: takes every e-mail, delivers none, and keeps each as a file that any mail program opens.

`python -m mhhs_portal.local.mail --list` shows the latest with their links; that is `make mail`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import socket
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mhhs_portal.local.places import var_folder

LINK = re.compile(r"https?://[^\s<>\"]+")


def subject_of(message: EmailMessage) -> str:
    return str(message.get("Subject", "(no subject)"))


def links_of(message: EmailMessage) -> list[str]:
    """The addresses in its text part, in order, each once."""
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    return list(dict.fromkeys(link.rstrip(".,;)") for link in LINK.findall(text)))


class Catcher:
    """aiosmtpd's handler."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        self.count += 1
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        receiver = re.sub(r"[^A-Za-z0-9@._-]", "_", envelope.rcpt_tos[0])[:80]
        name = f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}-{self.count:04}-{receiver}.eml"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(envelope.content)
        unfinished.rename(self.folder / name)
        link = next(iter(links_of(message)), "")
        print(f"to {', '.join(envelope.rcpt_tos)}: {subject_of(message)} {link}".rstrip(), flush=True)
        return "250 Kept"


async def catch(listening: socket.socket, folder: Path) -> None:
    from aiosmtpd.smtp import SMTP

    folder.mkdir(parents=True, exist_ok=True)
    catcher = Catcher(folder)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: SMTP(catcher, hostname="localhost", enable_SMTPUTF8=True), sock=listening)
    async with server:
        await stopped.wait()


def show(folder: Path, count: int = 20) -> None:
    """The latest messages, oldest first, as a person wants to read them in a terminal."""
    files = sorted(folder.glob("*.eml"))[-count:]
    if not files:
        print(f"No e-mail has been caught yet; they will be kept in {folder}.")
    for file in files:
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        print(f"{message.get('Date', '')}  to {message.get('To', '')}\n  {subject_of(message)}")
        for link in links_of(message):
            print(f"  {link}")
        print(f"  {file}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="show the latest messages")
    parser.add_argument("--descriptor", type=int, help="a listening socket from the parent")
    parser.add_argument("--port", type=int, default=int(os.environ.get("MAIL_PORT", "0")))
    parser.add_argument("--folder", type=Path, default=var_folder() / "mail")
    chosen = parser.parse_args()
    if chosen.list:
        show(chosen.folder)
        return
    if chosen.descriptor is not None:
        listening = socket.socket(fileno=chosen.descriptor)
    else:
        listening = socket.create_server(("127.0.0.1", chosen.port))
    asyncio.run(catch(listening, chosen.folder))


if __name__ == "__main__":
    main()
