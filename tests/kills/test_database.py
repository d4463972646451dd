"""The database restarts without warning in the middle of work: what was acknowledged is done."""

from collections.abc import Iterator

import pytest

from scripts.embedded import EmbeddedPostgres
from tests.stack import RunningStack, running_stack, template_database

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    server.up()
    yield server
    server.down(immediate=True)


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
    template_database("template_for_restarts", postgres.url)
    directory = tmp_path_factory.mktemp("stack")
    with running_stack(directory, "template_for_restarts", postgres.url) as stack:
        yield stack


def test_acknowledged_messages_survive_two_immediate_restarts(
    stack: RunningStack, postgres: EmbeddedPostgres
) -> None:
    numbers = [f"4477009008{index:02d}" for index in range(6)]
    for index, number in enumerate(numbers):
        if index in (2, 4):
            postgres.down(immediate=True)
            postgres.up()
        stack.write_until_acknowledged("Hello", number=number)
    for number in numbers:
        stack.wait_for_texts(1, number=number, within=60)
    stack.wait_until_idle()
    assert [len(stack.sandbox.phone(number)) for number in numbers] == [1] * 6


def test_posts_are_refused_with_503_while_the_database_is_away(
    stack: RunningStack, postgres: EmbeddedPostgres
) -> None:
    postgres.down(immediate=True)
    try:
        answer = stack.sandbox.write("Hello", number="447700900899")
    finally:
        postgres.up()
    assert (answer.status_code, answer.json()["app_status"]) == (502, 503)
