"""The tables, the plots and the money of the benchmarks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import money, report
from benchmarks.claims import Claim
from benchmarks.cold_start import FLOOR, OURS, Start
from benchmarks.tables import Table, duration

PAGE = Path(__file__).resolve().parents[3] / "docs" / "benchmarks.md"


def test_a_table_is_aligned_in_a_terminal_and_markdown_on_the_page() -> None:
    table = Table("Title", ("who", "seconds"), [("a", "1.0"), ("longer", "10.0")], ["A note."])
    assert table.text().splitlines() == ["Title", "who     seconds", "a           1.0", "longer     10.0", "A note."]
    assert table.markdown().splitlines()[:3] == ["| who | seconds |", "| --- | ---: |", "| a | 1.0 |"]


def test_what_does_not_hold_is_said_with_its_reason() -> None:
    table = report.claims([Claim("fast", holds=True), Claim("small", holds=False, note="it is large")])
    assert table.rows == [("fast", "yes"), ("small", "**no**")]
    assert table.notes == ["- small: no, because it is large."]


def test_a_start_that_is_slower_than_the_floor_is_shown_as_it_is() -> None:
    table = report.starts([Start(FLOOR, False, 0.2, 1.0), Start(OURS, False, 0.22, 1.1)])
    assert [one[3:] for one in table.rows] == [("1.00", ""), ("1.10", "**no**")]


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 s"), (60, "1 min"), (2700, "45 min")])
def test_times_are_told_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_waiting_costs_what_the_price_list_says() -> None:
    """Three minutes in a function of 256 MB, and what comes with them."""
    assert money.ours(180).dollars == pytest.approx(182.4 * 0.25 * 0.0000166667, rel=0.05)
    assert money.crhelpers(180).dollars < money.ours(180).dollars
    framework = money.frameworks(180)
    assert framework is not None
    assert framework.dollars > 36 * money.A_TRANSITION
    assert money.frameworks(2700) is None


def test_the_page_names_no_path_of_a_machine() -> None:
    assert not re.search(r"/(home|work|root|tmp|Users)/", PAGE.read_text())
