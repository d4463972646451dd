import itertools
import os
from collections.abc import Iterator

import pytest

from tests.stack import RunningStack, running_stack, template_database

_numbers = itertools.count(100)


@pytest.fixture(scope="session")
def template() -> str:
    name = f"stack_template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    template_database(name)
    return name


@pytest.fixture(scope="module")
def stack(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("stack"), template) as stack:
        yield stack


@pytest.fixture
def number() -> str:
    """A customer of this test's own."""
    return f"447700900{next(_numbers)}"
