"""Asks ClamAV's daemon about a stream of bytes, over TCP or a Unix socket.

The protocol is that of clamd(8): "zINSTREAM", then pieces with their length in front, then a length of nought; the
daemon answers one line. Why no library does this for us: docs/decisions/0065.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PIECE = 64 * 1024
CONNECT_SECONDS = 3.0
#: Between two pieces, and for the verdict: a large archive takes the daemon a while.
ANSWER_SECONDS = 120.0
_LONGEST_ANSWER = 4096


class AwayError(Exception):
    """Nobody listens there, or not ClamAV. Nothing is wrong with the file."""


class RefusedError(Exception):
    """The daemon would not or could not judge this file."""


@dataclass(frozen=True)
class Verdict:
    #: Empty: nothing was found.
    found: str


@dataclass(frozen=True)
class Daemon:
    """tcp://host:port or unix:/path/to/socket."""

    url: str
    answer_seconds: float = ANSWER_SECONDS

    def version(self) -> str:
        """ "ClamAV 1.4.3/27800/Mon Nov 23 09:00:00 2026". Also the test whether anybody is there."""
        with self._connected() as line:
            try:
                line.sendall(b"zVERSION\0")
                words = _answer(line)
            except OSError as error:
                raise AwayError(f"The virus scanner does not answer: {error}") from error
        if not words.startswith("ClamAV"):
            raise AwayError(f"What listens at CLAMD_URL is not ClamAV: {words[:80]!r}")
        return words[:120]

    def judge(self, pieces: Iterable[bytes]) -> Verdict:
        with self._connected() as line:
            try:
                # A daemon that has had enough hangs up while we still send; why, is in its answer.
                with suppress(BrokenPipeError, ConnectionResetError):
                    line.sendall(b"zINSTREAM\0")
                    for piece in pieces:
                        line.sendall(struct.pack("!L", len(piece)) + piece)
                    line.sendall(struct.pack("!L", 0))
                words = _answer(line)
            except TimeoutError:
                raise RefusedError(f"No verdict within {self.answer_seconds:.0f} seconds") from None
            except OSError as error:
                raise RefusedError(f"The virus scanner hung up: {error}") from error
        return _verdict(words)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            line = self._connect()
        except OSError as error:
            raise AwayError(f"The virus scanner cannot be reached: {error}") from error
        with line:
            line.settimeout(self.answer_seconds)
            yield line

    def _connect(self) -> socket.socket:
        parts = urlsplit(self.url)
        if parts.scheme == "tcp" and parts.hostname:
            return socket.create_connection((parts.hostname, parts.port or 3310), CONNECT_SECONDS)
        if parts.scheme == "unix" and parts.path:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS)
            try:
                line.connect(parts.path)
            except OSError:
                line.close()
                raise
            return line
        raise ImproperlyConfigured("CLAMD_URL must look like tcp://host:3310 or unix:/run/clamav/clamd.sock.")


def _answer(line: socket.socket) -> str:
    """One answer, ended by a nought or by hanging up."""
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < _LONGEST_ANSWER:
        piece = line.recv(1024)
        if not piece:
            break
        heard += piece
    return heard.rstrip(b"\0\n").decode(errors="replace")


def _verdict(words: str) -> Verdict:
    """ "stream: OK", "stream: Eicar-Signature FOUND", "INSTREAM size limit exceeded. ERROR"."""
    if words == "stream: OK":
        return Verdict("")
    if words.startswith("stream: ") and words.endswith(" FOUND"):
        return Verdict(words.removeprefix("stream: ").removesuffix(" FOUND").strip()[:200] or "unnamed")
    if "size limit exceeded" in words:
        raise RefusedError("The file is larger than the virus scanner takes (StreamMaxLength)")
    raise RefusedError(f"The virus scanner answered {words[:120]!r}" if words else "The virus scanner gave no answer")
