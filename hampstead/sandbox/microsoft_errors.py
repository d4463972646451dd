"""Errors in Graph's own shape: status, a code to branch on, and who asked what when."""

from uuid import NAMESPACE_URL, uuid5

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.journal import now_iso
from hampstead.sandbox.reply import Reply

BY_STATUS = {
    400: ("ErrorInvalidRequest", "Your request is invalid."),
    401: ("InvalidAuthenticationToken", "Access token validation failure."),
    403: ("ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    404: ("ErrorItemNotFound", "The specified object was not found in the store."),
    409: ("ErrorIrresolvableConflict", "The send or update operation could not be performed."),
    410: ("syncStateNotFound", "The sync state generation is not found."),
    412: ("ErrorIrresolvableConflict", "The change key passed in the request is outdated."),
    429: ("ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
    500: ("ErrorInternalServerError", "An internal server error occurred."),
    502: ("BadGateway", "The upstream service did not answer."),
    503: ("ErrorServerBusy", "The server is busy. Please retry the operation later."),
    504: ("GatewayTimeout", "The operation timed out."),
}
WAIT = {"Retry-After": "1"}
HEADERS = {429: WAIT, 503: WAIT}


class GraphRefusalError(Exception):
    """The simulated Graph turns a request down."""

    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        usual_code, usual_message = BY_STATUS.get(status, BY_STATUS[400 if status < 500 else 500])
        self.status = status
        self.code = code or usual_code
        self.message = message or usual_message
        super().__init__(f"{status} {self.code}: {self.message}")


class GraphErrors:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def __call__(self, status: int) -> Reply:
        return self.reply(GraphRefusalError(status), "")

    def reply(self, refusal: GraphRefusalError, client_request_id: str) -> Reply:
        ids = self.ids(client_request_id)
        error = {
            "code": refusal.code,
            "message": refusal.message,
            "innerError": {"date": now_iso()[:19], **ids},
        }
        headers = {**ids, **HEADERS.get(refusal.status, {})}
        return Reply(status=refusal.status, body={"error": error}, headers=headers)

    def ids(self, client_request_id: str) -> dict[str, str]:
        """Every answer carries them, good or bad: what Microsoft's support asks for."""
        request_id = str(uuid5(NAMESPACE_URL, self._counters.next("graph-request-")))
        return {"request-id": request_id, "client-request-id": client_request_id or request_id}
