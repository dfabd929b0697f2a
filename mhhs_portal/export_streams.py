"""Lists that are too long to hold: CSV that leaves row by row. exports.py has everything that fits into memory."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from mhhs_portal.exports import FORMATS, Column, Table, Value, _for_csv, _harmless, file_of

log = logging.getLogger(__name__)
#: The most rows of a spreadsheet or JSON file, which are made in memory. Our own number.
MOST_ROWS = 50_000
_PIECE = 64 * 1024


def csv_pieces(columns: Sequence[Column], rows: Iterable[Mapping[str, Value]]) -> Iterator[bytes]:
    """The same file as exports.as_csv(), in pieces that compress well."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(column.label) for column in columns])
    keys = [column.key for column in columns]
    piece = b"\xef\xbb\xbf"
    for row in rows:
        writer.writerow([_for_csv(row.get(key)) for key in keys])
        if out.tell() >= _PIECE:
            yield piece + out.getvalue().encode()
            piece = b""
            out.seek(0)
            out.truncate()
    yield piece + out.getvalue().encode()


def streamed(request: HttpRequest, table: Table, *, count: int) -> HttpResponse | StreamingHttpResponse | None:
    """The table as the file that the address asks for, CSV of any length; None when it asks for a page.

    `count` is how many rows there are. Raises BadRequest in words for a spreadsheet or JSON file that would be too
    long.
    """
    wanted = request.GET.get("format", "")
    if wanted != "csv":
        if wanted in FORMATS and count > MOST_ROWS:
            raise BadRequest(
                f"These are {count:,} rows. Excel and JSON files have at most {MOST_ROWS:,} here: "
                "choose fewer with the filters, or take CSV, which has no limit."
            )
        return file_of(request, table)
    log.info("export %s.csv rows=%d person=%s", table.name, count, request.user.pk or "-")
    response = StreamingHttpResponse(csv_pieces(table.columns, table.rows), content_type=FORMATS["csv"])
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{table.name}-{day}.csv"'
    return response
