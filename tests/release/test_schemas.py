"""The schema of a resource type says what the provider accepts, in the form of CloudFormation's registry."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from lambda_handler.association.attributes import ATTRIBUTE_NAMES
from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT
from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import PACKAGE_PROPERTIES
from lambda_handler.schema import Property
from release.schema.associations import ASSOCIATION
from release.schema.json_schema import registry_schema
from release.schema.packages import PACKAGE
from release.schema.resource_type import ResourceType
from release.schema.resource_types import RESOURCE_TYPES
from tests.release.cases import GOOD, MISTAKES, MODEL, Cases, Properties, delivered

SCHEMAS = {one.name: registry_schema(one, MODEL) for one in RESOURCE_TYPES}
# What a JSON schema cannot say, and that it has attributes among the properties.
NOT_IN_A_SCHEMA = {
    "an empty object beside a text",
    "a license that is neither JSON nor XML",
    "an attribute as a property",
    "an empty key store",
    "a package twice, differently",
    "a name twice",
}
ATTRIBUTES = {PACKAGE.name: attributes(Package({})).keys(), ASSOCIATION.name: set(ATTRIBUTE_NAMES)}


def typed(value: Any, said: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """A value that CloudFormation delivers, in the type that the schema gives it."""
    said = definitions.get(said.get("$ref", "").removeprefix("#/definitions/"), said)
    if isinstance(value, dict):
        members = said.get("properties", {})
        return {name: typed(one, members.get(name, {}), definitions) for name, one in value.items()}
    if isinstance(value, list):
        return [typed(one, said.get("items", {}), definitions) for one in value]
    if said.get("type") == "integer" and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value == "true" if said.get("type") == "boolean" and value in ("true", "false") else value


def accepts(resource_type: ResourceType, properties: Properties) -> bool:
    schema = SCHEMAS[resource_type.name]
    value = typed(delivered({"ServiceToken": "arn", **properties}), schema, schema["definitions"])
    valid: bool = Draft7Validator(schema).is_valid(value)
    return valid


@pytest.mark.parametrize(("cases", "name"), [one for one in GOOD if one.values[1] not in NOT_IN_A_SCHEMA])
def test_the_schema_accepts_what_the_provider_accepts(cases: Cases, name: str) -> None:
    assert accepts(cases.type, cases.good[name])


@pytest.mark.parametrize(("cases", "name"), [one for one in MISTAKES if one.values[1] not in NOT_IN_A_SCHEMA])
def test_the_schema_refuses_what_the_provider_refuses(cases: Cases, name: str) -> None:
    assert not accepts(cases.type, cases.mistakes[name])


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=lambda one: one.slug)
def test_the_schema_has_every_property_and_every_attribute(made: dict[str, str], resource_type: ResourceType) -> None:
    schema = json.loads(made[f"schemas/{resource_type.slug}.json"])
    table, identifier = resource_type.table, resource_type.identifier
    read_only = {pointer.removeprefix("/properties/").replace("/", ".") for pointer in schema["readOnlyProperties"]}
    assert table.keys() | read_only == table.keys() | ATTRIBUTES[resource_type.name] | {identifier}
    assert not table.keys() & read_only, "what can be given is not read-only"
    assert schema["properties"].keys() == table.keys() | {name.split(".")[0] for name in read_only}


@pytest.mark.parametrize(
    ("resource_type", "create_only"),
    [
        (PACKAGE, {"ServiceToken", "PackageName", "PackageType", "EngineVersion", "PackageVendingOptions"}),
        (ASSOCIATION, {"ServiceToken", "DomainName"}),
    ],
    ids=["package", "association"],
)
def test_the_schema_has_the_form_of_cloudformations_registry(
    made: dict[str, str], resource_type: ResourceType, create_only: set[str]
) -> None:
    schema = json.loads(made[f"schemas/{resource_type.slug}.json"])
    Draft7Validator.check_schema(schema)
    assert {"typeName", "description", "properties", "primaryIdentifier", "additionalProperties"} <= schema.keys()
    # What `Ref` gives: in the registry it is a property, and one that cannot be given.
    assert schema["primaryIdentifier"] == [f"/properties/{resource_type.identifier}"]
    assert {*schema["primaryIdentifier"]} <= {*schema["readOnlyProperties"]}
    assert set(schema["createOnlyProperties"]) == {f"/properties/{name}" for name in create_only}
    for name, one in {**schema["properties"], **schema["definitions"]}.items():
        # Nested properties are definitions: the registry takes no others.
        assert one.keys() == {"$ref"} or {"type", "description"} <= one.keys() or name == "AvailablePluginProperties"
        assert name in schema["definitions"] or "properties" not in one
        assert "properties" not in one.get("items", {})


def test_the_schema_says_what_is_true_of_the_list_of_packages() -> None:
    schema = SCHEMAS[ASSOCIATION.name]
    packages = schema["properties"]["Packages"]
    assert {name: packages[name] for name in ("minItems", "maxItems", "uniqueItems")} == {
        "minItems": 1,
        "maxItems": 20,
        "uniqueItems": True,
    }
    item = schema["definitions"][packages["items"]["$ref"].removeprefix("#/definitions/")]
    assert "required" not in item, "one of two is"
    configuration = schema["definitions"]["PackageAssociationConfiguration"]["properties"]
    assert configuration == {"KeyStoreAccessOption": {"$ref": "#/definitions/KeyStoreAccessOption"}}


def test_the_longest_timeout_is_the_providers() -> None:
    assert PACKAGE.limits["ServiceTimeout"]["maximum"] == DEFAULT_SERVICE_TIMEOUT


def test_a_further_property_of_the_table_is_in_the_schema_by_itself() -> None:
    table = {**PACKAGE_PROPERTIES, "PackageID": Property(("UpdatePackageRequest", "PackageID"))}
    more = {**vars(PACKAGE), "table": table, "texts": {**PACKAGE.texts, "PackageID": ""}, "attributes": ()}
    schema = registry_schema(type(PACKAGE)(**more), MODEL)
    assert schema["properties"]["PackageID"] == {
        "type": "string",
        "pattern": r"^$|^([FG][0-9]+)$|^(pkg-[a-f0-9]+)$",
        "description": "The unique identifier for the package.",
    }
