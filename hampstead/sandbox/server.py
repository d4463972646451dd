"""One loopback port for all vendors and the control surface."""

import asyncio
import signal
from pathlib import Path

from aiohttp import web

from hampstead.sandbox.anthropic_api import AnthropicApi
from hampstead.sandbox.anthropic_errors import AnthropicErrors
from hampstead.sandbox.control import Control
from hampstead.sandbox.deepgram_api import DeepgramApi
from hampstead.sandbox.deepgram_errors import DeepgramErrors
from hampstead.sandbox.dialog360 import Dialog360
from hampstead.sandbox.dialog360_errors import Dialog360Errors
from hampstead.sandbox.door import Door
from hampstead.sandbox.elevenlabs_api import ElevenLabsApi
from hampstead.sandbox.elevenlabs_errors import ElevenLabsErrors
from hampstead.sandbox.environment import Environment
from hampstead.sandbox.microsoft_control import MicrosoftControl
from hampstead.sandbox.state import State

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 0.2
LARGEST_BODY = 32 * 1024 * 1024


def build(state: State) -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY)
    Control(state).add_routes(app)
    MicrosoftControl(state.microsoft).add_routes(app)
    state.microsoft.add_routes(app, state.journal, state.faults)
    state.vapi.add_routes(app, state.journal, state.faults)
    state.s3.add_routes(app, state.journal, state.faults)
    anthropic = AnthropicErrors(state.counters)
    AnthropicApi(anthropic, state.model, state.cache).add_routes(
        app, Door("anthropic", state.journal, state.faults, anthropic)
    )
    dialog360 = Dialog360Errors(state.counters)
    Dialog360(dialog360, state.counters, state.phones, state.sender, state.statuses).add_routes(
        app, Door("360dialog", state.journal, state.faults, dialog360)
    )
    deepgram = DeepgramErrors(state.counters)
    DeepgramApi(deepgram, state.speech).add_routes(
        app, Door("deepgram", state.journal, state.faults, deepgram)
    )
    elevenlabs = ElevenLabsErrors(state.counters)
    ElevenLabsApi(elevenlabs, state.speech).add_routes(
        app, Door("elevenlabs", state.journal, state.faults, elevenlabs)
    )
    return app


async def serve(environment: Environment) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    state = State.fresh(environment)
    await state.sender.start()
    state.microsoft.posts.start()
    state.vapi.posts.start()
    runner = web.AppRunner(
        build(state), handle_signals=False, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, environment.port).start()
        if environment.port_file is not None:
            write_port(environment.port_file, runner.addresses[0][1])
        await stop.wait()
    finally:
        await state.statuses.stop(SHUTDOWN_SECONDS)
        await state.microsoft.posts.stop(SHUTDOWN_SECONDS)
        await state.vapi.stop(SHUTDOWN_SECONDS)
        await runner.cleanup()
        await state.sender.stop()
        await state.microsoft.posts.close()
        await state.vapi.posts.close()


def write_port(path: Path, port: int) -> None:
    """Readers see no file or the whole number, never half of it."""
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_text(f"{port}\n", encoding="ascii")
    draft.replace(path)
