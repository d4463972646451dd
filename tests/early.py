"""Loaded before the settings (`-p tests.early`): what differs between test processes."""

import os
from pathlib import Path

import pytest

for name in ("DATABASE_URL", "REDIS_URL"):
    if not os.environ.get(name):
        raise pytest.UsageError(f"{name} is not set; run the tests with `make test`")

# Static files are found in their apps; WhiteNoise warns when the collected ones have no place.
(Path(os.environ.get("VAR_DIR", "var")) / "static").mkdir(parents=True, exist_ok=True)
# Two test processes share one Redis and must not hear each other.
os.environ["REDIS_PREFIX"] = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}:"
# Tests never reach a vendor: no key, so the sandbox is used.
OUTSIDE = {
    *("ANTHROPIC_API_KEY", "WHATSAPP_API_KEY", "SANDBOX_URL", "WHATSAPP_API_URL"),
    *("VAPI_API_KEY", "VAPI_URL", "VAPI_WEBHOOK_SECRET"),
    *("DEEPGRAM_API_KEY", "DEEPGRAM_URL", "ELEVENLABS_API_KEY", "ELEVENLABS_URL"),
    *("RECORDINGS_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_URL"),
    *("WHATSAPP_WEBHOOK_SECRET", "WHATSAPP_SIGNATURE_SECRET", "METRICS_TOKEN"),
}
# Only `make scenarios` may ask the real model, and only when told to.
LIVE = os.environ.get("SCENARIOS_MODEL") == "live" and bool(os.environ.get("ANTHROPIC_API_KEY"))
if LIVE:
    OUTSIDE.remove("ANTHROPIC_API_KEY")
for name in list(os.environ):
    plain = name.removesuffix("_FILE")
    if plain in OUTSIDE or plain.endswith("_BASE_URL"):
        del os.environ[name]
os.environ["WHATSAPP_WEBHOOK_SECRET"] = "test-webhook-secret"
os.environ["VAPI_WEBHOOK_SECRET"] = "test-vapi-secret"
