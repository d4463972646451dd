"""What goes wrong in the speech API, always as JSON: {"code", "error"}."""

import math
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from hampstead.core import webhooks
from hampstead.core.errors import CatalogueError
from voice.speech.recordings import AudioRefusedError, Refusal


def error_response(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Catalogue errors with their code and how long to wait, refused recordings with their
    reason, everything else with REST framework's own code.
    """
    if isinstance(problem, AudioRefusedError):
        is_too_big = problem.reason == Refusal.TOO_BIG
        answer = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE if is_too_big else 422
        return Response({"code": problem.reason.value, "error": str(problem)}, status=answer)
    if not isinstance(problem, APIException):
        response = webhooks.error_response(problem, context)
        if response is not None and isinstance(problem, CatalogueError) and problem.retry_after:
            response["Retry-After"] = str(math.ceil(problem.retry_after.total_seconds()))
        return response
    response = exception_handler(problem, context)
    if response is not None:
        response.data = {"code": problem.default_code, "error": _words(problem.detail)}
    return response


def _words(detail: Any) -> str:
    """Fields and their complaints in one line."""
    if isinstance(detail, dict):
        return "; ".join(f"{name}: {_words(said)}" for name, said in detail.items())
    if isinstance(detail, list):
        return " ".join(_words(said) for said in detail)
    return str(detail)
