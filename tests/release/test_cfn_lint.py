"""cfn-lint says before a deployment what the provider would say, in its words, and nothing of what it cannot know."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cfnlint.rules import Rules

from lambda_handler.association.attributes import ATTRIBUTE_NAMES
from lambda_handler.association.table import ASSOCIATION_PROPERTIES
from lambda_handler.cloudformation.handlers import UnknownResourceType
from lambda_handler.errors import RequestFailedError
from lambda_handler.opensearch import Package
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import PACKAGE_PROPERTIES
from release.archive import provider_archive
from release.schema.associations import ASSOCIATION
from release.schema.packages import PACKAGE
from release.schema.resource_types import RESOURCE_TYPES
from tests.release.associations import KEY_STORE, ONE, item, key_store, second
from tests.release.cases import ALL, ASSOCIATIONS, GOOD, MISTAKES, PACKAGES, Cases
from tests.release.packages import EVERYTHING, OBJECT, PLUGIN, SOURCE, TEXT
from tests.support.cfn_lint import RULES, found_by_our_rules, linted

ROOT = Path(__file__).parents[2]
TOKEN = {"Fn::ImportValue": "opensearch-packages-ServiceToken"}
ANY, NO_VALUE = {"Ref": "Any"}, {"Ref": "AWS::NoValue"}
# Two items, of which a condition chooses one.
CHOICE = [{"PackageID": "F1", "PackageVersion": NO_VALUE}, {"PackageName": "analysis-nori"}]
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


def resource(type_name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"Type": type_name, "Properties": {"ServiceToken": TOKEN, **properties}}


def package(properties: Mapping[str, Any]) -> dict[str, Any]:
    return resource(PACKAGE.name, properties)


def association(properties: Mapping[str, Any]) -> dict[str, Any]:
    return resource(ASSOCIATION.name, properties)


@pytest.fixture(scope="module")
def said() -> Callable[[Cases, str], list[str]]:
    """What cfn-lint says of each of the cases. All are linted at once: its start takes longest."""
    cases = {(one.type.name, name): each for one in ALL for name, each in {**one.good, **one.mistakes}.items()}
    ids = {case: f"Case{index}" for index, case in enumerate(cases)}
    resources = {ids[case]: resource(case[0], properties) for case, properties in cases.items()}
    for index, one in enumerate(ALL):
        ids[one.type.name, NOTHING] = f"Nothing{index}"
        resources[f"Nothing{index}"] = {"Type": one.type.name}
    found = linted(template(resources))
    return lambda one, name: [
        text
        for place, text in found
        if place.split("/")[1:2] == [ids[one.type.name, name]]
        # cfn-lint itself knows one property of custom resources, and one rule about it.
        and not (place.endswith("/ServiceTimeout") and text.endswith("is not of type 'integer'"))
    ]


@pytest.mark.parametrize(("cases", "name"), GOOD)
def test_what_the_provider_accepts_is_fine(said: Callable[[Cases, str], list[str]], cases: Cases, name: str) -> None:
    cases.accept(cases.good[name])
    assert said(cases, name) == []


@pytest.mark.parametrize(("cases", "name"), MISTAKES)
def test_a_mistake_is_told_in_the_providers_own_words(
    said: Callable[[Cases, str], list[str]], cases: Cases, name: str
) -> None:
    assert sorted(said(cases, name)) == sorted(cases.refusal(cases.mistakes[name]))


@pytest.mark.parametrize(
    ("cases", "properties"),
    [
        *((PACKAGES, {**OBJECT, name: None}) for name in ("PackageName", "PackageType", "PackageSource")),
        *((ASSOCIATIONS, {**ONE, name: None}) for name in ("DomainName", "Packages", "Wait")),
        (ASSOCIATIONS, second(None)),
        (ASSOCIATIONS, item(PackageVersion=None, AssociationConfiguration={"KeyStoreAccessOption": None})),
    ],
)
def test_a_property_without_a_value_is_told_in_the_providers_own_words(
    cases: Cases, properties: dict[str, Any]
) -> None:
    found = found_by_our_rules(f"Resources: {{Words: {json.dumps(resource(cases.type.name, properties))}}}")
    assert sorted(text for _, text in found) == sorted(cases.refusal(properties))


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


def test_a_mistake_in_a_list_is_shown_at_its_item() -> None:
    packages = [
        {"PackageID": "F1"},
        {"PackageID": {"Ref": "Any"}, "Version": "v1"},
        {"PackageID": "F2", "PrerequisitePackageIDList": ["F1", "ab"]},
        {"AssociationConfiguration": {"KeyStoreAccessOption": {"Role": "x"}}},
        "F3",
        {"PackageVersion": "v1"},
    ]
    place = "Resources/Shop/Properties/Packages"
    found = found_by_our_rules(template({"Shop": association({"DomainName": "shop", "Packages": packages})}))
    assert {where for where, _ in found} == {
        f"{place}/1/Version",
        f"{place}/2/PrerequisitePackageIDList/1",
        f"{place}/3/AssociationConfiguration/KeyStoreAccessOption/Role",
        f"{place}/3/AssociationConfiguration/KeyStoreAccessOption",  # the switch that is missing in it
        f"{place}/4",
        f"{place}/5",  # no package is named
    }


@pytest.mark.parametrize("cases", ALL, ids=lambda one: one.type.slug)
def test_without_properties_everything_that_is_required_is_named(
    said: Callable[[Cases, str], list[str]], cases: Cases
) -> None:
    for name in cases.type.required:
        assert name in " ".join(said(cases, NOTHING))


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


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_only_a_deployment_knows_of_an_association_is_left_to_the_provider(function: str) -> None:
    value = FUNCTIONS[function]
    cases = [
        *({**ONE, name: value} for name in ASSOCIATION_PROPERTIES),
        {**dict.fromkeys(ASSOCIATION_PROPERTIES, value)},
        # Items, and whether there are any.
        *({**ONE, "Packages": [value] * count} for count in (1, 2, 21)),
        {**ONE, "Packages": [*({"PackageID": f"F{number}"} for number in range(20)), value]},
        second(value),
        # Members of items: the same value is not the same package.
        {**ONE, "Packages": [{"PackageID": value}, {"PackageID": value}, {"PackageName": value}]},
        second({"PackageID": value, "PackageName": value}),
        second({"PackageID": "F2", "PackageName": value}),
        second({"PackageID": value, "PackageName": "analysis-nori"}),
        item(PackageVersion=value),
        item(PrerequisitePackageIDList=value),
        item(PrerequisitePackageIDList=["F1", value]),
        # Two definitions deep.
        item(AssociationConfiguration=value),
        item(AssociationConfiguration={"KeyStoreAccessOption": value}),
        key_store(KeyStoreAccessEnabled=value),
        key_store(KeyStoreAccessEnabled=True, KeyAccessRoleArn=value),
    ]
    assert found_by_our_rules(template({f"Shop{index}": association(one) for index, one in enumerate(cases)})) == []


def test_cfn_lint_itself_finds_nothing_wrong_with_functions() -> None:
    functions = {name: FUNCTIONS[name] for name in ("Ref", "GetAtt", "Sub", "If", "FindInMap", "Join")}
    text = template(
        {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            **{
                f"Words{index}": package({"PackageType": value, "PackageSource": {**SOURCE, "S3Key": value}})
                for index, value in enumerate(functions.values())
            },
            **{
                f"Shop{index}": association(
                    {"DomainName": value, "Packages": [{"PackageID": value, "PackageVersion": value}], "Wait": value}
                )
                for index, value in enumerate(functions.values())
            },
            "Listed": association({"DomainName": "shop", "Packages": {"Ref": "Some"}}),
            "Chosen": association({"DomainName": "shop", "Packages": [{"Fn::If": ["Known", *CHOICE]}]}),
        },
        Parameters={"Any": {"Type": "String"}, "Some": {"Type": "CommaDelimitedList"}},
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


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        (second({"PackageID": ANY, "Version": ANY}), "Packages[1].Version is unknown"),
        (second({"PackageVersion": ANY}), "Packages[1] names no package"),
        (second({"PackageID": NO_VALUE, "PackageVersion": ANY}), "Packages[1] names no package"),
        ({**ONE, "Packages": [ANY, {"PackageID": "F1"}, {"PackageID": "F1"}]}, 'Packages names "F1" more than once'),
        ({**ONE, "Packages": [{"PackageID": {"Ref": f"P{n}"}} for n in range(21)]}, "Packages has 21 items"),
        ({**ONE, "DomainName": NO_VALUE}, "DomainName is missing"),
        (item(PrerequisitePackageIDList=[ANY, "ab"]), "Packages[1].PrerequisitePackageIDList[1] must have 3 to 256"),
        (
            item(AssociationConfiguration={"KeyStoreAccessOption": {**KEY_STORE["KeyStoreAccessOption"], "Role": ANY}}),
            "Packages[1].AssociationConfiguration.KeyStoreAccessOption.Role is unknown",
        ),
    ],
)
def test_what_is_wrong_with_an_association_whatever_a_value_is_is_told(properties: dict[str, Any], told: str) -> None:
    ((_, text),) = found_by_our_rules(template({"Shop": association(properties)}))
    assert told in text


def test_a_value_that_is_left_out_counts_as_left_out() -> None:
    left_out = {**OBJECT, "PackageContent": NO_VALUE, "EngineVersion": NO_VALUE, "PackageTypo": NO_VALUE}
    members = dict.fromkeys(("PackageName", "PackageVersion", "PrerequisitePackageIDList", "Typo"), NO_VALUE)
    shop = {**item(**members), "Wait": NO_VALUE}
    assert found_by_our_rules(template({"Words": package(left_out), "Shop": association(shop)})) == []


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
WANTED_OF_SHOP = WANTED.replace("Words", "Shop").replace(
    "OpenSearchPackage\n    Properties: {ServiceToken: arn, PackageType: TXT-DICTIONARY, PackageContent: x}",
    "OpenSearchPackageAssociation\n    Properties:\n      ServiceToken: arn\n      DomainName: shop-search\n"
    "      Packages: [{PackageID: F1}, !If [Live, {PackageID: F2}, !Ref AWS::NoValue]]",
)
OF_TWO = [*ATTRIBUTE_NAMES, *(f"{name}.{index}" for name in ATTRIBUTE_NAMES for index in range(2))]


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
        ("PackageID.0", "did you mean PackageID?"),
    ],
)
def test_a_misspelt_attribute_is_told_wherever_it_is_wanted(attribute: str, instead: str) -> None:
    found = found_by_our_rules(WANTED % {"attribute": attribute})
    assert {place for place, _ in found} == PLACES
    assert {text for _, text in found} == {f"Words.{attribute} is no attribute of {PACKAGE.name}: {instead}"}


def test_an_attribute_is_fine_with_all_rules_in_every_form() -> None:
    assert linted(WANTED % {"attribute": PLUGIN_NAME}) == []
    assert linted(WANTED_OF_SHOP % {"attribute": "ReferencePath.1"}) == []


def wanted_of_shop(attribute: str, packages: Any) -> list[str]:
    """What is said where somebody wants this of an association with these packages."""
    shop = association({"DomainName": "shop", "Packages": packages})
    forms = {"A": {"Fn::GetAtt": ["Shop", attribute]}, "B": {"Fn::Sub": f"${{Shop.{attribute}}}"}}
    found = found_by_our_rules(template({"Shop": shop}, Outputs={name: {"Value": one} for name, one in forms.items()}))
    assert {place for place, _ in found} in (set(), {"Outputs/A/Value/Fn::GetAtt", "Outputs/B/Value/Fn::Sub"})
    return [text for _, text in found[::2]]


@pytest.mark.parametrize("attribute", OF_TWO)
def test_every_attribute_of_each_package_of_an_association_can_be_wanted(attribute: str) -> None:
    assert wanted_of_shop(attribute, [{"PackageID": "F1"}, {"Fn::If": ["Known", *CHOICE]}]) == []


def test_as_many_packages_as_a_domain_takes_can_be_wanted_of_a_list_that_only_a_deployment_knows() -> None:
    for packages in ({"Ref": "Some"}, {"Fn::If": ["Known", [{"PackageID": "F1"}], {"Ref": "Some"}]}):
        assert wanted_of_shop("ReferencePath.19", packages) == []
        (text,) = wanted_of_shop("ReferencePath.20", packages)
        assert text.startswith(f"Shop.ReferencePath.20 is no attribute of {ASSOCIATION.name}: did you mean ")


@pytest.mark.parametrize(
    ("attribute", "instead"),
    [
        ("ReferencePaths", "did you mean ReferencePath?"),
        ("ReferencePath.2", "did you mean ReferencePath.1?"),
        ("ReferencePath.01", "did you mean ReferencePath.1?"),
        ("PackageVerison.1", "did you mean PackageVersion.1?"),
        ("Zzz", f"allowed are {', '.join(OF_TWO)}"),
        ("0", f"allowed are {', '.join(OF_TWO)}"),
        ("Id", f"allowed are {', '.join(OF_TWO)}"),
    ],
)
def test_an_attribute_that_an_association_of_two_packages_does_not_have_is_told(attribute: str, instead: str) -> None:
    (text,) = wanted_of_shop(attribute, [{"PackageID": "F1"}, {"PackageID": "F2"}])
    assert text == f"Shop.{attribute} is no attribute of {ASSOCIATION.name}: {instead}"


def test_a_type_that_the_provider_does_not_serve_is_told_in_its_own_words() -> None:
    misspelt = {**package(TEXT), "Type": "Custom::OpenSearchPackages"}
    found = found_by_our_rules(template({"Words": package(TEXT), "More": misspelt}))
    with pytest.raises(RequestFailedError) as error:
        UnknownResourceType([one.name for one in RESOURCE_TYPES]).create(Request(misspelt["Type"]))  # type: ignore[arg-type]
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


def test_the_resources_in_the_guides_have_no_mistakes() -> None:
    pages = [path.read_text() for path in (ROOT / "docs").glob("*.md")]
    blocks = [one for page in pages for one in re.findall(r"^ *```yaml\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)]
    resources = [textwrap.indent(textwrap.dedent(block), "  ") for block in blocks if "Type: Custom::" in block]
    assert len(resources) > 1
    for one in resources:
        assert found_by_our_rules(f"Resources:\n{one}") == []


def test_without_the_providers_code_the_rules_say_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "lambda_handler")
    shutil.copytree(RULES, tmp_path / "schemas" / "cfn-lint")
    with pytest.raises(ImportError, match=f"keep them beside {tmp_path / 'lambda_handler'}"):
        Rules.create_from_directory(str(tmp_path / "schemas" / "cfn-lint"))
