"""Signing in: seldom, once for all, and with plain words when it is refused."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from pytest_django import Settings
from redis import Redis

from hampstead.core import breaker
from hampstead.core.errors import CalendarError, NextStep
from leads.outlook import outlook
from leads.outlook.shared_token import SharedToken
from leads.outlook.tokens import Tokens
from tests.core.threads import at_once
from tests.leads.outlook.asking import Restart, asked, busy, refused
from tests.leads.outlook.certificates import pem
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db
WithKey = Callable[[str], None]
SIGN_IN = "/oauth2/v2.0/token"
DISCOVERY = "/openid-configuration"


def signed_in(sandbox: Sandbox) -> int:
    """How often somebody has asked for a token."""
    return len(asked(sandbox, SIGN_IN))


def test_many_calls_need_one_token(sandbox: Sandbox) -> None:
    busy()
    busy()
    assert signed_in(sandbox) == 1


def test_another_process_finds_the_token(sandbox: Sandbox, restart: Restart) -> None:
    busy()
    restart()
    busy()
    assert signed_in(sandbox) == 1


def test_the_token_is_encrypted_where_it_is_shared(sandbox: Sandbox, settings: Settings) -> None:
    busy()
    token = alone()
    redis = Redis.from_url(settings.REDIS_URL)
    (key,) = redis.keys(f"{settings.REDIS_PREFIX}microsoft:token:*")  # type: ignore[misc]
    kept = redis.get(key)
    assert isinstance(kept, bytes)
    assert token.encode() not in kept
    assert 0 < redis.ttl(key) < 3600  # type: ignore[operator]
    redis.close()


def test_what_nobody_can_unseal_is_no_token(
    sandbox: Sandbox, settings: Settings, restart: Restart
) -> None:
    busy()
    restart(FIELD_KEYS=[Fernet.generate_key().decode()])
    busy()
    assert signed_in(sandbox) == 2


def test_a_token_is_renewed_before_it_ends(sandbox: Sandbox) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        busy()
        clock.shift(timedelta(seconds=3599 - 301))
        busy()
        assert signed_in(sandbox) == 1
        clock.shift(timedelta(seconds=2))
        busy()
        assert signed_in(sandbox) == 2


def test_a_token_that_graph_refuses_is_replaced_once(sandbox: Sandbox) -> None:
    busy()
    sandbox.microsoft(revoke_tokens=True)
    assert busy().error == ""
    assert signed_in(sandbox) == 2


def test_a_token_refused_in_another_process_is_not_taken_over(
    sandbox: Sandbox, restart: Restart
) -> None:
    busy()
    sandbox.microsoft(revoke_tokens=True)
    restart()
    assert busy().error == ""
    restart()
    busy()
    assert signed_in(sandbox) == 2


def test_a_second_refusal_is_the_last(sandbox: Sandbox) -> None:
    error = refused(sandbox, "/getSchedule", busy, status=401, times=5)
    assert error.next_step == NextStep.FIX_CREDENTIALS
    assert len(asked(sandbox, "/getSchedule")) == 2


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ("expired_secret", "client secret has run out"),
        ("wrong_secret", "client secret is wrong"),
        ("unknown_app", "MICROSOFT_CLIENT_ID"),
        ("unknown_tenant", "MICROSOFT_TENANT_ID"),
    ],
)
def test_a_refused_sign_in_says_in_plain_words_what_to_mend(
    sandbox: Sandbox, login: str, words: str
) -> None:
    sandbox.microsoft(login=login)
    with pytest.raises(CalendarError, match=words) as caught:
        busy()
    assert caught.value.next_step == NextStep.FIX_CREDENTIALS
    assert asked(sandbox, "/getSchedule") == []


@pytest.mark.parametrize("login", ["expired_secret", "unknown_app", "unknown_tenant"])
def test_a_mended_refusal_is_not_replayed_from_memory(sandbox: Sandbox, login: str) -> None:
    sandbox.microsoft(login=login)
    with pytest.raises(CalendarError):
        busy()
    sandbox.microsoft(login="ok")
    breaker.reset(vendor="microsoft", by=None)
    assert busy().error == ""


@pytest.mark.parametrize("route", [SIGN_IN, DISCOVERY])
@pytest.mark.parametrize(
    ("fault", "step"),
    [
        ({"status": 500}, NextStep.RETRY),
        ({"status": 503}, NextStep.WAIT),
        ({"status": 429, "headers": {"retry-after": "7"}}, NextStep.WAIT),
        ({"cut": "before"}, NextStep.RETRY),
        ({"cut": "after"}, NextStep.RETRY),
        ({"garbage": True}, NextStep.RETRY),
        ({"status": 200, "body": []}, NextStep.RETRY),
        ({"status": 400, "body": "text"}, NextStep.RETRY),
    ],
)
def test_a_failing_sign_in_leaves_nothing_open(
    sandbox: Sandbox, route: str, fault: dict[str, Any], step: NextStep
) -> None:
    assert refused(sandbox, route, busy, **fault).next_step == step
    assert busy().error == ""


def test_a_sign_in_that_says_to_wait_is_waited_for(sandbox: Sandbox) -> None:
    error = refused(sandbox, SIGN_IN, busy, status=429, headers={"retry-after": "7"})
    assert error.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("fault", [{"delay_seconds": 3}, {"drip_seconds": 0.1}])
def test_a_slow_sign_in_ends_with_the_deadline_of_the_call(
    sandbox: Sandbox, restart: Restart, fault: dict[str, float]
) -> None:
    restart(MICROSOFT_DEADLINE_SECONDS=0.4)
    assert refused(sandbox, SIGN_IN, busy, **fault).next_step == NextStep.RETRY


@pytest.mark.parametrize("body", [{"issuer": "x"}, {"token_endpoint": "https://elsewhere.example"}])
def test_a_discovery_that_makes_no_sense_is_an_error(sandbox: Sandbox, body: Any) -> None:
    assert refused(sandbox, DISCOVERY, busy, status=200, body=body).code == "E009"


def test_the_secret_goes_to_microsofts_host_only(sandbox: Sandbox) -> None:
    base = "https://elsewhere.example/sandbox-tenant/oauth2/v2.0"
    body = {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
    }
    error = refused(sandbox, DISCOVERY, busy, status=200, body=body)
    assert "another host" in error.detail


def test_an_early_renewal_that_fails_leaves_the_token_in_use(sandbox: Sandbox) -> None:
    busy()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=3400), tick=False):
        sandbox.fault("microsoft", SIGN_IN, status=503)
        assert busy().error == ""
        busy()  # and is not tried again at once
    assert signed_in(sandbox) == 2


def test_a_certificate_signs_in_without_a_secret(sandbox: Sandbox, with_key: WithKey) -> None:
    with_key(pem())
    assert busy().error == ""
    assert signed_in(sandbox) == 1


@pytest.mark.parametrize("part", ["key", "certificate", "broken key", "broken certificate"])
def test_half_a_certificate_is_to_be_mended(sandbox: Sandbox, with_key: WithKey, part: str) -> None:
    whole = pem()
    key, _, certificate = whole.partition("-----BEGIN CERTIFICATE")
    broken = {
        "key": key,
        "certificate": f"-----BEGIN CERTIFICATE{certificate}",
        "broken key": whole.replace("MII", "xxx", 1),
        "broken certificate": key + "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
    }
    with_key(broken[part])
    with pytest.raises(CalendarError, match="certificate") as caught:
        busy()
    assert caught.value.next_step == NextStep.FIX_CREDENTIALS
    assert "BEGIN" not in caught.value.detail


@pytest.fixture
def with_key(settings: Settings, restart: Restart) -> WithKey:
    def again(key: str) -> None:
        known = settings.VENDORS
        restart(VENDORS={**known, "microsoft": {**known["microsoft"], "key": key}})

    return again


def test_without_redis_a_process_signs_in_alone(
    sandbox: Sandbox, restart: Restart, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            restart(REDIS_URL="redis://127.0.0.1:1/0")
            busy()
            busy()
    assert signed_in(sandbox) == 2
    assert "signing in alone" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_threads_share_one_sign_in(sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", SIGN_IN, delay_seconds=0.3)
    tokens = Tokens()
    tokens.forget()
    found = at_once(8, lambda _: tokens.token())
    tokens.close()
    assert len(set(found)) == 1
    assert signed_in(sandbox) == 1


@pytest.mark.django_db(transaction=True)
def test_processes_share_one_sign_in(sandbox: Sandbox) -> None:
    """Each with its own adapter, as processes have."""
    forget()
    sandbox.fault("microsoft", SIGN_IN, delay_seconds=0.3)
    assert len(set(at_once(6, lambda _: alone()))) == 1
    assert signed_in(sandbox) == 1


@pytest.mark.django_db(transaction=True)
def test_without_taking_turns_each_process_signs_in(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SharedToken, "turn", lambda self: nullcontext())
    forget()
    sandbox.fault("microsoft", SIGN_IN, delay_seconds=0.3, times=6)
    at_once(6, lambda _: alone())
    assert signed_in(sandbox) > 1


def forget() -> None:
    """What an earlier test has left in Redis."""
    outlook().forget_token()


def alone() -> str:
    tokens = Tokens()
    try:
        return tokens.token()
    finally:
        tokens.close()
