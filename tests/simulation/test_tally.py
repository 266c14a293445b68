"""What the simulator has counted on several workers is printed as if one process had counted it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.simulation import tally


@pytest.fixture(autouse=True)
def _counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "counts", Counter())
    monkeypatch.setattr(tally, "tables", {})


def test_nothing_is_printed_where_nothing_was_simulated() -> None:
    tally.add({})
    assert tally.lines() == []


def test_counts_and_tables_of_several_workers_are_added_up() -> None:
    one = {"counts": {"requests": 1, "boundaries": 3, "runs": 21}, "tables": {"Title": ["b"]}}
    other = {"counts": {"requests": 2, "boundaries": 4, "runs": 28}, "tables": {"Title": ["a"]}}
    tally.add(one)
    tally.add(other)
    assert tally.lines() == [
        "3 kinds of request, 7 call boundaries, 7 faults at each: 49 runs",
        *("", "Title", "a", "b"),
    ]


def test_what_a_worker_sends_is_what_it_has_counted() -> None:
    tally.counts.update({"sequences": 50, "operations": 180, "milliseconds": 9_600})
    tally.tables["Title"] = ["row"]
    printed = tally.lines()
    sent = json.loads(json.dumps(tally.plain()))
    tally.counts.clear()
    tally.tables.clear()
    tally.add(sent)
    assert tally.lines() == printed
    assert "in 10 s" in printed[0]
