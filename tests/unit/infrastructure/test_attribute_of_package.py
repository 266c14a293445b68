"""What an association tells of its packages in another stack: CloudFormation changes no value that is imported."""

from collections.abc import Sequence
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, NestedStack, Stack
from aws_cdk.assertions import Template

from cdk_opensearch_packages import IPackage, Package, PackageAssociation
from tests.unit.infrastructure.stacks import association, dictionary, granted_provider, resources_of


def outputs_of(stack: Stack) -> dict[str, Any]:
    outputs: dict[str, Any] = Template.from_stack(stack).to_json().get("Outputs", {})
    return outputs


def told(stack: Stack, of: PackageAssociation, package: IPackage) -> tuple[Any, Any]:
    """The path and the id of a package, as a template says them that uses them."""
    for name, value in (("Path", of.reference_path(package)), ("Id", of.package_id(package))):
        CfnOutput(stack, name, value=value)
    outputs = outputs_of(stack)
    return outputs["Path"]["Value"], outputs["Id"]["Value"]


def exports(listed: Sequence[str]) -> list[Any]:
    """What the stack of an association exports where an index of another stack uses the path of the synonyms."""
    app = App()
    search, indexes = Stack(app, "Search"), Stack(app, "Indexes")
    made = {name: dictionary(search, name, provider=granted_provider(search)) for name in ("Synonyms", "Stopwords")}
    told(indexes, association(search, [made[name] for name in listed]), made["Synonyms"])
    return list(outputs_of(search).values())


def test_no_change_of_the_list_changes_an_export_that_an_index_of_another_stack_needs() -> None:
    alone = exports(["Synonyms"])

    assert len(alone) == 1
    assert alone == exports(["Stopwords", "Synonyms"]) == exports(["Synonyms", "Stopwords"])


@pytest.mark.parametrize("nested", [False, True])
def test_another_stack_writes_the_path_from_the_id_and_comes_after_the_association(nested: bool) -> None:
    app = App()
    packages, search, indexes = (Stack(app, name) for name in ("Packages", "Search", "Indexes"))
    synonyms = dictionary(packages, provider=granted_provider(packages))
    of = association(NestedStack(search, "Nested") if nested else search, [synonyms])
    path, package_id = told(NestedStack(indexes, "Nested") if nested else indexes, of, synonyms)

    assert path == {"Fn::Join": ["", ["analyzers/", package_id]]}
    (logical_id,) = resources_of(packages, "Custom::OpenSearchPackage")
    (export,) = outputs_of(packages).values()
    assert export["Value"] == {"Ref": logical_id}
    assert not any("Export" in output for output in outputs_of(search).values())
    assert {stack.node.path for stack in indexes.dependencies} == {"Packages", "Search"}


def test_the_path_of_a_package_whose_id_is_written_down_needs_no_export() -> None:
    app = App()
    search, indexes = Stack(app, "Search"), Stack(app, "Indexes")
    synonyms = Package.from_package_id(search, "Synonyms", "F123456789")

    assert told(indexes, association(search, [synonyms]), synonyms) == ("analyzers/F123456789", "F123456789")
    assert outputs_of(search) == {}
    assert indexes.dependencies == [search]


@pytest.mark.parametrize("where", ["its own", "nested"])
def test_in_the_stack_of_the_association_it_is_what_the_service_says(where: str) -> None:
    search = Stack(App(), "Search")
    synonyms = dictionary(search, provider=granted_provider(search))
    of = association(search, [synonyms])
    stack = search if where == "its own" else NestedStack(search, "Nested")
    path, package_id = told(stack, of, synonyms)

    template = Template.from_stack(search).to_json()
    (logical_id,) = resources_of(search, "Custom::OpenSearchPackageAssociation")
    if where == "nested":
        (nested,) = resources_of(search, "AWS::CloudFormation::Stack").values()
        parameters = nested["Properties"]["Parameters"]
        path, package_id = parameters[path["Ref"]], parameters[package_id["Ref"]]
    assert path == {"Fn::GetAtt": [logical_id, "ReferencePath.0"]}
    assert package_id == {"Fn::GetAtt": [logical_id, "PackageID.0"]}
    assert "Export" not in str(template)


def test_of_a_package_that_is_known_by_its_name_only_the_association_knows_the_path() -> None:
    app = App()
    search, indexes = Stack(app, "Search"), Stack(app, "Indexes")
    named = Package.from_package_name(search, "Synonyms", "shop-synonyms")
    told(indexes, association(search, [named]), named)

    (logical_id,) = resources_of(search, "Custom::OpenSearchPackageAssociation")
    assert [export["Value"] for export in outputs_of(search).values()] == [
        {"Fn::GetAtt": [logical_id, "ReferencePath.0"]},
        {"Fn::GetAtt": [logical_id, "PackageID.0"]},
    ]
