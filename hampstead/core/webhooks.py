"""What all webhook views share: caps, raw bytes, one insert, acknowledge, typed refusals."""

import logging
from typing import Any, ClassVar

from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from hampstead.core import inbox
from hampstead.core.errors import CatalogueError, DatabaseError, SignatureError
from hampstead.core.logs import fields
from hampstead.core.redact import safe_headers

logger = logging.getLogger(__name__)


class BodyTooLargeError(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "body over the cap"


class LengthRequiredError(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = "send a Content-Length"


class WebhookAuthentication(BaseAuthentication):
    """Fails closed: a subclass says whether these raw bytes come from the vendor."""

    source: ClassVar[str]
    max_body_bytes: ClassVar[int]

    def is_authentic(self, request: Request, body: bytes) -> bool:
        raise NotImplementedError

    def authenticate(self, request: Request) -> tuple[Any, str]:
        body = read_body(request, self.max_body_bytes)
        if not self.is_authentic(request, body):
            count_refusal(self.source)
            raise AuthenticationFailed(SignatureError.entry.meaning, code="E013")
        return None, self.source

    def authenticate_header(self, request: Request) -> str:
        return "Webhook"  # without it DRF answers 403, and vendors treat 401 as a wrong secret


class AlwaysJson(BaseContentNegotiation):
    """No post is refused for its Accept header or a format in its query."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class WebhookView(APIView):
    """Store the post and acknowledge. Nothing is parsed, called or published in the request."""

    source: ClassVar[str]
    permission_classes = ()
    parser_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJson

    def post(self, request: Request) -> HttpResponse:
        headers = safe_headers(request.headers)
        inbox.store(source=self.source, body=request._request.body, headers=headers)
        return HttpResponse(b"ok", content_type="text/plain")


def read_body(request: Request, cap: int) -> bytes:
    """The raw bytes. The declared length is checked before anything is read."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise LengthRequiredError
    if int(request.META.get("CONTENT_LENGTH") or 0) > cap:
        raise BodyTooLargeError
    return bytes(request._request.body)


def count_refusal(source: str) -> None:
    """All that is kept of a post we do not believe."""
    logger.warning("Webhook signature invalid", extra=fields(source=source, code="E013"))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_refusedposts (source, day, count, last_at)
            VALUES (%s, (now() AT TIME ZONE 'Europe/London')::date, 1, now())
            ON CONFLICT (source, day) DO UPDATE
                SET count = core_refusedposts.count + 1, last_at = now()
            """,
            [source],
        )


def error_response(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Catalogue errors become JSON with their code; a lost database becomes 503 (try again)."""
    if isinstance(problem, OperationalError | InterfaceError):
        logger.error("database is away", extra=fields(code="E001", why=type(problem).__name__))
        problem = DatabaseError(type(problem).__name__)
    if isinstance(problem, CatalogueError):
        body = {"code": problem.code, "error": problem.entry.meaning}
        return Response(body, status=problem.entry.http_status)
    response = exception_handler(problem, context)
    if response is not None and isinstance(problem, AuthenticationFailed):
        response.data = {"code": "E013", "error": SignatureError.entry.meaning}
    return response
