"""Plans and uploaded files on their way out: always as downloads, never shown within the portal."""

from __future__ import annotations

import logging
from datetime import datetime

from django.http import FileResponse, Http404, HttpResponse

from mhhs_portal.deadlines import local_day
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.documents.serving import make_safe, refuse_infected
from mhhs_portal.exports import FORMATS, as_csv, as_json
from milestones.plan_files.export import exported
from milestones.plan_files.models import DetailedPlan

log = logging.getLogger(__name__)

TYPES = {"xml": "application/xml", **FORMATS}


def as_file(version: DetailedPlan | None, kind: str, name: str, now: datetime) -> HttpResponse:
    """The portal's milestones and stages, and the tasks of this version, as `kind`."""
    plan = exported(version, now)
    if kind == "xml":
        content = plan.as_mspdi(now)
    elif kind == "xlsx":
        content = plan.as_xlsx()
    else:
        content = {"csv": as_csv, "json": as_json}[kind](plan.table(name))
    log.info("export %s.%s tasks=%d", name, kind, len(plan.plan.tasks))
    return download(content, f"{name}-{local_day(now).isoformat()}.{kind}", TYPES[kind])


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-cache"
    return response


def stored(file: StoredFile) -> FileResponse:
    """What somebody uploaded, for saving: as bytes of no kind, so that no browser opens it."""
    refuse_infected(file)
    if not file.is_there:
        raise Http404
    content = file.file.storage.open(str(file.file.name))
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    make_safe(response)
    return response
