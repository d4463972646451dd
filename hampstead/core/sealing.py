"""Bytes encrypted at rest with FIELD_KEYS (Fernet): raw webhook bodies."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnsealError(Exception):
    """No configured key opens this: a key was removed too early, or the row was tampered with."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(plain: bytes) -> bytes:
    return _box(tuple(settings.FIELD_KEYS)).encrypt(plain)


def unseal(sealed: bytes) -> bytes:
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(sealed)
    except InvalidToken as error:
        raise UnsealError("no key in FIELD_KEYS opens this row") from error
