"""The function's modules are layers: data flows downwards, and nothing points back up."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HANDLER = ROOT / "lambda_handler"
OURS = re.compile(r"lambda_handler\.")
FILES = sorted(HANDLER.rglob("*.py"))
# From top to bottom. What stands in one line is beside each other: the resource types do not know each other either.
LAYERS = [
    {"index"},
    {"package", "association"},
    {"taken_over"},
    {"reconcile", "continuation", "decision", "opensearch", "domains", "paging", "schema", "problems", "package_types"},
    {"cloudformation"},
    {"ownership", "errors", "clients"},
]
RESOURCE_TYPES = LAYERS[1]
LONGEST_MODULE = 250  # lines


def name(path: Path) -> str:
    return str(path.relative_to(HANDLER))


def imported(path: Path, *, to_run: bool = False) -> set[str]:
    """What a file imports; `to_run` leaves out what it imports for types only."""
    found: set[str] = set()
    nodes: list[ast.AST] = [ast.parse(path.read_text())]
    while nodes:
        node = nodes.pop()
        if to_run and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
        nodes += ast.iter_child_nodes(node)
    return found


def imports(path: Path, *, to_run: bool = False) -> set[str]:
    """The function's own modules among them, as `package.importing` or `errors`."""
    ours = {one.removeprefix("lambda_handler.") for one in imported(path, to_run=to_run) if OURS.match(one)}
    return {one for one in ours if (HANDLER / f"{one.replace('.', '/')}.py").exists()}


def module(path: Path) -> str:
    return name(path).removesuffix(".py").replace("/", ".")


def layer(module: str) -> int:
    top = module.split(".", maxsplit=1)[0]
    return next(number for number, names in enumerate(LAYERS) if top in names)


def test_every_module_has_a_layer() -> None:
    known = set().union(*LAYERS)
    assert {module(path).split(".")[0] for path in FILES if path.parent != HANDLER or path.stem != "__init__"} == known


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_module_imports_upwards(path: Path) -> None:
    if module(path) == "__init__":
        assert imports(path) == set()
        return
    upwards = {one for one in imports(path) if layer(one) < layer(module(path))}
    assert upwards == set()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_resource_types_do_not_know_each_other(path: Path) -> None:
    own = {module(path).split(".")[0]} & RESOURCE_TYPES
    if own:
        assert {one.split(".")[0] for one in imports(path)} & RESOURCE_TYPES <= own


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {module(path): imports(path, to_run=True) for path in FILES}
    while free := {one for one, needs in left.items() if not needs & left.keys()}:
        left = {one: needs for one, needs in left.items() if one not in free}
    assert left == {}


@pytest.mark.parametrize("path", sorted((HANDLER / "cloudformation").glob("*.py")), ids=name)
def test_the_cloudformation_side_knows_no_resource_type(path: Path) -> None:
    text = path.read_text().lower()
    assert "opensearch" not in text
    assert "package" not in text


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) < LONGEST_MODULE


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_module_needs_nothing_but_boto3_and_crhelper(path: Path) -> None:
    tops = {one.split(".")[0] for one in imported(path, to_run=True)}
    assert tops - sys.stdlib_module_names <= {"boto3", "botocore", "crhelper", "lambda_handler"}
