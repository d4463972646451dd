"""WSGI entry point: everything but /ws/."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hampstead.settings")

application = get_wsgi_application()
