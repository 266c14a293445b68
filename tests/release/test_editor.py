"""An editor completes packages in a template, with the settings that the guide shows."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_handler.package.table import PACKAGE_PROPERTIES
from release.schema.associations import ASSOCIATION
from release.schema.packages import PACKAGE
from release.schema.resource_types import RESOURCE_TYPES
from tests.release.language_server import ROOT, LanguageServer

# Where the cursor is.
CURSOR = "|"
GUIDE = (ROOT / "docs" / "checking-templates.md").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody has open who has unpacked a release."""
    home = tmp_path_factory.mktemp("release")
    for name in ("schemas", "templates"):
        shutil.copytree(ROOT / name, home / name)
    return home


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[LanguageServer]:
    settings = re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert settings
    with LanguageServer(folder, json.loads(settings[1])) as server:
        yield server


def offered(editor: LanguageServer, text: str, folder: str = "templates") -> dict[str, str]:
    """What is offered at the cursor, but for functions."""
    before = text[: text.index(CURSOR)]
    place = before.count("\n"), len(before.rpartition("\n")[2])
    found = editor.completions(text.replace(CURSOR, ""), *place, folder)
    return {label: told for label, told in found.items() if not label.startswith("!")}


def resource(properties: str, resource_type: str = PACKAGE.name) -> str:
    indented = "".join(f"      {line}\n" for line in properties.splitlines())
    return f"Resources:\n  Synonyms:\n    Type: {resource_type}\n    Properties:\n{indented}"


def test_properties_are_offered_with_what_they_are(editor: LanguageServer) -> None:
    found = offered(editor, resource("ServiceToken: !ImportValue opensearch-packages-ServiceToken\n|"))
    assert found.keys() >= PACKAGE_PROPERTIES.keys() - {"ServiceToken"}
    assert "ServiceToken" not in found, "it is there already"
    assert "PackageID" not in found, "an attribute is no property"
    assert found["EngineVersion"] == PACKAGE.texts["EngineVersion"]


def test_members_are_offered_with_what_they_are(editor: LanguageServer) -> None:
    found = offered(editor, resource("PackageSource:\n  S3BucketName: !Ref Bucket\n  |"))
    assert found["S3Key"] == PACKAGE.texts["PackageSource.S3Key"]
    assert "S3ObjectVersion" in found


def test_members_of_an_item_of_a_list_are_offered_with_what_they_are(editor: LanguageServer) -> None:
    found = offered(editor, resource("Packages:\n- PackageID: !Ref Words\n- PackageName: nori\n  |", ASSOCIATION.name))
    assert found.keys() >= {"PackageID", "PackageVersion", "PrerequisitePackageIDList", "AssociationConfiguration"}
    assert found["PackageVersion"] == ASSOCIATION.texts["Packages[].PackageVersion"]
    nested = "AssociationConfiguration:\n    KeyStoreAccessOption:\n      KeyStoreAccessEnabled: true\n      |"
    found = offered(editor, resource(f"Packages:\n- PackageID: F1\n  {nested}", ASSOCIATION.name))
    assert "KeyAccessRoleArn" in found


@pytest.mark.parametrize(
    ("properties", "values"),
    [
        ("PackageType: |", {"TXT-DICTIONARY", "ZIP-PLUGIN", "PACKAGE-LICENSE", "PACKAGE-CONFIG"}),
        ("PackageConfiguration:\n  LicenseRequirement: |", {"REQUIRED", "OPTIONAL", "NONE"}),
        ("PackageVendingOptions:\n  VendingEnabled: |", {"true", "false"}),
    ],
)
def test_values_are_offered(editor: LanguageServer, properties: str, values: set[str]) -> None:
    assert offered(editor, resource(properties)).keys() == values


def test_whether_to_wait_is_offered(editor: LanguageServer) -> None:
    assert offered(editor, resource("Wait: |", ASSOCIATION.name)).keys() == {"true", "false"}


def test_the_types_are_offered(editor: LanguageServer) -> None:
    found = offered(editor, "Resources:\n  Synonyms:\n    Type: Cus|\n")
    assert found == {one.name: one.description for one in RESOURCE_TYPES}


def test_a_template_can_name_the_schema_itself(editor: LanguageServer) -> None:
    line = re.search(r"^# yaml-language-server: .*$", GUIDE, re.MULTILINE)
    assert line
    text = resource("PackageType: TXT-DICTIONARY\n|")
    assert "PackageName" not in offered(editor, text, "elsewhere")
    assert "PackageName" in offered(editor, f"{line[0]}\n{text}", "elsewhere")


