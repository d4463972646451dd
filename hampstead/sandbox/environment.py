import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    port: int = 8020
    port_file: Path | None = None
    app_url: str = "http://127.0.0.1:8000"
    hook_token: str = "sandbox-webhook-secret"  # noqa: S105 - guards a simulator only
    signing_key: str = ""
    run_id: str = ""
    phone_number_id: str = "106540352242922"
    vapi_secret: str = "sandbox-vapi-secret"  # noqa: S105 - guards a simulator only
    s3_secret: str = "sandbox-secret"  # noqa: S105 - guards a simulator only

    @classmethod
    def read(cls, source: Mapping[str, str] | None = None) -> "Environment":
        env = os.environ if source is None else source
        port_file = env.get("SANDBOX_PORT_FILE", "")
        return cls(
            port=int(env.get("SANDBOX_PORT") or cls.port),
            port_file=Path(port_file) if port_file else None,
            app_url=(env.get("SANDBOX_APP_URL") or cls.app_url).rstrip("/"),
            hook_token=env.get("WHATSAPP_WEBHOOK_SECRET") or cls.hook_token,
            signing_key=env.get("WHATSAPP_SIGNATURE_SECRET", ""),
            run_id=env.get("SANDBOX_RUN_ID", ""),
            phone_number_id=env.get("WHATSAPP_PHONE_NUMBER_ID") or cls.phone_number_id,
            vapi_secret=first_word(env.get("VAPI_WEBHOOK_SECRET", "")) or cls.vapi_secret,
            s3_secret=env.get("S3_SECRET_ACCESS_KEY") or cls.s3_secret,
        )


def first_word(listed: str) -> str:
    """While a secret is changed our app takes several; the first one is the new one."""
    return listed.split(",")[0].strip()
