from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "mhhs_portal.history"
    label = "history"
