"""The one door through which a kept file leaves: always as a download, and never what a scanner found infected."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from mhhs_portal.documents.models import FileScan, ScanState, StoredFile

#: For select_related() where a list shows scan labels: f"file__{SCAN}".
SCAN = "scan"
HELD_BACK = (
    "“{name}” has not been scanned for viruses yet, so it is held back from everybody but the organisation that sent"
    " it. Try again later, or ask the Programme."
)
INFECTED = "A virus was found in “{name}”. The portal gives it to nobody. The Programme has been told."


class HeldBackError(PermissionDenied):
    """The file may not leave; the words say why and what to do."""


def scan_of(file: StoredFile) -> FileScan | None:
    """None for a file that was kept before the portal scanned anything."""
    try:
        return file.scan
    except ObjectDoesNotExist:
        return None


def scan_state(file: StoredFile) -> ScanState:
    scan = scan_of(file)
    return ScanState(scan.state) if scan else ScanState.WAITING


def is_held_back(file: StoredFile) -> bool:
    """Whether other organisations must wait: nobody has judged it, and staff do not answer for it."""
    scan, state = scan_of(file), scan_state(file)
    if state == ScanState.INFECTED:
        return True
    is_judged = state in {ScanState.CLEAN, ScanState.MADE_HERE}
    return bool(settings.HOLD_BACK_UNSCANNED) and not is_judged and not (scan and scan.is_released)


def served(file: StoredFile, *, title: str = "", from_others: bool = False) -> HttpResponse:
    """The bytes as a download. A browser shows nothing of it inside the portal, and guesses no type.

    `title` is what the download is called, else the name that it came with. `from_others` says that the reader's
    organisation did not send it: then it is held back until it is scanned. Raises HeldBackError (403, in words).
    """
    name = title or file.name
    refuse_infected(file, name)
    if from_others and is_held_back(file):
        raise HeldBackError(HELD_BACK.format(name=name))
    if not file.is_there:
        raise Http404("The portal no longer has this file.")
    response = HttpResponse(file.read(), content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    make_safe(response)
    return response


def refuse_infected(file: StoredFile, title: str = "") -> None:
    if scan_state(file) == ScanState.INFECTED:
        raise HeldBackError(INFECTED.format(name=title or file.name))


def make_safe(response: HttpResponseBase) -> None:
    """What every download carries, whoever made its bytes."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.setdefault("Cache-Control", "private, no-cache")
