"""GET /whatsapp/webhook: Meta proves that the address is ours before it posts."""

from typing import Any

import pytest
from django.test import Client

URL = "/whatsapp/webhook"
SECRET = "test-webhook-secret"


def subscribe(client: Client, token: str) -> tuple[int, bytes, str]:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
    answer: Any = client.get(URL, query)
    return answer.status_code, answer.content, answer["Content-Type"]


def test_the_right_token_gets_the_challenge_back(client: Client) -> None:
    assert subscribe(client, SECRET) == (200, b"1158201444", "text/plain")


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_wrong_token_is_refused(client: Client, token: str) -> None:
    status, content, _ = subscribe(client, token)
    assert (status, b"1158201444" in content) == (403, False)


def test_a_bare_get_is_a_probe(client: Client) -> None:
    answer: Any = client.get(URL)
    assert (answer.status_code, answer.content) == (200, b"ok")
