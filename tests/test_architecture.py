"""Rules of the house that no type checker sees."""

import ast
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

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


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def places(is_wrong: Callable[[ast.AST], bool]) -> list[str]:
    """Where in the product something wrong stands, as file:line."""
    return [
        f"{short(path)}:{getattr(node, 'lineno', 0)}"
        for path in FILES
        for node in nodes(path)
        if is_wrong(node)
    ]


def calls(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in names


def called_name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))


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


def test_no_module_has_a_vague_name() -> None:
    vague = [path for path in FILES if {path.stem, *path.relative_to(ROOT).parent.parts} & VAGUE]
    assert vague == []


def test_no_file_is_too_long() -> None:
    others = [path for top in ("tests", "scripts") for path in (ROOT / top).rglob("*.py")]
    lengths = {short(path): len(path.read_text().splitlines()) for path in [*FILES, *others]}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def is_too_long(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION


def test_no_function_is_too_long() -> None:
    assert places(is_too_long) == []


def is_broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    return node.type is None or bool(names & {"Exception", "BaseException"})


def test_a_broad_except_says_why() -> None:
    commented = {f"{short(path)}:{line}" for path in FILES for line in comments(path)}
    assert set(places(is_broad)) - commented == set()


def test_data_is_never_marked_safe() -> None:
    """Literal text may be."""

    def is_wrong(node: ast.AST) -> bool:
        return calls(node, {"mark_safe"}) and not has_literal_text(node)

    assert places(is_wrong) == []


def test_templates_of_html_are_literal() -> None:
    """`format_html(f"…{data}")` would escape nothing."""

    def is_wrong(node: ast.AST) -> bool:
        return calls(node, {"format_html"}) and not has_literal_text(node)

    assert places(is_wrong) == []


def has_literal_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)


def test_no_template_switches_escaping_off() -> None:
    templates = [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")]
    unsafe = ("|safe", "| safe", "autoescape off")
    assert [short(t) for t in templates if any(word in t.read_text() for word in unsafe)] == []


def test_only_the_pump_speaks_to_the_queue() -> None:
    published = places(lambda node: calls(node, PUBLISHING))
    assert {place.partition(":")[0] for place in published} == {"hampstead/core/pump.py"}


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
