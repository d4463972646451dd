"""The simulated store through Amazon's own SDK."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.sandbox.conftest import Sandbox

SECRET = "sandbox-secret"
BUCKET, KEY = "recordings", "2026/11/12 é&+.mp3"


def client(url: str, secret: str = SECRET) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"{url}/s3",
        aws_access_key_id="key",
        aws_secret_access_key=secret,
        region_name="eu-west-2",
        config=Config(
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            read_timeout=2,
        ),
    )


@pytest.fixture
def s3(sandbox: Sandbox, sandbox_url: str) -> Iterator[Any]:
    found = client(sandbox_url)
    yield found
    found.close()


def put(s3: Any, key: str = KEY, **more: Any) -> Any:
    return s3.put_object(Bucket=BUCKET, Key=key, Body=b"0123456789", **more)


def code_of(caught: Any) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_what_was_put_is_got(s3: Any) -> None:
    put(s3, ContentType="audio/mpeg")
    found = s3.get_object(Bucket=BUCKET, Key=KEY)
    assert (found["Body"].read(), found["ContentType"]) == (b"0123456789", "audio/mpeg")


def test_a_piece_is_got(s3: Any) -> None:
    put(s3)
    found = s3.get_object(Bucket=BUCKET, Key=KEY, Range="bytes=2-4")
    assert (found["Body"].read(), found["ContentRange"]) == (b"234", "bytes 2-4/10")
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=BUCKET, Key=KEY, Range="bytes=10-12")
    assert code_of(caught) == "InvalidRange"


def test_head_tells_the_length(s3: Any) -> None:
    put(s3)
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["ContentLength"] == 10


def test_what_was_deleted_is_not_there(s3: Any) -> None:
    put(s3)
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=BUCKET, Key=KEY)
    assert code_of(caught) == "NoSuchKey"


def test_the_list_has_pages(s3: Any) -> None:
    for key in ("a/1", "a/2", "b/1"):
        put(s3, key)
    first = s3.list_objects_v2(Bucket=BUCKET, Prefix="a/", MaxKeys=1)
    assert ([one["Key"] for one in first["Contents"]], first["IsTruncated"]) == (["a/1"], True)
    rest = s3.list_objects_v2(
        Bucket=BUCKET, Prefix="a/", ContinuationToken=first["NextContinuationToken"]
    )
    assert [one["Key"] for one in rest["Contents"]] == ["a/2"]


def test_a_wrong_secret_is_refused(sandbox: Sandbox, sandbox_url: str) -> None:
    with pytest.raises(ClientError) as caught:
        put(client(sandbox_url, "wrong"))
    assert code_of(caught) == "SignatureDoesNotMatch"


def test_without_a_signature_nothing_opens(s3: Any, sandbox: Sandbox) -> None:
    put(s3, "open.mp3")
    assert sandbox.http.get(f"/s3/{BUCKET}/open.mp3").status_code == 403


def test_nothing_can_be_made_public(s3: Any) -> None:
    with pytest.raises(ClientError) as caught:
        put(s3, ACL="public-read")
    assert code_of(caught) == "AccessControlListNotSupported"


@pytest.mark.parametrize(("mode", "status"), [("403", 403), ("500", 500)])
def test_it_can_be_told_to_refuse(s3: Any, sandbox: Sandbox, mode: str, status: int) -> None:
    sandbox.post("/_s3", {"mode": mode}).raise_for_status()
    with pytest.raises(ClientError) as caught:
        put(s3)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_it_can_be_away_or_slow(s3: Any, sandbox: Sandbox) -> None:
    for order in ({"mode": "away"}, {"mode": "normal", "slow_seconds": 3}):
        sandbox.post("/_s3", order).raise_for_status()
        with pytest.raises(BotoCoreError):
            put(s3)


def test_a_wrong_order_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.post("/_s3", {"mode": "upside down"}).status_code == 400
    assert sandbox.post("/_s3", {"colour": "red"}).status_code == 400
