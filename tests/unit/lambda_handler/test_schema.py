"""Strings from the template to the API's types, by botocore's model, for a table of any resource type."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ServiceModel

from lambda_handler import schema
from lambda_handler.errors import PropertyError
from lambda_handler.problems import echo as echoed
from lambda_handler.schema import Property

MODEL = ServiceModel(
    {
        "metadata": {"serviceId": "shop"},
        "operations": {},
        "shapes": {
            "OrderRequest": {
                "type": "structure",
                "members": {
                    "Name": {"shape": "Name"},
                    "Colour": {"shape": "Colour"},
                    "Gift": {"shape": "Flag"},
                    "Address": {"shape": "Address"},
                    "Labels": {"shape": "Labels"},
                },
            },
            "Name": {"type": "string", "min": 3, "max": 5, "pattern": "[a-z]+"},
            "Colour": {"type": "string", "enum": ["red", "green"]},
            "Flag": {"type": "boolean"},
            "Address": {
                "type": "structure",
                "required": ["Town"],
                "members": {"Town": {"shape": "Text"}, "Express": {"shape": "Flag"}},
            },
            "Labels": {"type": "list", "member": {"shape": "Name"}},
            "Text": {"type": "string"},
        },
    },
    "shop",
)
TABLE = {
    "Note": Property(),
    "Name": Property(("OrderRequest", "Name")),
    "Colour": Property(("OrderRequest", "Colour")),
    "Gift": Property(("OrderRequest", "Gift")),
    "Address": Property(("OrderRequest", "Address"), ours=("Door",), required=("Express",)),
    "Labels": Property(("OrderRequest", "Labels")),
}
ADDRESS = {"Town": "Rome", "Express": "true"}


def problems(**raw: Any) -> list[str]:
    return [one.text for one in schema.read(TABLE, raw, MODEL)[1]]


def test_values_get_the_types_of_the_api() -> None:
    raw = {
        "Note": "any text",
        "Name": "lamp",
        "Colour": "red",
        "Gift": "false",
        "Address": {"Town": "Rome", "Express": "true", "Door": "4"},
        "Labels": ["fine", "good"],
    }
    assert schema.read(TABLE, raw, MODEL) == (
        raw | {"Gift": False, "Address": {"Town": "Rome", "Express": True, "Door": "4"}},
        [],
    )


def test_what_is_left_out_stays_out() -> None:
    assert schema.read(TABLE, {}, MODEL) == ({}, [])


@pytest.mark.parametrize(("given", "read"), [(True, True), (False, False), ("true", True), ("false", False)])
def test_a_boolean_may_be_one_already(given: object, read: bool) -> None:
    assert schema.read(TABLE, {"Gift": given}, MODEL) == ({"Gift": read}, [])


def test_a_number_is_as_good_as_its_text() -> None:
    assert schema.read(TABLE, {"Note": 7}, MODEL) == ({"Note": "7"}, [])


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({"Nane": "x"}, "Nane is no property of this resource: did you mean Name?"),
        (
            {"Zzz": "x"},
            "Zzz is no property of this resource: allowed are Note, Name, Colour, Gift, Address, Labels",
        ),
        ({"Name": "ab"}, 'Name must have 3 to 5 characters, received 2: "ab"'),
        ({"Name": "abcdef"}, 'Name must have 3 to 5 characters, received 6: "abcdef"'),
        ({"Name": "Lamp"}, 'Name must match [a-z]+, received "Lamp"'),
        ({"Labels": ["fine", ""]}, "Labels[1] is empty: give a value or leave it out"),
        ({"Nane": ""}, "Nane is no property of this resource: did you mean Name?"),
        ({"Address": ADDRESS | {"Street": ""}}, "Address.Street is unknown: allowed are Town, Express, Door"),
        ({"Address": ADDRESS | {"Express": ""}}, "Address.Express is missing"),
        ({"Name": ["lamp"]}, "Name must be a string, received a list"),
        ({"Name": None}, "Name must be a string, received nothing"),
        ({"Name": "\ud800"}, "Name is not valid Unicode: save it as UTF-8"),
        ({"Colour": "blue"}, 'Colour must be one of red, green, received "blue"'),
        ({"Gift": "True"}, 'Gift must be true or false, received "True"'),
        ({"Gift": {"a": "b"}}, "Gift must be a string, received a map"),
        ({"Address": "Rome"}, "Address must be a map with Town, Express, Door, received a string"),
        ({"Address": ADDRESS | {"Street": "x"}}, "Address.Street is unknown: allowed are Town, Express, Door"),
        ({"Address": {"Express": "true"}}, "Address.Town is missing"),
        ({"Address": {"Town": "Rome"}}, "Address.Express is missing"),
        ({"Address": ADDRESS | {"Express": "yes"}}, 'Address.Express must be true or false, received "yes"'),
        ({"Address": ADDRESS | {"Door": ["4"]}}, "Address.Door must be a string, received a list"),
        ({"Labels": "fine"}, "Labels must be a list, received a string"),
        ({"Labels": ["fine", "X"]}, 'Labels[1] must have 3 to 5 characters, received 1: "X"'),
    ],
)
def test_a_problem_names_the_property_what_was_received_and_what_is_allowed(raw: dict[str, Any], problem: str) -> None:
    assert problem in problems(**raw)


def test_all_problems_are_found_at_once() -> None:
    found = problems(Nane="x", Name="X", Gift="yes", Address={})
    assert len(found) == 6
    for name in ("Nane", "Name must have", "Name must match", "Gift", "Address.Town", "Address.Express"):
        assert any(problem.startswith(name) for problem in found)


def test_a_property_that_botocore_does_not_know_names_the_remedy() -> None:
    table = {"New": Property(("OrderRequest", "New"))}
    [problem] = schema.read(table, {"New": "x"}, MODEL)[1]
    assert problem.text.startswith("New is not known to botocore ")
    assert problem.text.endswith("choose a newer runtime for the provider")


def test_an_error_tells_each_problem_once() -> None:
    assert str(PropertyError(["a", "b", "a"])) == "a; b"


@pytest.mark.parametrize(("value", "echo"), [("x", '"x"'), (None, "null"), ("ж" * 100, '"' + "ж" * 79 + "…")])
def test_an_echo_is_short(value: object, echo: str) -> None:
    assert echoed(value) == echo
