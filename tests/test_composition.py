"""The composition: what is served where, and what the environment turns on."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from hampstead.asgi import application
from hampstead.core.failpoints import _armed_by

ROOT = Path(__file__).resolve().parent.parent


def test_the_live_process_serves_no_pages() -> None:
    said: list[dict[str, Any]] = []

    async def ask() -> None:
        async def hear() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def say(event: dict[str, Any]) -> None:
            said.append(event)

        scope = {"type": "http", "method": "GET", "path": "/admin/", "headers": []}
        await application(scope, hear, say)

    async_to_sync(ask)()
    assert (said[0]["status"], said[1]["type"]) == (404, "http.response.body")


def setting(expression: str, **environment: str) -> str:
    """As a fresh process reads the settings."""
    code = f"from hampstead import settings; print({expression})"
    env = {**os.environ, "ENVIRONMENT": "development", **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


WHATSAPP = "settings.VENDORS['360dialog']['mode'], settings.VENDORS['360dialog']['url']"


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        (
            {"WHATSAPP_API_URL": "https://elsewhere.example"},
            "sandbox http://127.0.0.1:8020/360dialog",
        ),
        ({"WHATSAPP_API_URL": "http://localhost:9/x/"}, "sandbox http://localhost:9/x"),
        (
            {"WHATSAPP_API_URL": "https://elsewhere.example", "WHATSAPP_API_KEY": "k"},
            "live https://elsewhere.example",
        ),
    ],
    ids=["no key", "loopback", "key"],
)
def test_an_address_elsewhere_counts_only_with_a_key(
    environment: dict[str, str], found: str
) -> None:
    assert setting(WHATSAPP, SANDBOX_URL="http://127.0.0.1:8020", **environment) == found


def test_a_named_bucket_is_a_vendor_and_the_sandbox_without_a_key() -> None:
    asked = "settings.VENDORS.get('s3', {}).get('mode'), settings.RECORDINGS_STORE['BACKEND']"
    assert setting(asked) == "None voice.local_archive.LocalArchive"
    s3 = "voice.s3_archive.S3Archive"
    assert setting(asked, RECORDINGS_BUCKET="b") == f"sandbox {s3}"
    assert setting(asked, RECORDINGS_BUCKET="b", S3_ACCESS_KEY_ID="k") == f"live {s3}"


def test_two_clones_have_cookies_of_their_own() -> None:
    names = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME"
    assert setting(names, PORT="8123") == "sessionid_8123 csrftoken_8123"
    assert setting(names, PORT="8123", ENVIRONMENT="production") == "sessionid csrftoken"


@pytest.mark.parametrize("environment", [{}, {"ENVIRONMENT": "production"}])
def test_production_has_no_failpoints(environment: dict[str, str]) -> None:
    assert _armed_by({**environment, "FAILPOINTS": "x=kill"}) == {}


def test_development_has_them() -> None:
    armed = _armed_by({"ENVIRONMENT": "development", "FAILPOINTS": "x=raise*2"})
    assert armed == {"x": ("raise", 2)}


def test_starting_up_does_not_load_the_heavy_sdks() -> None:
    """Seconds each: they belong to a worker's start, not to every page and command."""
    code = (
        "import django, sys; django.setup();"
        "from django.contrib import admin; admin.autodiscover();"
        "import hampstead.urls;"
        "print([name for name in "
        "('anthropic', 'av', 'boto3', 'botocore', 'deepgram', 'elevenlabs', 'hubspot', 'msal') "
        "if name in sys.modules])"
    )
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hampstead.settings",
        "RECORDINGS_BUCKET": "recordings",
    }
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_a_worker_loads_the_sdks_before_its_first_task() -> None:
    code = (
        "import django, sys; django.setup();"
        "from celery.signals import worker_init; import hampstead.celery;"
        "worker_init.send(sender=None);"
        "needed = {'anthropic', 'deepgram.listen.v1.media.client', "
        "'elevenlabs.text_to_speech.client'};"
        "print(sorted(needed - set(sys.modules)))"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hampstead.settings"}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr
