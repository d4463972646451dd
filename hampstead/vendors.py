"""The vendors: where they are, what staff call them, and which error code is theirs.

Part of the settings. Live when their key is set, otherwise the sandbox.
"""

from urllib.parse import urlsplit

from hampstead import env

SANDBOX_URL = env.text("SANDBOX_URL", "http://127.0.0.1:8020")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
VENDOR_NAMES = {
    "anthropic": "Claude",
    "360dialog": "WhatsApp (360dialog)",
    "microsoft": "Microsoft 365 calendar",
    "vapi": "Telephone (VAPI)",
    "deepgram": "Deepgram",
    "elevenlabs": "ElevenLabs",
    "s3": "File storage (S3)",
}
VENDOR_CODES = {
    "anthropic": "E003",
    "deepgram": "E004",
    "elevenlabs": "E005",
    "360dialog": "E006",
    "vapi": "E007",
    "microsoft": "E009",
    "s3": "E010",
}


def _vendor(key_name: str, url_name: str, live_url: str, mount: str) -> dict[str, str]:
    """Without a key only an address on this machine counts: "sandbox" must be true."""
    key = env.text(key_name, "")
    url = env.text(url_name, live_url if key else f"{SANDBOX_URL}/{mount}")
    if not key and urlsplit(url).hostname not in LOOPBACK:
        url = f"{SANDBOX_URL}/{mount}"
    return {
        "key": key or "sandbox-key",
        "url": url.rstrip("/"),
        "mode": "live" if key else "sandbox",
    }


VENDORS = {
    "anthropic": _vendor(
        "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "https://api.anthropic.com", "anthropic"
    ),
    "360dialog": _vendor(
        "WHATSAPP_API_KEY", "WHATSAPP_API_URL", "https://waba-v2.360dialog.io", "360dialog"
    ),
    "vapi": _vendor("VAPI_API_KEY", "VAPI_URL", "https://api.vapi.ai", "vapi"),
    "microsoft": _vendor(
        "MICROSOFT_CLIENT_SECRET", "MICROSOFT_GRAPH_URL", "https://graph.microsoft.com", "microsoft"
    ),
    "deepgram": _vendor(
        "DEEPGRAM_API_KEY", "DEEPGRAM_URL", "https://api.eu.deepgram.com", "deepgram"
    ),
    "elevenlabs": _vendor(
        "ELEVENLABS_API_KEY", "ELEVENLABS_URL", "https://api.elevenlabs.io", "elevenlabs"
    ),
}
