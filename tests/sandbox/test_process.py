import ast
import time
from pathlib import Path

import httpx
import pytest

from tests.sandbox.conftest import Sandbox, start_sandbox

SOURCE = Path(__file__).parents[2] / "hampstead" / "sandbox"
OUTSIDERS = {"django", "leads", "conversations", "voice", "whatsapp", "crm", "anthropic"}


def imported_by(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_health_is_ok(sandbox: Sandbox) -> None:
    assert sandbox.http.get("/_health").json() == {"status": "ok"}


@pytest.mark.parametrize("module", sorted(SOURCE.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_imports_nothing_of_the_product(module: Path) -> None:
    for name in imported_by(module):
        assert name.split(".")[0] not in OUTSIDERS
        assert not name.startswith("hampstead") or name.startswith("hampstead.sandbox")


def test_termination_is_clean_and_quick_even_with_a_request_waiting(tmp_path: Path) -> None:
    process, url = start_sandbox(tmp_path / "port")
    fault = {"vendor": "anthropic", "delay_seconds": 60}
    httpx.post(f"{url}/_faults", json=fault, trust_env=False).raise_for_status()
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{url}/anthropic/v1/models", timeout=0.2, trust_env=False)
    started = time.monotonic()
    process.terminate()
    assert process.wait(timeout=5) == 0
    assert time.monotonic() - started < 1
