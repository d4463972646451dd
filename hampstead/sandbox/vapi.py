"""The simulated VAPI as a whole: its API, its calls, and what it remembers."""

from datetime import UTC, datetime

from aiohttp import web

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.door import Door
from hampstead.sandbox.environment import Environment
from hampstead.sandbox.faults import FaultQueue
from hampstead.sandbox.journal import Journal
from hampstead.sandbox.vapi_api import VapiApi
from hampstead.sandbox.vapi_calls import Calls
from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.vapi_control import VapiControl
from hampstead.sandbox.vapi_errors import VapiErrors
from hampstead.sandbox.vapi_posts import Posts
from hampstead.sandbox.vapi_recordings import Recordings
from hampstead.sandbox.vapi_records import Records

VENDOR = "vapi"


class Vapi:
    def __init__(self, counters: Counters, environment: Environment) -> None:
        self.conduct = Conduct()
        self.posts = Posts(environment, self.conduct)
        self._records = Records(counters, lambda: datetime.now(UTC))
        self._recordings = Recordings(counters, self.conduct)
        self._calls = Calls(self._records, self._recordings, counters, self.conduct, self.posts)

    async def stop(self, patience_seconds: float = 6.0) -> None:
        """Calls are broken off; what is on its way may still arrive before this is over."""
        await self._calls.stop()
        await self.posts.stop(patience_seconds)

    async def clear(self) -> None:
        await self.stop()
        self.conduct.clear()
        self._records.clear()
        self._recordings.clear()

    def add_routes(self, app: web.Application, journal: Journal, faults: FaultQueue) -> None:
        VapiControl(self.conduct, self._records, self._calls).add_routes(app)
        errors = VapiErrors()
        door = Door(VENDOR, journal, faults, errors)
        VapiApi(errors, self.conduct, self._records, self._recordings, self._calls).add_routes(
            app, door
        )
