from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class RemindersConfig(AppConfig):
    name = "mhhs_portal.reminders"
    label = "reminders"

    def ready(self) -> None:
        from mhhs_portal.reminders import changes, watching

        connection_created.connect(changes.listen, dispatch_uid="reminders")
        post_migrate.connect(watching.install, sender=self, dispatch_uid="reminders")
