"""The table of decisions that the docs print is the one that decides."""

from __future__ import annotations

from pathlib import Path

from lambda_handler.package.decision_table import ROWS

PAGE = Path(__file__).parents[4] / "docs" / "lifecycle.md"
BEGIN, END = "<!-- decisions -->\n", "<!-- /decisions -->\n"


def test_the_docs_print_the_table() -> None:
    page = PAGE.read_text()
    printed = page.split(BEGIN)[1].split(END)[0]
    lines = ["", "| | the situation | the decision |", "|---|---|---|"]
    lines += [f"| {number} | {row.situation} | {row.decision} |" for number, row in enumerate(ROWS, 1)]
    assert printed == "\n".join([*lines, "", ""])


def test_every_situation_stands_once() -> None:
    assert len({row.situation for row in ROWS}) == len(ROWS)
    assert ROWS[-1].situation == "anything else"
