"""The reference tells of each property and attribute what a user of AWS's own pages looks for."""

from __future__ import annotations

import re

import pytest

from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import PACKAGE_PROPERTIES
from tests.support.cfn_lint import linted

PAGE = "docs/reference/custom-opensearchpackage.md"


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {title}"
    return found[1]


def told(page: str, title: str, name: str) -> str:
    """What is told of a property."""
    found = re.search(rf"^`{name}`\n\n((?:>.*\n?)+)", section(page, title), re.MULTILINE)
    assert found, f"{name} is not told of"
    return found[1]


def test_each_property_says_whether_it_is_required_its_type_and_what_a_change_does(made: dict[str, str]) -> None:
    for name in PACKAGE_PROPERTIES:
        text = told(made[PAGE], "Properties", name)
        assert re.search(r"\*Required\*: (Yes|No|Conditional)\n", text), name
        assert re.search(r"\*Type\*: .+\n", text), name
        assert re.search(r"\*Update requires\*: .+", text), name


@pytest.mark.parametrize(
    ("title", "name", "facts"),
    [
        ("Properties", "PackageType", ["Required*: Yes", "`TXT-DICTIONARY` | `ZIP-PLUGIN`", "Replacement"]),
        (
            "Properties",
            "PackageName",
            ["Required*: No", "Minimum*: `3`", "Maximum*: `256`", r"Pattern*: `^[a-z][a-z0-9\-]+$`", "Replacement"],
        ),
        ("Properties", "PackageDescription", ["Maximum*: `700`", "No interruption"]),
        ("Properties", "PackageSource", ["Required*: Conditional", "[PackageSource](#packagesource)"]),
        ("Properties", "EngineVersion", ["Required*: Conditional"]),
        ("Properties", "ServiceTimeout", ["Type*: Integer", "Minimum*: `1`", "Maximum*: `3600`"]),
        ("PackageSource", "S3Key", ["Required*: Yes", "Maximum*: `1024`"]),
        ("PackageVendingOptions", "VendingEnabled", ["Type*: Boolean", "Replacement"]),
    ],
)
def test_what_the_schema_says_is_told(made: dict[str, str], title: str, name: str, facts: list[str]) -> None:
    text = told(made[PAGE], title, name)
    assert [fact for fact in facts if fact not in text] == []


def test_the_syntax_is_shown_in_json_and_in_yaml(made: dict[str, str]) -> None:
    syntax = section(made[PAGE], "Syntax")
    for name in PACKAGE_PROPERTIES:
        assert f'    "{name}": ' in syntax
        assert f"\n  {name}: " in syntax


def test_every_attribute_is_told(made: dict[str, str]) -> None:
    values = section(made[PAGE], "Return values")
    assert "`Ref` returns the `PackageID`" in values
    assert re.findall(r"^\| `(.+?)` \| .+ \|$", values, re.MULTILINE) == [*attributes(Package({}))]


def test_the_examples_are_templates_without_mistakes(made: dict[str, str]) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", section(made[PAGE], "Examples"), re.DOTALL)
    assert len(examples) > 1
    for example in examples:
        assert linted(example) == []
