from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "mhhs_portal.organisations"
    label = "organisations"
