"""The tables of decisions that the docs print are the ones that decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lambda_handler.association import decision_table as association
from lambda_handler.decision import Row
from lambda_handler.package import decision_table as package

DOCS = Path(__file__).parents[3] / "docs"
BEGIN, END = "<!-- decisions -->\n", "<!-- /decisions -->\n"
TABLES = [("lifecycle.md", package.ROWS), ("associations.md", association.ROWS)]


@pytest.mark.parametrize(("page", "rows"), TABLES, ids=[page for page, _ in TABLES])
def test_the_docs_print_the_table(page: str, rows: tuple[Row[Any, Any], ...]) -> None:
    printed = (DOCS / page).read_text().split(BEGIN)[1].split(END)[0]
    lines = ["", "| | the situation | the decision |", "|---|---|---|"]
    lines += [f"| {number} | {row.situation} | {row.decision} |" for number, row in enumerate(rows, 1)]
    assert printed == "\n".join([*lines, "", ""])


@pytest.mark.parametrize(("page", "rows"), TABLES, ids=[page for page, _ in TABLES])
def test_every_situation_stands_once(page: str, rows: tuple[Row[Any, Any], ...]) -> None:
    assert len({row.situation for row in rows}) == len(rows)
    assert rows[-1].situation.startswith("anything else")
