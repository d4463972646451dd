"""ASGI entry point: /ws/ only, anything else is 404. Requests are served by WSGI, which costs a
third of the CPU.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hampstead.settings")

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

get_asgi_application()  # loads the apps; the imports below need them

from conversations.routing import websocket_urlpatterns  # noqa: E402

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def not_here(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """A page reached by the wrong port says so, instead of working halfway."""
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Only /ws/ is served here.\n"})


application = ProtocolTypeRouter(
    {
        "http": not_here,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
