"""Where recordings of calls are kept: in S3 if a bucket is named, otherwise in a folder here.

Part of the settings. Without a key the bucket is the sandbox's.
"""

from typing import Any

from hampstead import env
from hampstead.vendors import SANDBOX_URL

Store = dict[str, Any]


def local_folder(name: str) -> Store:
    location = env.VAR_DIR / name
    return {"BACKEND": "voice.local_archive.LocalArchive", "OPTIONS": {"location": location}}


def bucket(name: str) -> Store:
    """Nothing here is ever public: pages get recordings from us, byte by byte."""
    key = env.text("S3_ACCESS_KEY_ID", "")
    options = {
        "bucket_name": name,
        "access_key": key or "sandbox-key",
        "secret_key": env.text("S3_SECRET_ACCESS_KEY", "sandbox-secret"),
        "region_name": env.text("S3_REGION", "eu-west-2"),
        # Empty: Amazon's own, by the region.
        "endpoint_url": env.text("S3_URL", "" if key else f"{SANDBOX_URL}/s3") or None,
    }
    return {"BACKEND": "voice.s3_archive.S3Archive", "OPTIONS": options}


def _as_vendor() -> dict[str, str]:
    """So that health, the vendors' page and the check of production know of the store."""
    key = env.text("S3_ACCESS_KEY_ID", "")
    url = RECORDINGS_STORE["OPTIONS"].get("endpoint_url") or "https://s3.amazonaws.com"
    return {"key": key or "sandbox-key", "url": url, "mode": "live" if key else "sandbox"}


RECORDINGS_BUCKET = env.text("RECORDINGS_BUCKET", "")
RECORDINGS_STORE = bucket(RECORDINGS_BUCKET) if RECORDINGS_BUCKET else local_folder("recordings")
STORE_VENDORS = {"s3": _as_vendor()} if RECORDINGS_BUCKET else {}
