import pytest

from tests.leads.api.calls import Caller, caller


@pytest.fixture
def portal(db: None) -> Caller:
    """May see and change surveys, and nothing else."""
    return caller("view_survey", "change_survey")
