"""manage.py pump: carry hints from PostgreSQL to the workers until told to stop."""

import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from django.utils.module_loading import import_string
from psycopg import OperationalError as ListenerError

from hampstead.core.logs import fields
from hampstead.core.pump import Pump

logger = logging.getLogger(__name__)
RECONNECT_SECONDS = 1.0


class Command(BaseCommand):
    help = "Listen for new work and publish hints to the workers."

    def handle(self, *args: Any, **options: Any) -> None:
        pump = Pump(import_string(settings.TASK_QUEUE))
        stopped = False

        def stop(*_: object) -> None:
            nonlocal stopped
            stopped = True
            pump.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while not stopped:
            try:
                pump.run()
            except (OperationalError, InterfaceError, ListenerError) as error:
                why = type(error).__name__
                logger.error("database is away", extra=fields(code="E001", why=why))
                connection.close()
                time.sleep(RECONNECT_SECONDS)
