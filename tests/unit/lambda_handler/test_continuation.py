"""What a request remembers, read back from JSON: what is missing, or makes no sense there, is not remembered."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_handler.continuation import moment, restored
from lambda_handler.reconcile import Grace


@dataclass
class Memory:
    """A value of each kind that can be remembered."""

    text: str = "none"
    flag: bool = True
    at: float = 0.0
    texts: list[str] = field(default_factory=list)
    by_name: dict[str, str] = field(default_factory=dict)
    grace: Grace = field(default_factory=lambda: Grace(60))


FULL = Memory("some", flag=False, at=1.5, texts=["a"], by_name={"a": "b"}, grace=Grace(60, 2.5, 3.5))


def test_everything_comes_back_from_json() -> None:
    assert restored(Memory, json.loads(json.dumps(asdict(FULL)))) == FULL


@pytest.mark.parametrize("carried", [None, {}, [], "text", 7, {"other": 1}], ids=repr)
def test_of_nothing_nothing_is_remembered(carried: object) -> None:
    assert restored(Memory, carried) == Memory()


def test_two_of_them_share_nothing() -> None:
    first, second = restored(Memory, {}), restored(Memory, {})
    first.texts.append("a")
    first.grace.meet(5)
    assert second == Memory()


@pytest.mark.parametrize(
    ("name", "carried", "left"),
    [
        ("text", 7, "none"),
        ("text", "", ""),
        ("flag", 0, True),
        ("flag", "false", True),
        ("flag", False, False),
        ("at", 3, 3.0),
        ("at", True, 0.0),
        ("at", "3", 0.0),
        ("texts", ["a", 7, None, ["b"]], ["a"]),
        ("texts", {"a": "b"}, []),
        ("by_name", {"a": "b", "c": 7}, {"a": "b"}),
        ("by_name", ["a"], {}),
        ("grace", {"seconds": 1, "since": 2, "last": 3}, Grace(60, 2, 3)),
        ("grace", {"since": "soon"}, Grace(60)),
        ("grace", [60, 1, 2], Grace(60)),
    ],
)
def test_of_a_value_only_what_makes_sense_is_remembered(name: str, carried: object, left: object) -> None:
    memory = restored(Memory, {name: carried})
    assert vars(memory) == {**vars(Memory()), name: left}
    assert type(getattr(memory, name)) is type(left)


@pytest.mark.parametrize(("carried", "told"), [(3, 3.0), (1.5, 1.5), (True, 0.0), (None, 0.0), ("1", 0.0), ([1], 0.0)])
def test_a_moment_is_a_number(carried: object, told: float) -> None:
    assert moment(carried) == told


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None, database=None)
@given(carried=st.one_of(JSON, st.dictionaries(st.sampled_from([*vars(Memory())]), JSON)))
def test_whatever_is_carried_every_field_keeps_its_type(carried: Any) -> None:
    memory = restored(Memory, carried)
    assert {name: type(value) for name, value in vars(memory).items()} == {
        name: type(value) for name, value in vars(Memory()).items()
    }
