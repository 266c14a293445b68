"""cfn-lint says before a deployment what the provider would say, in its words, and nothing of what it cannot know."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session
from cfnlint.rules import Rules

from lambda_handler import schema
from lambda_handler.cloudformation.handlers import UnknownResourceType
from lambda_handler.errors import PropertyError, RequestFailedError
from lambda_handler.opensearch import Package
from lambda_handler.ownership import Owner
from lambda_handler.package.attributes import attributes
from lambda_handler.package.properties import parse
from lambda_handler.package.table import PACKAGE_PROPERTIES
from lambda_handler.problems import Problem
from lambda_handler.schema import Model, Property
from release.archive import provider_archive
from release.schema.checks import checks
from release.schema.packages import PACKAGE
from release.schema.resource_type import ResourceType
from tests.release.packages import EVERYTHING, GOOD, MISTAKES, OBJECT, PLUGIN, SOURCE, TEXT, delivered
from tests.support.cfn_lint import RULES, found_by_our_rules, linted

ROOT = Path(__file__).parents[2]
MODEL = get_session().get_service_model("opensearch")
OWNER = Owner("arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1", "Words", "request")
TOKEN = {"Fn::ImportValue": "opensearch-packages-ServiceToken"}
# Values that only a deployment knows.
FUNCTIONS: dict[str, Any] = {
    "Ref": {"Ref": "Any"},
    "GetAtt": {"Fn::GetAtt": ["Bucket", "Arn"]},
    "GetAtt in one text": {"Fn::GetAtt": "Bucket.Arn"},
    "Sub": {"Fn::Sub": "${Any}/x"},
    "Sub with a map": {"Fn::Sub": ["${Some}/x", {"Some": {"Ref": "Any"}}]},
    "If": {"Fn::If": ["Known", "a", {"Ref": "AWS::NoValue"}]},
    "If, of maps": {"Fn::If": ["Known", SOURCE, {"Ref": "Any"}]},
    "FindInMap": {"Fn::FindInMap": ["Stages", {"Ref": "Any"}, "Name"]},
    "Join": {"Fn::Join": ["-", ["a", {"Ref": "Any"}]]},
    "Select": {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Any"}]}]},
    "ImportValue": TOKEN,
    "Transform": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://words/part.yaml"}}},
    "a parameter of the Systems Manager": "{{resolve:ssm:/shop/words}}",
    "a secret within a text": "prefix-{{resolve:secretsmanager:shop:SecretString:words}}",
}
NOTHING = "no properties at all"
NAMES = [
    *PACKAGE_PROPERTIES,
    *("PackageSource.S3BucketName", "PackageSource.S3Key", "PackageSource.S3ObjectVersion"),
    *(f"PackageConfiguration.{name}" for name in EVERYTHING["PackageConfiguration"]),
    *("PackageEncryptionOptions.EncryptionEnabled", "PackageVendingOptions.VendingEnabled"),
]


def template(resources: Mapping[str, Any], **sections: Any) -> str:
    return json.dumps({"Resources": resources, **sections})


def package(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"Type": PACKAGE.name, "Properties": {"ServiceToken": TOKEN, **properties}}


def refused(properties: Mapping[str, Any]) -> str:
    """What the provider says of these properties."""
    with pytest.raises(PropertyError) as error:
        parse(delivered({"ServiceToken": "arn", **properties}), OWNER, MODEL)
    return str(error.value)


@pytest.fixture(scope="module")
def said() -> Callable[[str], list[str]]:
    """What cfn-lint says of each of the cases. All are linted at once: its start takes longest."""
    cases = {**GOOD, **MISTAKES, NOTHING: {}}
    ids = {name: f"Words{index}" for index, name in enumerate(cases)}
    resources = {ids[name]: package(properties) for name, properties in cases.items()}
    found = linted(template({**resources, ids[NOTHING]: {"Type": PACKAGE.name}}))
    return lambda name: [
        text
        for place, text in found
        if place.split("/")[1:2] == [ids[name]]
        # cfn-lint itself knows one property of custom resources, and one rule about it.
        and not (place.endswith("/ServiceTimeout") and text.endswith("is not of type 'integer'"))
    ]


@pytest.mark.parametrize("name", GOOD)
def test_what_the_provider_accepts_is_fine(said: Callable[[str], list[str]], name: str) -> None:
    parse(delivered({"ServiceToken": "arn", **GOOD[name]}), OWNER, MODEL)
    assert said(name) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_the_providers_own_words(said: Callable[[str], list[str]], name: str) -> None:
    assert sorted(said(name)) == sorted(refused(MISTAKES[name]).split("; "))


@pytest.mark.parametrize("name", ["PackageName", "PackageType", "PackageSource"])
def test_a_property_without_a_value_is_told_in_the_providers_own_words(name: str) -> None:
    properties = {**OBJECT, name: None}
    found = found_by_our_rules(f"Resources: {{Words: {json.dumps(package(properties))}}}")
    assert [text for _, text in found] == [refused(properties)]


def test_a_mistake_is_shown_where_it_is() -> None:
    properties = {
        **OBJECT,
        "PackageTypo": "x",
        "PackageSource": {"S3BucketName": "a"},
        "PackageContent": "x",
        "EngineVersion": "2.17",
    }
    assert {place for place, _ in found_by_our_rules(template({"Words": package(properties)}))} == {
        "Resources/Words/Properties/PackageTypo",
        "Resources/Words/Properties/PackageSource/S3BucketName",
        "Resources/Words/Properties/PackageSource",  # the key that is missing in it
        "Resources/Words/Properties/PackageContent",
        "Resources/Words/Properties/EngineVersion",
    }


def test_without_properties_everything_that_is_required_is_named(said: Callable[[str], list[str]]) -> None:
    for name in ("ServiceToken", "PackageType", "PackageSource"):
        assert name in " ".join(said(NOTHING))


def with_value(path: str, value: Any) -> dict[str, Any]:
    """Properties that are right but for the value of one of them."""
    name, _, member = path.partition(".")
    good = {**(PLUGIN if name == "EngineVersion" else TEXT if name == "PackageContent" else OBJECT)}
    if name == "PackageConfiguration" and member:
        good[name] = EVERYTHING[name]
    return {**good, name: {**good.get(name, {}), member: value} if member else value}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_only_a_deployment_knows_is_left_to_the_provider(function: str) -> None:
    value = FUNCTIONS[function]
    cases = [
        *(with_value(name, value) for name in NAMES),
        {**dict.fromkeys(PACKAGE_PROPERTIES, value)},
        {**OBJECT, "PackageType": value, "EngineVersion": "OpenSearch_2.17"},
        {**OBJECT, "PackageType": "ZIP-PLUGIN", "EngineVersion": value},
        {**TEXT, "PackageType": value, "PackageContent": "x"},
        {**TEXT, "PackageType": "PACKAGE-LICENSE", "PackageContent": value},
        {**TEXT, "PackageContent": value, "PackageSource": value},
        {**TEXT, "PackageSource": {"S3BucketName": value, "S3Key": value}},
        {**OBJECT, "PackageContent": value},
        {**TEXT, "AdoptPackageID": value, "AdoptFrom": "old/Words"},
        {**TEXT, "AdoptFrom": value},
    ]
    assert found_by_our_rules(template({f"Words{index}": package(one) for index, one in enumerate(cases)})) == []


def test_cfn_lint_itself_finds_nothing_wrong_with_functions() -> None:
    functions = {name: FUNCTIONS[name] for name in ("Ref", "GetAtt", "Sub", "If", "FindInMap", "Join")}
    text = template(
        {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            **{
                f"Words{index}": package({"PackageType": value, "PackageSource": {**SOURCE, "S3Key": value}})
                for index, value in enumerate(functions.values())
            },
        },
        Parameters={"Any": {"Type": "String"}},
        Conditions={"Known": {"Fn::Equals": [{"Ref": "Any"}, "x"]}},
        Mappings={"Stages": {"test": {"Name": "a"}}},
    )  # fmt: skip
    assert linted(text) == []


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({**TEXT, "PackageTypo": {"Ref": "Any"}}, "PackageTypo is no property of this resource"),
        ({**OBJECT, "PackageSource": {**SOURCE, "Bucket": {"Ref": "Any"}}}, "PackageSource.Bucket is unknown"),
        ({**OBJECT, "PackageSource": {"S3BucketName": {"Ref": "Any"}}}, "PackageSource.S3Key is missing"),
        ({**TEXT, "PackageSource": {**SOURCE, "S3Key": {"Ref": "Any"}}}, "both PackageSource and PackageContent"),
        ({**TEXT, "PackageDescription": {"Ref": "Any"}, "PackageName": "W-x"}, "PackageName must match"),
        ({**TEXT, "PackageContent": {"Ref": "AWS::NoValue"}}, "there is no source"),
        ({**TEXT, "PackageType": {"Ref": "AWS::NoValue"}}, "PackageType is missing"),
    ],
)
def test_what_is_wrong_whatever_a_value_is_is_told(properties: dict[str, Any], told: str) -> None:
    ((_, text),) = found_by_our_rules(template({"Words": package(properties)}))
    assert told in text


def test_a_value_that_is_left_out_counts_as_left_out() -> None:
    no_value = {"Ref": "AWS::NoValue"}
    left_out = {**OBJECT, "PackageContent": no_value, "EngineVersion": no_value, "PackageTypo": no_value}
    assert found_by_our_rules(template({"Words": package(left_out)})) == []


PLUGIN_NAME = "AvailablePluginProperties.Name"
WANTED = """
Parameters:
  Stage: {Type: String}
