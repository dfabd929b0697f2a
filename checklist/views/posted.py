from __future__ import annotations

from django.http import QueryDict

from mhhs_portal.web import PortalRequest


def sent(request: PortalRequest) -> QueryDict | None:
    """What was posted, even when it is nothing; None for a page that is only read."""
    return request.POST if request.method == "POST" else None
