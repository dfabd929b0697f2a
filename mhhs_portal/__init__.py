"""What the programme's three parts share, and the wiring."""

from mhhs_portal.celery import app as celery_app

__all__ = ["celery_app"]
