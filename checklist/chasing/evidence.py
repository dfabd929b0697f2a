"""The file that shows what an organisation said: what the library takes, and e-mails."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from mhhs_portal.library import uploads

WORDS = "An e-mail (EML or MSG), or a PDF, Excel, Word, PowerPoint or CSV file, of at most 20 MB."
#: Outlook keeps a message as a compound file.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL = {".eml": "message/rfc822", ".msg": "application/vnd.ms-outlook"}


def checked(upload: UploadedFile) -> tuple[bytes, str, str]:
    """The bytes, a harmless name and the media type; ValidationError in words, beside the field, for anything else."""
    name = PurePosixPath((upload.name or "").replace("\\", "/")).name
    ending = PurePosixPath(name).suffix.lower()
    try:
        if ending not in _MAIL:
            if ending not in uploads.KINDS:
                raise ValidationError(f"The portal does not take {ending or 'files without an ending'}. {WORDS}")
            return uploads.checked(upload)
        if (upload.size or 0) > uploads.LARGEST:
            raise ValidationError("This file is larger than 20 MB.")
        content = upload.read()
        is_mail = content.startswith(_COMPOUND) if ending == ".msg" else _reads_as_mail(content)
        if not is_mail:
            raise ValidationError(f"This file is called {ending} but is something else inside. {WORDS}")
    except ValidationError as refusal:
        raise ValidationError({"evidence": refusal.messages}) from None
    kept = "".join(c if c.isalnum() or c in " .-_()" else "-" for c in name).strip(" .-")
    return content, kept[-150:] or f"message{ending}", _MAIL[ending]


def _reads_as_mail(content: bytes) -> bool:
    """Begins with header lines, one of which says from whom."""
    head = content[:20_000].split(b"\r\n\r\n")[0].split(b"\n\n")[0]
    return b"\x00" not in head and any(line.lower().startswith(b"from:") for line in head.splitlines())
