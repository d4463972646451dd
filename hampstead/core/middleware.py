"""Request id in, request id out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from hampstead.core import requestid


class RequestIdMiddleware:
    """Takes X-Request-ID if it has a sane shape, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with requestid.following(requestid.accept(request.headers.get("X-Request-ID"))) as current:
            response = self.get_response(request)
            response["X-Request-ID"] = current
            return response
