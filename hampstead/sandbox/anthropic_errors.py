from hampstead.sandbox.counters import Counters
from hampstead.sandbox.reply import Reply

ERROR_TYPES = {
    400: ("invalid_request_error", "Invalid request"),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low to access the Anthropic API."),
    403: ("permission_error", "Your API key does not have permission to use this resource"),
    404: ("not_found_error", "Not found"),
    408: ("timeout_error", "Request timeout"),
    409: ("conflict_error", "Conflict"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your organization's rate limit"),
    500: ("api_error", "Internal server error"),
    504: ("timeout_error", "Request timed out"),
    529: ("overloaded_error", "Overloaded"),
}


class RequestRefusedError(Exception):
    """The simulated API turns the request down."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


class AnthropicErrors:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def request_id(self) -> str:
        return self._counters.next("req_")

    def __call__(self, status: int, message: str = "") -> Reply:
        kind, default = ERROR_TYPES.get(status, ("api_error", "Internal server error"))
        request_id = self.request_id()
        body = {
            "type": "error",
            "error": {"type": kind, "message": message or default},
            "request_id": request_id,
        }
        return Reply(status=status, body=body, headers={"request-id": request_id})
