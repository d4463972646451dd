"""Check that the documentation names only what exists.

Every relative link must lead to a file, every `make X` to a target, and every
`manage.py X` to a command module of ours or a command of a library we use.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from scripts.embedded_places import ROOT

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
# Only inside code: "make sure" in a sentence is no target.
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE = re.compile(r"(?:^|[\s`(&;])make((?:\s+[A-Z_]+=\S+)*)\s+([a-z][a-z0-9-]*)", re.MULTILINE)
MANAGE = re.compile(r"manage\.py\s+([a-z][a-z0-9_]*)")
TARGET = re.compile(r"^([a-zA-Z0-9][a-zA-Z0-9_. -]*?)\s*:(?!=)", re.MULTILINE)
OUTSIDE = re.compile(r"^[a-z][a-z0-9+.-]*:|^#")


def problems(root: Path) -> Iterator[str]:
    """Every wrong reference below a root, as a line for people."""
    targets = make_targets(root)
    commands = manage_commands(root)
    for page in pages(root):
        text = page.read_text(encoding="utf-8")
        place = page.relative_to(root)
        prose = CODE.sub("", text)
        for link in LINK.findall(prose):
            if not OUTSIDE.match(link) and not _leads_somewhere(root, page, link):
                yield f"{place}: link to {link}: no such file"
        code = "\n".join(CODE.findall(text))
        for _, target in MAKE.findall(code):
            if target not in targets:
                yield f"{place}: `make {target}`: no such target"
        for command in MANAGE.findall(code):
            if command not in commands:
                yield f"{place}: `manage.py {command}`: no such command"


def pages(root: Path) -> list[Path]:
    """README.md and everything below docs."""
    return [
        page for page in (root / "README.md", *sorted(root.glob("docs/**/*.md"))) if page.exists()
    ]


def make_targets(root: Path) -> set[str]:
    """The targets that the Makefile defines."""
    makefile = root / "Makefile"
    text = makefile.read_text() if makefile.exists() else ""
    return {name for line in TARGET.findall(text) for name in line.split()}


def manage_commands(root: Path) -> set[str]:
    """The commands of our applications and of the installed libraries."""
    # Django's own finder needs settings; the files say the same.
    ours = root.glob("[!.]*/**/management/commands/*.py")
    libraries = (
        command
        for entry in map(Path, sys.path)
        if entry.name == "site-packages"
        for pattern in ("*/management/commands/*.py", "*/*/*/management/commands/*.py")
        for command in entry.glob(pattern)
    )
    core = (
        command
        for entry in map(Path, sys.path)
        for command in entry.glob("django/core/management/commands/*.py")
    )
    return {path.stem for path in (*ours, *libraries, *core) if path.stem != "__init__"}


def _leads_somewhere(root: Path, page: Path, link: str) -> bool:
    path = unquote(link.split("#", 1)[0])
    start = root if path.startswith("/") else page.parent
    return (start / path.lstrip("/")).exists()


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    found = list(problems(ROOT))
    for problem in found:
        print(problem)
    print(f"{len(pages(ROOT))} pages checked, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
