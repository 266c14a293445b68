"""cfn-lint refuses by the schema what the provider refuses, and names the same property."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cfnlint.api
import cfnlint.config
import pytest
from botocore.session import get_session

from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT
from lambda_handler.opensearch import Package
from lambda_handler.ownership import Owner
from lambda_handler.package.attributes import attributes
from lambda_handler.package.properties import PACKAGE_PROPERTIES, parse
from lambda_handler.schema import Property, PropertyError
from release.schema.json_schema import registry_schema
from release.schema.packages import PACKAGE

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
LINT = cfnlint.config.ManualArgs(regions=["us-east-1"], append_rules=[str(SCHEMAS / "cfn-lint")])
MODEL = get_session().get_service_model("opensearch")
OWNER = Owner("arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1", "Words", "request")
SOURCE = {"S3BucketName": "words", "S3Key": "words.txt"}
EVERYTHING: dict[str, Any] = {
    "ServiceTimeout": 60,
    "PackageName": "shop-plugin",
    "PackageType": "ZIP-PLUGIN",
    "PackageSource": {**SOURCE, "S3ObjectVersion": "1"},
    "SourceHash": "2",
    "PackageDescription": "d" * 700,
    "CommitMessage": "c" * 120,
    "EngineVersion": "OpenSearch_2.17",
    "PackageConfiguration": {
        "LicenseRequirement": "OPTIONAL",
        "LicenseFilepath": "legal/license.json",
        "ConfigurationRequirement": "NONE",
        "RequiresRestartForConfigurationUpdate": True,
    },
    "PackageEncryptionOptions": {"EncryptionEnabled": "true", "KmsKeyIdentifier": "alias/shop"},
    "PackageVendingOptions": {"VendingEnabled": False},
}
TEXT: dict[str, Any] = {"PackageType": "TXT-DICTIONARY", "PackageContent": "sofa, couch"}
OBJECT: dict[str, Any] = {"PackageType": "TXT-DICTIONARY", "PackageSource": SOURCE}
LEFT_OUT = dict.fromkeys(
    ("PackageName", "PackageContent", "SourceHash", "PackageDescription", "CommitMessage", "EngineVersion"), ""
)


GOOD: list[dict[str, Any]] = [
    TEXT,
    OBJECT,
    EVERYTHING,
    {**EVERYTHING, "PackageContent": ""},
    {**OBJECT, **LEFT_OUT},
    {**OBJECT, "PackageSource": {**SOURCE, "S3ObjectVersion": ""}},
    {**OBJECT, "PackageType": "PACKAGE-CONFIG", "PackageDescription": 5, "ServiceTimeout": "3600"},
    {**TEXT, "PackageType": "PACKAGE-LICENSE", "PackageContent": '{"licensee": "shop"}'},
    {
        **EVERYTHING,
        "PackageConfiguration": {
            **EVERYTHING["PackageConfiguration"],
            "LicenseFilepath": "",
            "RequiresRestartForConfigurationUpdate": "",
        },
    },
]
NOT_KNOWN_YET: list[dict[str, Any]] = [
    {**TEXT, "PackageName": {"Ref": "Empty"}, "EngineVersion": {"Ref": "Empty"}},
    {**OBJECT, "PackageType": {"Ref": "Any"}, "PackageSource": {"S3BucketName": {"Ref": "Any"}, "S3Key": "a"}},
    {
        "PackageType": "TXT-DICTIONARY",
        "PackageContent": {"Fn::If": ["Known", "a", {"Ref": "AWS::NoValue"}]},
        "PackageSource": {"Fn::If": ["Known", {"Ref": "AWS::NoValue"}, SOURCE]},
    },
]
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({**TEXT, "AdoptPackageID": "my-words"}, "AdoptPackageID"),
    ({**TEXT, "AdoptPackageID": "G123456789"}, "AdoptPackageID"),
    ({**TEXT, "AdoptFrom": "old/Words"}, "AdoptFrom"),
    ({**TEXT, "AdoptPackageID": "", "AdoptFrom": "old/Words"}, "AdoptFrom"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3Key": "S3://words/words.txt"}}, "PackageSource.S3Key"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3BucketName": "w.s3.amazonaws.com"}}, "PackageSource.S3BucketName"),
    ({**TEXT, "PackageTypo": "x"}, "PackageTypo"),
    ({**TEXT, "PackageVersion": "v1"}, "PackageVersion"),
    ({"PackageContent": "x"}, "PackageType"),
    ({**TEXT, "PackageType": ""}, "PackageType"),
    ({**TEXT, "PackageType": "DICTIONARY"}, "PackageType"),
    ({"PackageType": "TXT-DICTIONARY"}, "PackageSource"),
    ({**TEXT, "PackageContent": ""}, "PackageContent"),
    ({**TEXT, **OBJECT}, "PackageContent"),
    ({**OBJECT, "PackageSource": "s3://words/words.txt"}, "PackageSource"),
    ({**OBJECT, "PackageSource": {"S3BucketName": "words"}}, "S3Key"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3Key": ""}}, "PackageSource.S3Key"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3Key": "s3://words/words.txt"}}, "PackageSource.S3Key"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3BucketName": "arn:aws:s3:::words"}}, "PackageSource.S3BucketName"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3BucketName": "a"}}, "PackageSource.S3BucketName"),
    ({**OBJECT, "PackageSource": {**SOURCE, "Bucket": "words"}}, "PackageSource.Bucket"),
    ({**OBJECT, "PackageSource": {**SOURCE, "S3Key": ["words.txt"]}}, "PackageSource.S3Key"),
    ({**TEXT, "PackageContent": ["a"]}, "PackageContent"),
    ({**TEXT, "EngineVersion": "OpenSearch_2.17"}, "EngineVersion"),
    ({**OBJECT, "PackageType": "ZIP-PLUGIN"}, "EngineVersion"),
    ({**OBJECT, "PackageType": "ZIP-PLUGIN", "EngineVersion": ""}, "EngineVersion"),
    ({**OBJECT, "PackageType": "ZIP-PLUGIN", "EngineVersion": "2.17"}, "EngineVersion"),
    ({**TEXT, "PackageType": "PACKAGE-CONFIG"}, "PackageContent"),
    ({**TEXT, "PackageName": "Words"}, "PackageName"),
    ({**TEXT, "PackageName": "ab"}, "PackageName"),
    ({**TEXT, "PackageName": "a" * 257}, "PackageName"),
    ({**TEXT, "PackageDescription": "d" * 701}, "PackageDescription"),
    ({**TEXT, "CommitMessage": "c" * 121}, "CommitMessage"),
    ({**TEXT, "PackageContent": "c" * 256_001}, "PackageContent"),
    ({**TEXT, "ServiceTimeout": 0}, "ServiceTimeout"),
    ({**TEXT, "ServiceTimeout": 3601}, "ServiceTimeout"),
    ({**TEXT, "PackageVendingOptions": {"VendingEnabled": "yes"}}, "PackageVendingOptions.VendingEnabled"),
    ({**TEXT, "PackageVendingOptions": {}}, "VendingEnabled"),
    (
        {**TEXT, "PackageEncryptionOptions": {"EncryptionEnabled": True, "KmsKeyIdentifier": "k" * 501}},
        "PackageEncryptionOptions.KmsKeyIdentifier",
    ),
    (
        {**TEXT, "PackageConfiguration": {"LicenseRequirement": "MAYBE", "ConfigurationRequirement": "NONE"}},
        "PackageConfiguration.LicenseRequirement",
    ),
    ({**TEXT, "PackageConfiguration": {"LicenseRequirement": "NONE"}}, "ConfigurationRequirement"),
]


@pytest.fixture(scope="module")
def linted() -> Callable[[dict[str, Any]], list[str]]:
    """What cfn-lint says of a resource with these properties. All are linted at once: its start takes longest."""
    cases = [*GOOD, *NOT_KNOWN_YET, *(properties for properties, _ in MISTAKES)]
    template = {
        "Parameters": {"Empty": {"Type": "String", "Default": ""}, "Any": {"Type": "String"}},
        "Conditions": {"Known": {"Fn::Equals": [{"Ref": "Any"}, {"Ref": "Empty"}]}},
        "Resources": {
            f"Words{index}": {"Type": PACKAGE.name, "Properties": {"ServiceToken": "arn", **properties}}
            for index, properties in enumerate(cases)
        },
    }
    said: dict[str, list[str]] = {}
    for one in cfnlint.api.lint(json.dumps(template), config=LINT):
        if one.rule.id != "E1002":  # the template is too long, which is not what this is about
            said.setdefault(str([*one.path, "", ""][1]), []).append(one.message)
    return lambda properties: said.get(f"Words{cases.index(properties)}", [])


def delivered(value: Any) -> Any:
    """What CloudFormation makes of a value: every scalar becomes a string."""
    if isinstance(value, dict):
        return {name: delivered(one) for name, one in value.items()}
    if isinstance(value, list):
        return [delivered(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def refused(properties: dict[str, Any]) -> str:
    """What the provider says of these properties."""
    with pytest.raises(PropertyError) as error:
        parse(delivered({"ServiceToken": "arn", **properties}), OWNER, MODEL)
    return str(error.value)


@pytest.mark.parametrize("properties", GOOD)
def test_what_the_provider_accepts_is_fine(
    linted: Callable[[dict[str, Any]], list[str]], properties: dict[str, Any]
) -> None:
    parse(delivered({"ServiceToken": "arn", **properties}), OWNER, MODEL)
    assert linted(properties) == []


@pytest.mark.parametrize("properties", NOT_KNOWN_YET)
def test_what_is_not_known_before_the_deployment_is_left_to_the_provider(
    linted: Callable[[dict[str, Any]], list[str]], properties: dict[str, Any]
) -> None:
    assert linted(properties) == []


@pytest.mark.parametrize(("properties", "named"), MISTAKES)
def test_a_mistake_is_named_by_cfn_lint_and_by_the_provider(
    linted: Callable[[dict[str, Any]], list[str]], properties: dict[str, Any], named: str
) -> None:
    said = linted(properties)
    assert [one for one in said if named in one], said
    assert len(said) == 1, "one mistake is said once"
    assert named in refused(properties)


def test_without_properties_everything_that_is_required_is_named() -> None:
    template = {"Resources": {"Words": {"Type": PACKAGE.name}}}
    said = " ".join(one.message for one in cfnlint.api.lint(json.dumps(template), config=LINT))
    for name in ("ServiceToken", "PackageType", "PackageSource"):
        assert name in said


def test_the_readmes_command_checks_a_template(tmp_path: Path) -> None:
    command = re.search(r"^cfn-lint --append-rules .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert command
    bad = (ROOT / "templates" / "example.yaml").read_text().replace("PackageContent", "PackageContents")
    (tmp_path / "bad.yaml").write_text(bad)
    good_words = command[0].split()
    bad_words = [*good_words[:-1], str(tmp_path / "bad.yaml")]
    codes = [
        subprocess.run([Path(sys.executable).parent / words[0], *words[1:]], cwd=ROOT, check=False, capture_output=True)  # noqa: S603
        for words in (good_words, bad_words)
    ]
    assert codes[0].returncode == 0, codes[0].stdout
    assert codes[1].returncode != 0
    assert b"Did you mean 'PackageContent'?" in codes[1].stdout


def test_other_custom_resources_are_left_alone() -> None:
    template = {"Resources": {"Other": {"Type": "Custom::Other", "Properties": {"ServiceToken": "arn", "Any": 1}}}}
    assert cfnlint.api.lint(json.dumps(template), config=LINT) == []


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
