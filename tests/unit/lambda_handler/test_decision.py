"""Decision tables: the first row that applies decides."""

from __future__ import annotations

import pytest

from lambda_handler.decision import Row, first_that_applies


def undecided(number: int) -> str:
    raise AssertionError("a row that is not the first that applies decides nothing")


ROWS: tuple[Row[int, str], ...] = (
    Row("below ten", "low", lambda number: number < 10, lambda number: f"{number} is low"),
    Row("below a hundred", "high", lambda number: number < 100, lambda number: f"{number} is high"),
)


def test_the_first_row_that_applies_decides() -> None:
    assert first_that_applies(ROWS, 5) == "5 is low"
    assert first_that_applies(ROWS, 50) == "50 is high"


def test_no_row_behind_it_decides_anything() -> None:
    assert first_that_applies([ROWS[0], Row("any", "none", lambda _: True, undecided)], 5) == "5 is low"


def test_a_table_in_which_no_row_applies_is_a_mistake() -> None:
    with pytest.raises(StopIteration):
        first_that_applies(ROWS, 500)
