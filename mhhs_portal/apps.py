from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mhhs_portal"

    def ready(self) -> None:
        # registers the checks, and makes ours the Celery app of this process. Here and not in __init__.py: the
        # supervisor and the mail catcher live in this package too and should not wait for Celery to load.
        from mhhs_portal import celery, checks  # noqa: F401
