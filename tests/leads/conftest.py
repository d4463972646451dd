import pytest
from django.test import Client

from hampstead.core.models import StaffUser
from tests.factories.leads import OfficeUserFactory


@pytest.fixture
def olive(db: None) -> StaffUser:
    return OfficeUserFactory(username="olive")


@pytest.fixture
def office(client: Client, olive: StaffUser) -> Client:
    client.force_login(olive)
    return client
