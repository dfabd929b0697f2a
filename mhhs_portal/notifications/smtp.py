"""Django's SMTP backend for a sender that sends all day: two round trips for each mail in place of four."""

from __future__ import annotations

import smtplib
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address


@lru_cache(maxsize=1_000)
def _address(address: str) -> str:
    """As it stands in an envelope; finding out takes longer than sending."""
    return sanitize_address(address, settings.DEFAULT_CHARSET)


class QuickBackend(EmailBackend):
    def _send(self, email_message: EmailMessage) -> bool:  # type: ignore[override]
        receivers = [_address(each) for each in email_message.recipients()]
        if not receivers or self.connection is None:
            return False
        sender, text = _address(email_message.from_email), email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own message takes it
        self.connection.ehlo_or_helo_if_needed()
        plain = sender.isascii() and all(each.isascii() for each in receivers)
        if len(receivers) == 1 and plain and self.connection.has_extn("pipelining"):
            _send_at_once(self.connection, sender, receivers[0], text)
        else:
            self.connection.sendmail(sender, receivers, text)
        return True


def _send_at_once(server: smtplib.SMTP, sender: str, receiver: str, text: bytes) -> None:
    """The envelope and DATA in one packet (RFC 2920); raises what smtplib's sendmail() raises."""
    size = f" SIZE={len(text)}" if server.has_extn("size") else ""
    server.send(f"MAIL FROM:<{sender}>{size}\r\nRCPT TO:<{receiver}>\r\nDATA\r\n")
    from_code, from_said = server.getreply()
    to_code, to_said = server.getreply()
    code, said = server.getreply()
    if from_code != 250 or to_code not in (250, 251):
        if code == 354:  # it waits for a text for nobody
            server.send(b".\r\n")
            server.getreply()
        _clear(server, from_code if from_code != 250 else to_code)
        if from_code != 250:
            raise smtplib.SMTPSenderRefused(from_code, from_said, sender)
        raise smtplib.SMTPRecipientsRefused({receiver: (to_code, to_said)})
    if code != 354:
        _clear(server, code)
        raise smtplib.SMTPDataError(code, said)
    quoted = text.replace(b"\r\n.", b"\r\n..")
    # One packet again: a second small one would wait for the first to be acknowledged.
    server.send(b"".join([b"." * quoted.startswith(b"."), quoted, b"\r\n" * (not quoted.endswith(b"\r\n")), b".\r\n"]))
    code, said = server.getreply()
    if code != 250:
        _clear(server, code)
        raise smtplib.SMTPDataError(code, said)


def _clear(server: smtplib.SMTP, code: int) -> None:
    """So that the next mail can go over the same connection."""
    if code == 421:
        server.close()
    else:
        server.rset()
