from hampstead.sandbox.counters import Counters
from hampstead.sandbox.reply import Reply

META_BY_STATUS = {
    400: (100, "Invalid parameter"),
    403: (131005, "Access denied"),
    404: (132001, "Template name does not exist in the translation"),
    429: (130429, "Rate limit hit"),
    500: (131000, "Something went wrong"),
    503: (2, "Service temporarily unavailable"),
}


class SendRefusedError(Exception):
    """The simulated Cloud API turns a send down."""

    def __init__(self, code: int, message: str, details: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or message


class Dialog360Errors:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def __call__(self, status: int) -> Reply:
        if status == 401:
            return self.invalid_key()
        code, message = META_BY_STATUS.get(status, META_BY_STATUS[500])
        return self.meta(status, SendRefusedError(code, message))

    def meta(self, status: int, refusal: SendRefusedError) -> Reply:
        error = {
            "message": f"(#{refusal.code}) {refusal.message}",
            "type": "OAuthException",
            "code": refusal.code,
            "error_data": {"messaging_product": "whatsapp", "details": refusal.details},
            "fbtrace_id": self._counters.next("SANDBOXTRACE"),
        }
        return Reply(status=status, body={"error": error})

    def invalid_key(self) -> Reply:
        # 360dialog's own errors carry no Meta code.
        meta = {"success": False, "http_code": 401, "developer_message": "Invalid api key"}
        return Reply(status=401, body={"meta": meta})
