"""The documents say what the code does."""

import re
from pathlib import Path

from hampstead.core.errors import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
# Read by env.py itself or by the scripts, not through a reader in settings.py.
READ_ELSEWHERE = {"VAR_DIR"}
SCRIPTS_TABLE = "| Script's name |"


def _settings_page() -> str:
    return (ROOT / "docs" / "SETTINGS.md").read_text()


def _named(table: str) -> set[str]:
    return set(re.findall(r"^\| `([A-Z_0-9]+)`", table, re.MULTILINE))


def _read_settings() -> set[str]:
    files = ("settings.py", "vendors.py", "prices.py", "storing.py")
    text = "".join((ROOT / "hampstead" / name).read_text() for name in files)
    names = re.findall(r"env\.\w+\(\s*[\"']([A-Z_0-9]+)[\"']", text)
    vendors = re.findall(r"_vendor\(\s*\"([A-Z_0-9]+)\",\s*\"([A-Z_0-9]+)\"", text)
    return set(names) | {name for pair in vendors for name in pair} | READ_ELSEWHERE


def test_the_settings_page_lists_exactly_what_is_read() -> None:
    assert _named(_settings_page().partition(SCRIPTS_TABLE)[0]) == _read_settings()


def test_the_scripts_table_lists_what_scripts_read() -> None:
    code = "".join(path.read_text() for path in (ROOT / "scripts").glob("*.py"))
    named = _named(_settings_page().partition(SCRIPTS_TABLE)[2])
    assert {name for name in named if f'"{name}"' not in code} == set()
    assert named >= {"HOST", "LIVE_PORT", "SANDBOX_PORT", "WEB_CONCURRENCY", "DEMO"}
    assert not named & _read_settings()


def test_the_troubleshooting_page_has_every_code_and_its_meaning() -> None:
    page = (ROOT / "docs" / "TROUBLESHOOTING.md").read_text()
    rows = dict(re.findall(r"^\| (E\d{3}) \| ([^|]+) \|", page, re.MULTILINE))
    assert rows == {code: error.entry.meaning for code, error in CATALOGUE.items()}


def test_the_readme_names_both_set_up_commands_on_its_first_screen() -> None:
    first_screen = (ROOT / "README.md").read_text().splitlines()[:20]
    assert {"make run", "make test"} <= {line.split("#")[0].strip() for line in first_screen}
