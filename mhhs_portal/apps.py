from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mhhs_portal"

    def ready(self) -> None:
        from mhhs_portal import checks  # noqa: F401  # registers them
