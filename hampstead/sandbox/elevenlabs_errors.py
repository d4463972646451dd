from typing import Any

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.reply import Reply

ERRORS = {
    400: ("validation_error", "invalid_parameters", "The request is not valid."),
    401: ("authentication_error", "invalid_api_key", "Invalid API key"),
    402: ("payment_error", "payment_required", "The subscription has a failed payment."),
    403: ("authorization_error", "missing_permissions", "The key lacks a permission."),
    404: ("not_found", "voice_not_found", "A voice with this voice_id was not found."),
    429: ("rate_limit_error", "rate_limit_exceeded", "Too many requests."),
    500: ("server_error", "internal_error", "Something went wrong."),
}


class SpeakRefusedError(Exception):
    """The simulated API turns the request down."""

    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class FieldsRefusedError(Exception):
    """A field that FastAPI does not take: 422 with a list."""

    def __init__(self, place: list[str], message: str) -> None:
        super().__init__(message)
        self.detail = [{"loc": place, "msg": message, "type": "value_error"}]


class ElevenLabsErrors:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def request_id(self) -> str:
        return self._counters.next("el-")

    def __call__(self, status: int, code: str = "", message: str = "") -> Reply:
        kind, usual, words = ERRORS.get(status, ERRORS[500])
        request_id = self.request_id()
        detail: dict[str, Any] = {
            "type": kind,
            "code": code or usual,
            "status": code or usual,
            "message": message or words,
            "request_id": request_id,
        }
        return Reply(status=status, body={"detail": detail}, headers={"request-id": request_id})
