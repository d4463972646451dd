"""A webhook is authentic or refused; never an error, never a guess."""

import hashlib
import hmac

import pytest

from hampstead.core.signing import secret_matches, signature_matches

BODY = b'{"object": "x"}'
SIGNATURE = hmac.new(b"key", BODY, hashlib.sha256).hexdigest()


def test_the_right_secret_matches() -> None:
    assert secret_matches("s3cret", ["s3cret"])


@pytest.mark.parametrize(
    "offered",
    ["wrong", "s3cre", "s3crett", "S3CRET", " s3cret", "", None, "sécret", "\udcff", "😀"],
)
def test_anything_else_does_not(offered: str | None) -> None:
    assert not secret_matches(offered, ["s3cret"])


@pytest.mark.parametrize("accepted", [[], [""], ["", ""]])
@pytest.mark.parametrize("offered", ["anything", "", None])
def test_without_a_configured_secret_nothing_matches(
    offered: str | None, accepted: list[str]
) -> None:
    assert not secret_matches(offered, accepted)


@pytest.mark.parametrize("offered", ["old", "new"])
def test_during_a_rotation_both_secrets_match(offered: str) -> None:
    assert secret_matches(offered, ["new", "old"])


def test_after_a_rotation_the_old_secret_does_not() -> None:
    assert not secret_matches("old", ["new"])


@pytest.mark.parametrize("offered", [SIGNATURE, f"sha256={SIGNATURE}", SIGNATURE.upper()])
def test_the_right_signature_matches(offered: str) -> None:
    assert signature_matches(BODY, offered, ["key"])


@pytest.mark.parametrize(
    "offered", ["", None, "sha256=", SIGNATURE[:-1], f"sha1={SIGNATURE}", "é" * 64, "0" * 64]
)
def test_a_wrong_signature_does_not(offered: str | None) -> None:
    assert not signature_matches(BODY, offered, ["key"])


def test_a_changed_body_does_not_match() -> None:
    assert not signature_matches(BODY + b" ", SIGNATURE, ["key"])


def test_during_a_rotation_both_keys_sign() -> None:
    assert signature_matches(BODY, SIGNATURE, ["new", "key"])


@pytest.mark.parametrize("keys", [[], [""]])
def test_without_a_configured_key_no_signature_matches(keys: list[str]) -> None:
    empty = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not signature_matches(BODY, empty, keys)
