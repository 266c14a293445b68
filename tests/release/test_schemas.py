"""The schema of a resource type says what the provider accepts, in the form of CloudFormation's registry."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.session import get_session
from jsonschema import Draft7Validator

from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT
from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import PACKAGE_PROPERTIES
from lambda_handler.schema import Property
from release.schema.json_schema import registry_schema
from release.schema.packages import PACKAGE
from tests.release.packages import GOOD, MISTAKES, delivered

MODEL = get_session().get_service_model("opensearch")
SCHEMA = registry_schema(PACKAGE, MODEL)


# What a JSON schema cannot say, and that it has attributes among the properties.
NOT_IN_A_SCHEMA = {
    "an empty object beside a text",
    "a license that is neither JSON nor XML",
    "an attribute as a property",
}


def typed(value: Any, said: dict[str, Any]) -> Any:
    """A value that CloudFormation delivers, in the type that the schema gives it."""
    said = SCHEMA["definitions"].get(said.get("$ref", "").removeprefix("#/definitions/"), said)
    if isinstance(value, dict):
        return {name: typed(one, said.get("properties", {}).get(name, {})) for name, one in value.items()}
    if said.get("type") == "integer" and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value == "true" if said.get("type") == "boolean" and value in ("true", "false") else value


def accepts(properties: dict[str, Any]) -> bool:
    valid: bool = Draft7Validator(SCHEMA).is_valid(typed(delivered({"ServiceToken": "arn", **properties}), SCHEMA))
    return valid


@pytest.mark.parametrize("name", [name for name in GOOD if name not in NOT_IN_A_SCHEMA])
def test_the_schema_accepts_what_the_provider_accepts(name: str) -> None:
    assert accepts(GOOD[name])


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in NOT_IN_A_SCHEMA])
def test_the_schema_refuses_what_the_provider_refuses(name: str) -> None:
    assert not accepts(MISTAKES[name])


def test_the_schema_has_every_property_and_every_attribute(made: dict[str, str]) -> None:
    schema = json.loads(made["schemas/custom-opensearchpackage.json"])
    read_only = {pointer.removeprefix("/properties/").replace("/", ".") for pointer in schema["readOnlyProperties"]}
    assert PACKAGE_PROPERTIES.keys() | read_only == PACKAGE_PROPERTIES.keys() | attributes(Package({})).keys()
    assert not PACKAGE_PROPERTIES.keys() & read_only, "what can be given is not read-only"
    assert schema["properties"].keys() == PACKAGE_PROPERTIES.keys() | {name.split(".")[0] for name in read_only}


def test_the_schema_has_the_form_of_cloudformations_registry(made: dict[str, str]) -> None:
    schema = json.loads(made["schemas/custom-opensearchpackage.json"])
    assert {"typeName", "description", "properties", "primaryIdentifier", "additionalProperties"} <= schema.keys()
    assert schema["primaryIdentifier"] == ["/properties/PackageID"]
    assert set(schema["createOnlyProperties"]) == {
        f"/properties/{name}"
        for name in ("ServiceToken", "PackageName", "PackageType", "EngineVersion", "PackageVendingOptions")
    }
    for name, one in {**schema["properties"], **schema["definitions"]}.items():
        # Nested properties are definitions: the registry takes no others.
        assert one.keys() == {"$ref"} or {"type", "description"} <= one.keys() or name == "AvailablePluginProperties"
        assert name in schema["definitions"] or "properties" not in one


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
