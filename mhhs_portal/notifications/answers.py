"""What a mail server's answer means: never, later, or not now at all."""

from __future__ import annotations

import smtplib

#: "Service not available, closing": the server's state, not the message's fault.
CLOSING = 421


def is_permanent(error: Exception) -> bool:
    """The server says that this message to this address will never do.

    A refused sender is not: that is our configuration, and parking everything for it would lose a day's reminders.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code <= 599 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code <= 599


def is_closing(error: Exception) -> bool:
    """The server asks us to go away for now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == CLOSING for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == CLOSING


def keeps_talking(error: Exception) -> bool:
    """It answered in full, so the same connection will do for the next message."""
    answered = isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException))
    return answered and not is_closing(error)


def words(error: Exception) -> str:
    """What the server said, or what went wrong here, for the log."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(answer)}" for code, answer in error.recipients.values()]
        return "; ".join(answers)[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
