"""login.microsoftonline.com for one app: OpenID discovery and tokens by client credentials."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.door import Call, Door
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_tokens import Tokens
from hampstead.sandbox.reply import Reply

# msal takes only https addresses, and its client puts ours in place of this host.
LOGIN = "https://login.microsoftonline.com"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DEFAULT_SCOPE = "https://graph.microsoft.com/.default"


@dataclass(frozen=True)
class LoginRefusal:
    status: int
    error: str
    number: int
    text: str


WRONG_SECRET = LoginRefusal(
    401,
    "invalid_client",
    7000215,
    "Invalid client secret provided. Ensure the secret being sent in the request is the client "
    "secret value, not the client secret ID, for a secret added to app.",
)
EXPIRED_SECRET = LoginRefusal(
    401,
    "invalid_client",
    7000222,
    "The provided client secret keys for app are expired. Visit the Azure portal to create new "
    "keys for your app, or consider using certificate credentials for added security.",
)
NO_SECRET = LoginRefusal(
    401,
    "invalid_client",
    7000216,
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' "
    "grant type.",
)
BAD_ASSERTION = LoginRefusal(401, "invalid_client", 50027, "JWT token is invalid or malformed.")
UNKNOWN_APP = LoginRefusal(
    400, "unauthorized_client", 700016, "Application was not found in the directory."
)
UNKNOWN_TENANT = LoginRefusal(
    400, "invalid_tenant", 90002, "Tenant not found. Check to make sure you have the correct ID."
)
WRONG_GRANT = LoginRefusal(
    400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
)
WRONG_SCOPE = LoginRefusal(
    400, "invalid_scope", 1002012, "The provided value for scope is not valid."
)
UNAVAILABLE = LoginRefusal(
    503, "temporarily_unavailable", 90033, "A transient error has occurred. Please try again."
)
ORDERED = {
    "wrong_secret": WRONG_SECRET,
    "expired_secret": EXPIRED_SECRET,
    "unknown_app": UNKNOWN_APP,
    "unknown_tenant": UNKNOWN_TENANT,
}
BY_STATUS = {400: WRONG_SCOPE, 401: WRONG_SECRET}


class LoginErrors:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def __call__(self, status: int) -> Reply:
        usual = BY_STATUS.get(status, UNAVAILABLE)
        return self.reply(LoginRefusal(status, usual.error, usual.number, usual.text))

    def reply(self, refusal: LoginRefusal) -> Reply:
        trace = str(uuid5(NAMESPACE_URL, self._counters.next("login-trace-")))
        stamp = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
        body = {
            "error": refusal.error,
            "error_description": f"AADSTS{refusal.number}: {refusal.text} Trace ID: {trace} "
            f"Correlation ID: {trace} Timestamp: {stamp}",
            "error_codes": [refusal.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": trace,
            "error_uri": f"{LOGIN}/error?code={refusal.number}",
        }
        return Reply(status=refusal.status, body=body)


class Login:
    def __init__(self, errors: LoginErrors, conduct: Conduct, tokens: Tokens) -> None:
        self._errors = errors
        self._conduct = conduct
        self._tokens = tokens

    def add_routes(self, app: web.Application, door: Door) -> None:
        base = "/microsoft/login"
        app.add_routes(
            [
                web.get(f"{base}/common/discovery/instance", door.open(self.instance)),
                web.get(
                    f"{base}/{{tenant}}/v2.0/.well-known/openid-configuration",
                    door.open(self.discovery),
                ),
                web.post(f"{base}/{{tenant}}/oauth2/v2.0/token", door.open(self.token)),
            ]
        )

    async def instance(self, call: Call) -> Reply:
        host = LOGIN.removeprefix("https://")
        names = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        endpoint = f"{LOGIN}/common/v2.0/.well-known/openid-configuration"
        return Reply(body={"tenant_discovery_endpoint": endpoint, "metadata": [names]})

    async def discovery(self, call: Call) -> Reply:
        if self._conduct.login == "unknown_tenant":
            return self._errors.reply(UNKNOWN_TENANT)
        base = f"{LOGIN}/{call.path['tenant']}"
        return Reply(
            body={
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "response_types_supported": ["code", "id_token", "code id_token", "token id_token"],
                "subject_types_supported": ["pairwise"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post",
                    "private_key_jwt",
                    "client_secret_basic",
                ],
                "tenant_region_scope": "EU",
                "cloud_instance_name": "microsoftonline.com",
                "msgraph_host": "graph.microsoft.com",
            }
        )

    async def token(self, call: Call) -> Reply:
        form = dict(parse_qsl(call.raw.decode(errors="replace")))
        refusal = ORDERED.get(self._conduct.login) or refusal_of(form)
        if refusal is not None:
            return self._errors.reply(refusal)
        seconds = self._conduct.token_seconds
        body: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": self._tokens.issue(seconds),
        }
        return Reply(body=body)


def refusal_of(form: dict[str, str]) -> LoginRefusal | None:
    if form.get("grant_type") != "client_credentials":
        return WRONG_GRANT
    if not form.get("client_id"):
        return UNKNOWN_APP
    # msal adds the OpenID scopes on its own for other grants, never for this one.
    if form.get("scope") != DEFAULT_SCOPE:
        return WRONG_SCOPE
    if form.get("client_secret"):
        return None
    if "client_assertion" not in form:
        return NO_SECRET
    signed = form.get("client_assertion_type") == JWT_BEARER
    return None if signed and form["client_assertion"].count(".") == 2 else BAD_ASSERTION
