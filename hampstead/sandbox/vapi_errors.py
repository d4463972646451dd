from hampstead.sandbox.reply import Reply

REASONS = {
    400: ("Bad Request", "Bad Request"),
    401: (
        "Unauthorized",
        "Invalid Key. Hot tip, you may be using the private key instead of the public key, "
        "or vice versa.",
    ),
    403: ("Forbidden", "Forbidden resource"),
    404: ("Not Found", "Not Found"),
    409: ("Conflict", "Conflict"),
    429: ("Too Many Requests", "Too many requests. Please try again later."),
    503: ("Service Unavailable", "Service Unavailable"),
}


class VapiRefusalError(Exception):
    """The simulated API turns the request down."""

    def __init__(self, status: int, message: str | list[str] = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class VapiErrors:
    def __call__(self, status: int, message: str | list[str] = "") -> Reply:
        reason, default = REASONS.get(status, ("Internal Server Error", "Internal server error"))
        body = {"message": message or default, "error": reason, "statusCode": status}
        return Reply(status=status, body=body)
