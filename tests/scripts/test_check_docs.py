"""The check of the documentation, on small clones made for it."""

from pathlib import Path

import pytest

from scripts.check_docs import problems


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "Makefile").write_text("run: bootstrap ## Start\n\techo\nbootstrap:\n\techo\n")
    commands = tmp_path / "leads" / "management" / "commands"
    commands.mkdir(parents=True)
    (commands / "pump.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "See [the docs](docs) and [a part](docs#part), [out](https://example.org/x).",
        "First `make run`, then `python manage.py pump` and `manage.py migrate`.",
        "We make sure of it.",
        "`[not a link](nowhere)`",
    ],
)
def test_what_exists_is_fine(clone: Path, text: str) -> None:
    (clone / "README.md").write_text(text)
    assert list(problems(clone)) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[gone](../gone.md)", "link to ../gone.md: no such file"),
        ("```\nmake fly PORT=1\n```", "`make fly`: no such target"),
        ("`make PORT=9000 fly`", "`make fly`: no such target"),
        ("`manage.py fly_away`", "`manage.py fly_away`: no such command"),
    ],
)
def test_what_does_not_exist_is_named(clone: Path, text: str, reason: str) -> None:
    (clone / "docs" / "page.md").write_text(text)
    assert list(problems(clone)) == [f"docs/page.md: {reason}"]
