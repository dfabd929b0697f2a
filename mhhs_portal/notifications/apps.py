from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "mhhs_portal.notifications"
    label = "notifications"