def test_names_that_there_are_not_are_underlined(editor: LanguageServer) -> None:
    text = resource(
        "ServiceToken: arn\nPackageType: ZIP-PLUGIN\nPackageTypo: x\nPackageSource: {S3BucketName: b, Key: k}"
    )
    assert editor.underlined(text) == [
        'PackageSource: {S3BucketName: b, Key: k} -> Missing property "S3Key".',
        "PackageSource: {S3BucketName: b, Key: k} -> Property Key is not allowed.",
        "PackageTypo: x -> Property PackageTypo is not allowed.",
    ]


def test_names_that_there_are_not_in_an_item_are_underlined(editor: LanguageServer) -> None:
    properties = "ServiceToken: arn\nDomainName: shop\nPackages:\n- PackageID: F1\n- {PackageID: F2, Version: v1}"
    assert editor.underlined(resource(properties, ASSOCIATION.name)) == [
        "- {PackageID: F2, Version: v1} -> Property Version is not allowed.",
    ]


FUNCTIONS = """\
ServiceToken: !ImportValue token
PackageType: !FindInMap [Stages, !Ref Stage, Type]
EngineVersion: !If [IsPlugin, !Sub "OpenSearch_${Version}", !Ref AWS::NoValue]
PackageName: !Join ["-", [a, !Select [0, !Split [",", !Ref Names]]]]
PackageDescription: {"Fn::Sub": "${Stage}"}
SourceHash: {Ref: Stage}
CommitMessage: !Sub ["${A}", {A: !GetAtt Bucket.Arn}]
ServiceTimeout: !Ref Timeout
PackageContent: !GetAtt [Bucket, Arn]
AdoptPackageID:
  Fn::If: [IsPlugin, F1, !Ref AWS::NoValue]
PackageSource: !If [IsPlugin, {S3BucketName: a, S3Key: b}, !Ref AWS::NoValue]
PackageEncryptionOptions:
  Fn::If: [IsPlugin, {EncryptionEnabled: true}, !Ref AWS::NoValue]
PackageConfiguration:
  LicenseRequirement: !Ref Requirement
  ConfigurationRequirement: !Sub "${Requirement}"
  RequiresRestartForConfigurationUpdate: !If [IsPlugin, true, false]
PackageVendingOptions:
  VendingEnabled: !Equals [!Ref Stage, live]
"""


FUNCTIONS_OF_AN_ASSOCIATION = """\
ServiceToken: !ImportValue token
DomainName: !If [Known, shop, !Ref Domain]
Wait: !Equals [!Ref Stage, live]
Packages:
- PackageID: !Ref Words
  PackageVersion: !GetAtt Words.PackageVersion
- !If [Known, {PackageID: F1}, !Ref AWS::NoValue]
- Fn::If: [Known, {PackageName: analysis-nori}, !Ref AWS::NoValue]
- PackageName: !Sub "${Stage}-plugin"
  PrerequisitePackageIDList: !Split [",", !Ref Ids]
- PackageID: F2
  PrerequisitePackageIDList: [!Ref Words, F3]
  AssociationConfiguration: !If [Known, {KeyStoreAccessOption: {KeyStoreAccessEnabled: true}}, !Ref AWS::NoValue]
- PackageID: F4
  AssociationConfiguration:
    KeyStoreAccessOption:
      KeyStoreAccessEnabled: !Ref Known
      KeyAccessRoleArn: !GetAtt Role.Arn
"""


@pytest.mark.parametrize(
    "text",
    [
        resource(FUNCTIONS),
        resource(FUNCTIONS_OF_AN_ASSOCIATION, ASSOCIATION.name),
        resource("ServiceToken: a\nDomainName: shop\nPackages: !Ref Listed", ASSOCIATION.name),
        resource("ServiceToken: a\nDomainName: shop\nPackages: !If [Known, [{PackageID: F1}], []]", ASSOCIATION.name),
        resource("Any: 1", "Custom::Other"),
        resource("BucketName: words", "AWS::S3::Bucket"),
        resource("ServiceToken: a\nPackageType: ''\nPackageName: 5\nServiceTimeout: '60'\nPackageDescription: true"),
        "Resources:\n  'Fn::ForEach::Words':\n  - Word\n  - [a, b]\n  - 'Words${Word}': {Type: 'Custom::Other'}\n",
        (ROOT / "templates" / "example.yaml").read_text(),
        (ROOT / "templates" / "provider.yaml").read_text(),
    ],
)
def test_nothing_that_is_right_is_underlined(editor: LanguageServer, text: str) -> None:
    assert editor.underlined(text) == []
