"""Text from outside in a shape that PostgreSQL takes."""


def storable(text: str, limit: int = 2000) -> str:
    """Without NUL and lone surrogates, which no text column holds, and cut to `limit`."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:limit]
