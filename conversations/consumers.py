"""What staff pages hear live: which row changed. They read the row themselves."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from hampstead.core.live import GROUP

NOT_STAFF = 4403


class OfficeConsumer(AsyncJsonWebsocketConsumer):
    """Staff only. Sends {"subject": "conversation:12"}; nothing is kept for who was away, so a
    page refetches when it reconnects.
    """

    async def connect(self) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_staff or not user.is_active:
            await self.close(code=NOT_STAFF)
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def row_changed(self, event: dict[str, Any]) -> None:
        await self.send_json({"subject": event["subject"]})
