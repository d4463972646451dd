"""The Celery application. Tasks carry one id each; the truth is in PostgreSQL."""

import os

from celery import Celery
from celery.signals import worker_init
from django.conf import settings
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hampstead.settings")

app = Celery("hampstead")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def load_what_tasks_will_need(**_: object) -> None:
    """Seconds of imports (the vendors' SDKs) happen before the pool forks, not in a first turn.

    Imports only: clients with sockets are made in the children.
    """
    wired = (settings.INBOX_HANDLERS, settings.LANE_WORK, settings.OUTBOX_SENDERS)
    for path in (path for names in wired for path in names.values()):
        import_string(path)
    for path in settings.WORKER_WARMS:
        import_string(path)()
