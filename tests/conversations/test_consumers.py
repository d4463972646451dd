"""Live pages: staff hear which row changed, nobody else hears anything."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from pytest_django import Settings

from conversations.consumers import NOT_STAFF, OfficeConsumer
from hampstead.core.live import GROUP
from hampstead.core.models import StaffUser

pytestmark = pytest.mark.django_db

Talk = Callable[[WebsocketCommunicator], Awaitable[Any]]


@pytest.fixture(autouse=True)
def _own_layer(settings: Settings) -> None:
    """The real Redis layer, under a prefix of this test's own."""
    layers = settings.CHANNEL_LAYERS
    prefix = f"test-{uuid.uuid4().hex}"
    config = {**layers["default"]["CONFIG"], "prefix": prefix}
    settings.CHANNEL_LAYERS = {"default": {**layers["default"], "CONFIG": config}}
    channel_layers.backends = {}


def talk(user: Any, talk_to: Talk) -> Any:
    async def run() -> Any:
        socket = WebsocketCommunicator(OfficeConsumer.as_asgi(), "/ws/office/")
        socket.scope["user"] = user
        try:
            return await talk_to(socket)
        finally:
            await socket.disconnect()
            await get_channel_layer().flush()

    return async_to_sync(run)()


async def tell(subject: str) -> None:
    message = {"type": "row.changed", "subject": subject}
    await get_channel_layer().group_send(GROUP, message)


async def try_to_connect(socket: WebsocketCommunicator) -> tuple[bool, int | None]:
    accepted, code = await socket.connect()
    return accepted, code


def staff(**more: bool) -> StaffUser:
    return StaffUser(username="olive", **{"is_staff": True, "is_active": True, **more})


def test_staff_hear_which_row_changed() -> None:
    async def listen(socket: WebsocketCommunicator) -> Any:
        await socket.connect()
        await tell("conversation:12")
        return await socket.receive_json_from()

    assert talk(staff(), listen) == {"subject": "conversation:12"}


def test_two_pages_hear_the_same_change() -> None:
    async def listen(first: WebsocketCommunicator) -> Any:
        second = WebsocketCommunicator(OfficeConsumer.as_asgi(), "/ws/office/")
        second.scope["user"] = staff()
        await first.connect()
        await second.connect()
        await tell("lead:7")
        heard = [await page.receive_json_from() for page in (first, second)]
        await second.disconnect()
        return heard

    assert talk(staff(), listen) == [{"subject": "lead:7"}] * 2


@pytest.mark.parametrize(
    "user", [None, AnonymousUser(), staff(is_staff=False), staff(is_active=False)]
)
def test_nobody_else_is_let_in(user: Any) -> None:
    assert talk(user, try_to_connect) == (False, NOT_STAFF)


def test_what_a_page_sends_changes_nothing() -> None:
    async def shout(socket: WebsocketCommunicator) -> bool:
        await socket.connect()
        await socket.send_json_to({"type": "row.changed", "subject": "x"})
        return await socket.receive_nothing(timeout=0.1)

    assert talk(staff(), shout)
