"""The web process: `granian --interface wsgi mhhs_portal.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mhhs_portal.settings")
application = get_wsgi_application()
