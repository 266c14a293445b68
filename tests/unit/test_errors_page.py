"""`docs/errors.md` names every reason with which the provider fails a request, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What makes a reason. A function that returns a text may give a part of one.
MAKERS = {
    "DeadlineExceeded",
    "Fail",
    "Found",
    "NoRoomError",
    "NotAwaitedError",
    "Problem",
    "PropertyError",
    "RequestFailedError",
    "SourceUnreadableError",
    "name_taken",
    "of_name",
    "of_value",
}
WORDS = 4  # what has fewer is no sentence, but a name or a status


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("`", ""))


PAGE = in_one_line((ROOT / "docs" / "errors.md").read_text())


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((ROOT / "lambda_handler").rglob("*.py")):
        for one in ast.walk(ast.parse(path.read_text())):
            if isinstance(one, ast.FunctionDef):
                yield f"{path.relative_to(ROOT / 'lambda_handler')}:{one.name}", one


def makes_reasons(function: ast.FunctionDef) -> bool:
    called = {
        one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")
        for one in ast.walk(function)
        if isinstance(one, ast.Call)
    }
    return bool(called & MAKERS) or (function.returns is not None and ast.unparse(function.returns) == "str")


def texts(function: ast.FunctionDef) -> Iterator[str]:
    """The texts of a function, with … for what differs; without its docstring and what it logs or asserts."""
    passed_over = {id(function.body[0])} if ast.get_docstring(function) else set()
    for node in ast.walk(function):
        is_log = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("logger.")
        if id(node) in passed_over or is_log or isinstance(node, ast.Assert):
            passed_over |= {id(one) for one in ast.walk(node)}
        elif isinstance(node, ast.JoinedStr):
            passed_over |= {id(one) for one in ast.walk(node)}
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


REASONS = {
    f"{where}: {text}": text
    for where, function in functions()
    if makes_reasons(function)
    for text in texts(function)
    if len(text.split()) >= WORDS
}


def parts(text: str) -> list[str]:
    """What is the same in every message of a template."""
    return [in_one_line(part).strip(" .,;:()") for part in re.split("…", text)]


def both_ends(part: str) -> tuple[str, str]:
    words = part.split()
    return " ".join(words[:WORDS]), " ".join(words[-WORDS:])


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_told(reason: str) -> None:
    missing = [part for part in parts(REASONS[reason]) if part not in PAGE]
    assert missing == [], "docs/errors.md has to say what this means and what to do"


def test_what_is_told_is_what_the_provider_says() -> None:
    said = in_one_line(" ".join(text for _, function in functions() for text in texts(function)))
    page, _, _ = (ROOT / "docs" / "errors.md").read_text().partition("## What CloudFormation says")
    told = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    quoted = [one for one in told if "…" in one and len(one.split()) >= WORDS]
    assert len(quoted) > 50
    # A reason may be put together of several texts, so either end has to be one of them.
    ends = {
        one: [end for part in parts(one) if len(part.split()) >= WORDS for end in both_ends(part)] for one in quoted
    }
    assert [one for one, found in ends.items() if found and not any(end in said for end in found)] == []
