from __future__ import annotations

from django.urls import path, register_converter

from mhhs_portal.organisations.models import Kind as Body
from mhhs_portal.reminders import views
from mhhs_portal.reminders.kinds import Kind, kind_of


class AskedKind:
    """A kind whose ladder the Programme sets; any other is another address."""

    regex = "[a-z-]+"
    desk = Body.PROGRAMME

    def to_python(self, value: str) -> Kind:
        kind = kind_of(value)
        if kind is None or kind.desk != self.desk:
            raise ValueError
        return kind

    def to_url(self, value: Kind | str) -> str:
        return self.to_python(value).key if isinstance(value, str) else self.to_python(value.key).key


class AssuredKind(AskedKind):
    """A kind whose ladder Elexon sets."""

    desk = Body.ELEXON


register_converter(AskedKind, "asked")
register_converter(AssuredKind, "assured")

app_name = "reminders"

urlpatterns = [
    path("o/<slug:org>/reminders/", views.overview, name="overview"),
    path("o/<slug:org>/reminders/ahead/", views.own, name="own"),
    path("o/<slug:org>/reminders/<asked:kind_asked>/", views.ladder, name="kind"),
    path("o/<slug:org>/reminders/<asked:kind_asked>/all/", views.things, name="things"),
    path("o/<slug:org>/reminders/<asked:kind_asked>/of/<str:thing>/", views.ladder, name="thing"),
    path("o/<slug:org>/reminders/<assured:kind_assured>/", views.assurance_ladder, name="kind"),
    path("o/<slug:org>/reminders/<assured:kind_assured>/all/", views.assurance_things, name="things"),
    path("o/<slug:org>/reminders/<assured:kind_assured>/of/<slug:campaign>/", views.assurance_ladder, name="thing"),
]
