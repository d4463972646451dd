"""What others send, made storable: PostgreSQL refuses NUL characters and lone surrogates."""

from typing import Any


def storable(value: Any) -> Any:
    """The same JSON-like value without NUL characters, lone surrogates replaced by "?"."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value
