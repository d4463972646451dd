from hampstead.sandbox.counters import Counters
from hampstead.sandbox.reply import Reply

ERRORS = {
    400: ("Bad Request", "Bad Request: failed to process audio: corrupt or unsupported data"),
    401: ("INVALID_AUTH", "Invalid credentials."),
    402: ("ASR_PAYMENT_REQUIRED", "Project does not have enough credits for an ASR request."),
    403: ("INSUFFICIENT_PERMISSIONS", "The key does not have the required permissions."),
    404: ("NOT_FOUND", "Not found."),
    413: ("PAYLOAD_TOO_LARGE", "The request is larger than 2 GB."),
    422: ("ASR_UNPROCESSABLE_ENTITY", "The upload was broken off."),
    429: ("TOO_MANY_REQUESTS", "Too many requests. Please try again later"),
    504: ("GATEWAY_TIMEOUT", "Processing took too long."),
}


class ListenRefusedError(Exception):
    """The simulated API turns the request down."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class DeepgramErrors:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def request_id(self) -> str:
        return self._counters.next("dg-")

    def __call__(self, status: int, message: str = "") -> Reply:
        code, default = ERRORS.get(status, ("INTERNAL_SERVER_ERROR", "Something went wrong."))
        request_id = self.request_id()
        body = {"err_code": code, "err_msg": message or default, "request_id": request_id}
        return Reply(status=status, body=body, headers={"dg-request-id": request_id})
