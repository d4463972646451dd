"""Rules of the house that no type checker sees."""

import ast
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("core", "leads", "conversations", "voice", "whatsapp", "crm", "office")
PRODUCT = ("hampstead", "leads", "conversations", "voice", "whatsapp", "crm")
VAGUE = {"services", "utils", "helpers", "common", "misc", "manager", "handlers"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
PUBLISHING = {"delay", "apply_async", "send_task"}
SECRET_WORDS = ("secret", "signature", "token", "digest", "offered", "given")

FILES = sorted(
    path for top in PRODUCT for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts
)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


every_file = pytest.mark.parametrize("path", FILES, ids=short)


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text()))


def called_name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))


def called_names(path: Path) -> Iterator[tuple[str, int]]:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield called_name(node), node.lineno


def comments(path: Path) -> set[int]:
    """The lines that carry a comment with words, other than a bare noqa."""
    with path.open("rb") as file:
        found = [t for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT]
    return {t.start[0] for t in found if t.string.strip("# ").split("noqa")[0].strip()}


def keys_between_floors() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                target = field.related_model
                assert not isinstance(target, str)
                yield str(field), model._meta.app_label, target._meta.app_label


def test_every_app_of_ours_has_a_floor() -> None:
    ours = {app.split(".")[-1] for app in settings.INSTALLED_APPS if app.split(".")[0] in PRODUCT}
    assert ours == set(FLOORS)


def test_no_foreign_key_points_up() -> None:
    up = [
        f"{field} -> {target}"
        for field, own, target in keys_between_floors()
        if own in FLOORS and target in FLOORS and FLOORS.index(target) > FLOORS.index(own)
    ]
    assert up == []


@every_file
def test_no_module_has_a_vague_name(path: Path) -> None:
    parts = {path.stem, *path.relative_to(ROOT).parent.parts}
    assert not parts & VAGUE


@every_file
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@every_file
def test_no_function_is_too_long(path: Path) -> None:
    too_long = [
        node.name
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


def is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


@every_file
def test_a_broad_except_says_why(path: Path) -> None:
    said = comments(path)
    silent = [
        node.lineno
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and is_broad(node)
        and not said & {node.lineno, node.lineno + 1}
    ]
    assert silent == []


@every_file
def test_data_is_never_marked_safe(path: Path) -> None:
    """Literal text may be."""
    marked = [
        node.lineno
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and called_name(node) == "mark_safe"
        and not all(isinstance(argument, ast.Constant) for argument in node.args)
    ]
    assert marked == []


@every_file
def test_templates_of_html_are_literal(path: Path) -> None:
    """`format_html(f"…{data}")` would escape nothing."""
    built = [
        node.lineno
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and called_name(node) == "format_html"
        and not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    assert built == []


def test_no_template_switches_escaping_off() -> None:
    templates = [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")]
    unsafe = ("|safe", "| safe", "autoescape off")
    assert [short(t) for t in templates if any(word in t.read_text() for word in unsafe)] == []


@every_file
def test_only_the_pump_speaks_to_the_queue(path: Path) -> None:
    published = [line for name, line in called_names(path) if name in PUBLISHING]
    assert published == [] or short(path) == "hampstead/core/pump.py"


def test_the_pump_does_speak_to_the_queue() -> None:
    pump = ROOT / "hampstead" / "core" / "pump.py"
    assert "send_task" in {name for name, _ in called_names(pump)}


def compares_a_secret(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    if not any(isinstance(operator, ast.Eq | ast.NotEq | ast.In) for operator in node.ops):
        return False
    names = [n.id.lower() for n in ast.walk(node) if isinstance(n, ast.Name)]
    return any(word in name for name in names for word in SECRET_WORDS)


def test_secrets_are_compared_in_constant_time() -> None:
    signing = ROOT / "hampstead" / "core" / "signing.py"
    assert [node for node in nodes(signing) if compares_a_secret(node)] == []


def test_no_webhook_compares_its_headers_itself() -> None:
    webhooks = [path for path in FILES if path.stem == "webhooks"]
    assert [short(p) for p in webhooks if any(compares_a_secret(node) for node in nodes(p))] == []


def test_floors_are_told_apart_from_each_other() -> None:
    """The order above is the import contract's order, read from the bottom."""
    text = (ROOT / "pyproject.toml").read_text()
    layers = text.split("layers = [")[1].split("]")[0].replace('"', "").split(", ")
    names = [layer.strip().removeprefix("hampstead.") for layer in reversed(layers)]
    assert all(FLOORS.index(low) < FLOORS.index(high) for low, high in pairwise(names))