Conditions:
  Live: !Equals [!Ref Stage, live]
Resources:
  Words:
    Type: Custom::OpenSearchPackage
    Properties: {ServiceToken: arn, PackageType: TXT-DICTIONARY, PackageContent: x}
  Other:
    Type: Custom::Other
    Properties: {ServiceToken: arn2, Any: !GetAtt Words.%(attribute)s}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !If [Live, !GetAtt [Words, %(attribute)s], !Ref AWS::NoValue]
      DisplayName: !Sub "${Words.%(attribute)s} of ${AWS::Region}"
Outputs:
  Long:
    Value:
      Fn::GetAtt: Words.%(attribute)s
  List:
    Value:
      Fn::GetAtt: [Words, %(attribute)s]
  Substituted:
    Value: !Sub ["${ Words.%(attribute)s } ${Mine} ${Other.Any} ${!Words.Nothing}", {Mine: !GetAtt Words.%(attribute)s}]
  Conditional:
    Condition: Live
    Value: !Join [":", [!Sub "${Words.%(attribute)s}", !GetAtt Other.Any]]
  Hidden:
    Value: !Sub ["${Words.Hidden}", {Words.Hidden: x}]
"""
PLACES = {
    "Resources/Other/Properties/Any/Fn::GetAtt",
    "Resources/Topic/Properties/TopicName/Fn::If/1/Fn::GetAtt",
    "Resources/Topic/Properties/DisplayName/Fn::Sub",
    "Outputs/Long/Value/Fn::GetAtt",
    "Outputs/List/Value/Fn::GetAtt",
    "Outputs/Substituted/Value/Fn::Sub",
    "Outputs/Substituted/Value/Fn::Sub/1/Mine/Fn::GetAtt",
    "Outputs/Conditional/Value/Fn::Join/1/0/Fn::Sub",
}


def test_every_attribute_that_the_provider_gives_can_be_wanted() -> None:
    wanted = {f"Output{index}": one for index, one in enumerate(attributes(Package({})))}
    forms = [
        {name: {"Value": {"Fn::GetAtt": ["Words", one]}} for name, one in wanted.items()},
        {name: {"Value": {"Fn::Sub": f"${{Words.{one}}}"}} for name, one in wanted.items()},
    ]
    assert len(wanted) > 15
    for outputs in forms:
        assert found_by_our_rules(template({"Words": package(TEXT)}, Outputs=outputs)) == []


@pytest.mark.parametrize(
    ("attribute", "instead"),
    [
        ("PackageVerison", "did you mean PackageVersion?"),
        ("packageID", "did you mean PackageID?"),
        ("PluginProperties.Name", f"did you mean {PLUGIN_NAME}?"),
        ("AvailablePluginProperties.Nam", f"did you mean {PLUGIN_NAME}?"),
        ("Zzz", f"allowed are {', '.join(PACKAGE.attributes)}"),
    ],
)
def test_a_misspelt_attribute_is_told_wherever_it_is_wanted(attribute: str, instead: str) -> None:
    found = found_by_our_rules(WANTED % {"attribute": attribute})
    assert {place for place, _ in found} == PLACES
    assert {text for _, text in found} == {f"Words.{attribute} is no attribute of {PACKAGE.name}: {instead}"}


def test_an_attribute_is_fine_with_all_rules_in_every_form() -> None:
    assert linted(WANTED % {"attribute": PLUGIN_NAME}) == []


def test_a_type_that_the_provider_does_not_serve_is_told_in_its_own_words() -> None:
    misspelt = {**package(TEXT), "Type": "Custom::OpenSearchPackages"}
    found = found_by_our_rules(template({"Words": package(TEXT), "More": misspelt}))
    with pytest.raises(RequestFailedError) as error:
        UnknownResourceType([PACKAGE.name]).create(Request(misspelt["Type"]))  # type: ignore[arg-type]
    assert found == [("Resources/More/Type", str(error.value))]


class Request:
    """As much of a request as is needed to refuse its type."""

    def __init__(self, resource_type: str) -> None:
        self.resource_type = resource_type

    def claim_nothing(self) -> None:
        """Nothing was made."""


@pytest.mark.parametrize("resource_type", ["Custom::OpenSearchPackages", "Custom::Other", "AWS::Logs::LogGroup"])
def test_other_resources_are_left_alone(resource_type: str) -> None:
    other = {"Type": resource_type, "Properties": {"ServiceToken": "arn of another provider", "PackageTypo": 1}}
    wanted = {"Wanted": {"Value": {"Fn::GetAtt": ["Other", "PackageVerison"]}}}
    assert found_by_our_rules(template({"Words": package(TEXT), "Other": other}, Outputs=wanted)) == []


@pytest.mark.parametrize(
    "broken",
    [
        "Resources: []",
        "Resources: {Words: []}",
        "Resources: {Words: {Type: [x]}}",
        "Resources: {Words: {Type: 'Custom::OpenSearchPackage', Properties: [x]}}",
        "Resources: {Words: {Type: 'Custom::OpenSearchPackage', Properties: {'Fn::Transform': {Name: x}}}}",
        "Outputs: {A: {Value: {'Fn::GetAtt': {Ref: x}}}, B: {Value: {'Fn::GetAtt': [Words, {Ref: x}]}}}",
        "Outputs: {A: {Value: {'Fn::Sub': [x]}}, B: {Value: {'Fn::Sub': {Ref: x}}}}",
    ],
)
def test_what_is_no_template_is_left_to_cfn_lints_own_rules(broken: str) -> None:
    assert found_by_our_rules(broken) == []


ASSOCIATION_TABLE = {
    "ServiceToken": Property(),
    "DomainName": Property(("AssociatePackagesRequest", "DomainName")),
    "Packages": Property(("AssociatePackagesRequest", "PackageList")),
}


def read_association(raw: Mapping[str, Any], model: Model) -> tuple[dict[str, Any], list[Problem]]:
    return schema.read(ASSOCIATION_TABLE, raw, model)


def test_a_further_resource_type_is_checked_by_itself_lists_of_maps_too(tmp_path: Path) -> None:
    association = ResourceType(
        name="Custom::Association",
        description="",
        table=ASSOCIATION_TABLE,
        read=read_association,
        required=("DomainName",),
        identifier="DomainName",
        attributes=("ReferencePath",),
        texts={},
    )
    (tmp_path / "custom_resources.py").write_bytes((RULES / "custom_resources.py").read_bytes())
    (tmp_path / "checks.json").write_text(json.dumps(checks([PACKAGE, association], MODEL)))
    any_value = {"Ref": "Any"}
    packages = [
        {"PackageID": "F1"},
        {"PackageID": any_value, "Version": "v1"},
        any_value,
        {"PackageID": "words", "PrerequisitePackageIDList": ["F1", "analysis", any_value]},
        {"PrerequisitePackageIDList": "F1"},
    ]
    properties = {"ServiceToken": TOKEN, "DomainName": "shop", "Packages": packages}
    found = dict(
        found_by_our_rules(
            template(
                {
                    "Shop": {"Type": association.name, "Properties": properties},
                    "Words": package({**TEXT, "PackageTypo": "x"}),
                },
                Outputs={"Path": {"Value": {"Fn::GetAtt": ["Shop", "ReferencePaths"]}}},
            ),
            tmp_path,
        )
    )
    place = "Resources/Shop/Properties/Packages"
    _, problems = read_association(delivered(properties), MODEL)
    told = ("Packages[1].Version", "Packages[3]", "Packages[4]")
    expected = {one.text for one in problems if one.path.startswith(told) and not one.path.endswith("[2]")}
    assert {text for where, text in found.items() if where.startswith(place)} == expected
    assert found.keys() == {
        f"{place}/1/Version",
        f"{place}/3/PackageID",
        f"{place}/3/PrerequisitePackageIDList/1",
        f"{place}/4",
        f"{place}/4/PrerequisitePackageIDList",
        "Resources/Words/Properties/PackageTypo",
        "Outputs/Path/Value/Fn::GetAtt",
    }


NOTHING_BUT_CFN_LINT = """\
import sys
# What cfn-lint does not bring.
for name in ("boto3", "botocore", "crhelper", "aws_cdk", "cdk_opensearch_packages", "release"):
    sys.modules[name] = None
