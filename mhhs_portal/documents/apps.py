from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "mhhs_portal.documents"
    label = "documents"
