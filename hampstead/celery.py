"""The Celery application. Tasks carry one id each; the truth is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hampstead.settings")

app = Celery("hampstead")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