"""


def test_the_readmes_command_checks_a_template_with_nothing_but_cfn_lint_and_the_release(tmp_path: Path) -> None:
    command = re.search(r"^cfn-lint --append-rules .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert command
    with zipfile.ZipFile(io.BytesIO(provider_archive())) as archive:
        archive.extractall(tmp_path)
    project = tmp_path / "project"
    (project / "lambda_handler").mkdir(parents=True)
    (project / "lambda_handler" / "__init__.py").write_text(
        "raise AssertionError('the user has a folder of that name')"
    )
    (project / "sitecustomize.py").write_text(NOTHING_BUT_CFN_LINT)
    example = tmp_path / "templates" / "example.yaml"
    mistaken = example.read_text().replace("PackageContent", "PackageContents").replace("kageVersion", "kageVerison")
    (tmp_path / "mistaken.yaml").write_text(mistaken)

    words = [*command[0].split(), "mistaken.yaml"]
    done = subprocess.run(  # noqa: S603
        [Path(sys.executable).parent / words[0], *words[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(project)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert (
        "PackageContents is no property of this resource: did you mean PackageContent?\nmistaken.yaml:" in done.stdout
    )
    assert "Synonyms.PackageVerison is no attribute of" in done.stdout
    assert "example.yaml" not in done.stdout + done.stderr


def test_without_the_providers_code_the_rules_say_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "lambda_handler")
    shutil.copytree(RULES, tmp_path / "schemas" / "cfn-lint")
    with pytest.raises(ImportError, match=f"keep them beside {tmp_path / 'lambda_handler'}"):
        Rules.create_from_directory(str(tmp_path / "schemas" / "cfn-lint"))
