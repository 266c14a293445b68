"""The reference tells of each property and attribute what a user of AWS's own pages looks for."""

from __future__ import annotations

import re

import pytest

from lambda_handler.association.attributes import ATTRIBUTE_NAMES
from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from release.schema.associations import ASSOCIATION
from release.schema.packages import PACKAGE
from release.schema.resource_type import ResourceType
from release.schema.resource_types import RESOURCE_TYPES
from tests.support.cfn_lint import linted

each_type = pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=lambda one: one.slug)


def page_of(made: dict[str, str], resource_type: ResourceType) -> str:
    return made[f"docs/reference/{resource_type.slug}.md"]


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {title}"
    return found[1]


def told(page: str, title: str, name: str) -> str:
    """What is told of a property."""
    found = re.search(rf"^`{name}`\n\n((?:>.*\n?)+)", section(page, title), re.MULTILINE)
    assert found, f"{name} is not told of"
    return found[1]


@each_type
def test_each_property_says_whether_it_is_required_its_type_and_what_a_change_does(
    made: dict[str, str], resource_type: ResourceType
) -> None:
    for name in resource_type.table:
        text = told(page_of(made, resource_type), "Properties", name)
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
    text = told(page_of(made, PACKAGE), title, name)
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(
    ("title", "name", "facts"),
    [
        ("Properties", "DomainName", ["Required*: Yes", "Minimum*: `3`", "Maximum*: `28`", "Replacement"]),
        (
            "Properties",
            "Packages",
            [
                "Required*: Yes",
                "Type*: List of [PackageDetailsForAssociation](#packagedetailsforassociation)",
                "Minimum*: `1`",
                "Maximum*: `20`",
                "No interruption",
            ],
        ),
        ("Properties", "Wait", ["Required*: No", "Type*: Boolean"]),
        (
            "PackageDetailsForAssociation",
            "PackageID",
            ["Required*: Conditional", r"Pattern*: `^([FG][0-9]+)$|^(pkg-[a-f0-9]+)$`"],
        ),
        ("PackageDetailsForAssociation", "PackageName", ["Required*: Conditional", "Minimum*: `3`", "Maximum*: `256`"]),
        ("PackageDetailsForAssociation", "PrerequisitePackageIDList", ["Required*: No", "Type*: List of String"]),
        (
            "PackageDetailsForAssociation",
            "AssociationConfiguration",
            ["[PackageAssociationConfiguration](#packageassociationconfiguration)"],
        ),
        ("PackageAssociationConfiguration", "KeyStoreAccessOption", ["[KeyStoreAccessOption](#keystoreaccessoption)"]),
        ("KeyStoreAccessOption", "KeyStoreAccessEnabled", ["Required*: Yes", "Type*: Boolean", "No interruption"]),
        ("KeyStoreAccessOption", "KeyAccessRoleArn", ["Required*: No", "Minimum*: `20`", "Maximum*: `2048`"]),
    ],
)
def test_what_the_schema_says_of_lists_and_what_is_nested_in_them_is_told(
    made: dict[str, str], title: str, name: str, facts: list[str]
) -> None:
    text = told(page_of(made, ASSOCIATION), title, name)
    assert [fact for fact in facts if fact not in text] == []


def test_what_has_to_hold_between_members_is_told_with_them(made: dict[str, str]) -> None:
    item = section(page_of(made, ASSOCIATION), "PackageDetailsForAssociation")
    assert item.startswith("\n- Either PackageID or PackageName is required, and not both.\n")


@each_type
def test_the_syntax_is_shown_in_json_and_in_yaml(made: dict[str, str], resource_type: ResourceType) -> None:
    syntax = section(page_of(made, resource_type), "Syntax")
    for name in resource_type.table:
        assert f'    "{name}": ' in syntax
        assert f"\n  {name}:" in syntax


def test_the_syntax_of_a_list_shows_its_items(made: dict[str, str]) -> None:
    syntax = section(page_of(made, ASSOCIATION), "Syntax")
    assert '    "Packages": [ PackageDetailsForAssociation, ... ],\n' in syntax
    assert "\n  Packages:\n    - PackageDetailsForAssociation\n" in syntax


@pytest.mark.parametrize(
    ("resource_type", "given", "ref"),
    [
        (PACKAGE, [*attributes(Package({}))], "`Ref` returns the `PackageID`"),
        (ASSOCIATION, [*ATTRIBUTE_NAMES], "`Ref` returns it, and no attribute does."),
    ],
    ids=["package", "association"],
)
def test_every_attribute_is_told(made: dict[str, str], resource_type: ResourceType, given: list[str], ref: str) -> None:
    values = section(page_of(made, resource_type), "Return values")
    assert ref in values
    assert re.findall(r"^\| `(.+?)` \| .+ \|$", values, re.MULTILINE) == given


def test_attributes_of_each_item_of_a_list_are_told(made: dict[str, str]) -> None:
    assert "`PackageID.1` is of the second" in section(page_of(made, ASSOCIATION), "Return values")
    assert "`PackageID.1`" not in page_of(made, PACKAGE)


@each_type
def test_the_examples_are_templates_without_mistakes(made: dict[str, str], resource_type: ResourceType) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", section(page_of(made, resource_type), "Examples"), re.DOTALL)
    assert len(examples) > 1
    for example in examples:
        assert linted(example) == []
