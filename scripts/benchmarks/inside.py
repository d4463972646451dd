"""Run a measurement inside the product: a process of its own, with Django set up."""

from __future__ import annotations

import json
import sys
from typing import Any

from scripts.benchmarks.processes import BenchError
from scripts.benchmarks.product import Product
from scripts.embedded_places import tail

# Django must be set up before anything of the product is imported.
SCRIPT = (
    "import sys, django; django.setup(); from scripts.benchmarks.{module} import main; "
    "main(sys.argv[1:])"
)


def run_inside(
    product: Product, name: str, module: str, options: tuple[str, ...], patience: float
) -> dict[str, Any]:
    """The JSON object that the module's `main` printed last, within `patience` seconds."""
    env = {
        **product.env,
        "DJANGO_SETTINGS_MODULE": "hampstead.settings",
        "PROCESS_NAME": "worker",
        "DB_POOL": "0",  # a connection for each thread, kept, as the workers have
        "PYTHONUNBUFFERED": "",
    }
    log = product.processes.log(name)
    log.unlink(missing_ok=True)
    command = (sys.executable, "-c", SCRIPT.format(module=module), *options)
    product.processes.run(name, command, env, patience)
    try:
        found: dict[str, Any] = json.loads(log.read_text().splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise BenchError(f"{name} said nothing useful:\n{tail(log)}") from error
    return found
