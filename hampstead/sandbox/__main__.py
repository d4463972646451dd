import asyncio

from hampstead.sandbox.environment import Environment
from hampstead.sandbox.server import serve

asyncio.run(serve(Environment.read()))
