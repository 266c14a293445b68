"""The other ways to write a stack: a shared provider, text, objects, options, a template by hand."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import EngineVersion
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import (
    Package,
    PackageConfiguration,
    PackageProvider,
    PackageSource,
    PackageType,
    RequirementLevel,
)
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.integration.stories import PLUGIN


def digests(aws: LocalAws) -> dict[str, str]:
    """The name of each package, and the digest of what is available of it."""
    return {found["PackageName"]: found["Versions"][-1]["Sha256"] for found in aws.packages()}


def sources_of_calls(aws: LocalAws) -> list[str]:
    """The buckets that the service was told to import from."""
    calls = [call["Parameters"] for call in aws.calls() if call["Operation"] in ("CreatePackage", "UpdatePackage")]
    return [parameters["PackageSource"]["S3BucketName"] for parameters in calls]


def test_one_provider_serves_the_packages_of_several_stacks(deployer: Deployer, aws: LocalAws, tmp_path: Path) -> None:
    def build(app: App) -> None:
        platform = Stack(app, "Platform")
        provider = PackageProvider(platform, "Provider")
        for team in ("Shop", "Blog"):
            stack = Stack(app, team)
            words = tmp_path / f"{team}.txt"
            words.write_text(team)
            Package(
                stack,
                "Words",
                package_type=PackageType.TXT_DICTIONARY,
                source=PackageSource.from_asset(str(words)),
                package_name=f"{team.lower()}-words",
                provider=provider,
            )

    deployer.deploy(build)
    assert digests(aws) == {f"{team.lower()}-words": sha256(team.encode()).hexdigest() for team in ("Shop", "Blog")}
    deployer.destroy("Shop", "Blog", "Platform")
    assert aws.packages() == []


def test_text_from_the_template_becomes_a_dictionary_and_a_license(deployer: Deployer, aws: LocalAws) -> None:
    text = "Sofa, Couch, Kanapée\n" * 5_000

    def build(app: App) -> None:
        stack = Stack(app, "Texts")
        for name, package_type, content in (
            ("words", PackageType.TXT_DICTIONARY, text),
            ("license", PackageType.PACKAGE_LICENSE, '{"licensee": "shop"}'),
        ):
            Package(
                stack,
                name.title(),
                package_type=package_type,
                source=PackageSource.from_inline(content),
                package_name=f"text-{name}",
            )

    deployer.deploy(build)
    assert digests(aws) == {
        "text-words": sha256(text.encode()).hexdigest(),
        "text-license": sha256(b'{"licensee": "shop"}').hexdigest(),
    }
    deployer.destroy("Texts")
    assert aws.packages() == []


def test_an_object_that_the_service_can_read_is_imported_from_where_it_is(deployer: Deployer, aws: LocalAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="plain")
    s3.put_object(Bucket="plain", Key="words/de.txt", Body=b"Sofa", ServerSideEncryption="AES256")

    def build(app: App) -> None:
        stack = Stack(app, "Objects")
        Package(
            stack,
            "Words",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_bucket(Bucket.from_bucket_name(stack, "Plain", "plain"), "words/de.txt"),
        )

    deployer.deploy(build)
    assert sources_of_calls(aws) == ["plain"]
    deployer.destroy("Objects")


def test_every_option_of_a_plugin_reaches_the_service(deployer: Deployer, aws: LocalAws, tmp_path: Path) -> None:
    archive = PLUGIN.write(tmp_path, "first")

    def build(app: App) -> None:
        stack = Stack(app, "Options")
        Package(
            stack,
            "Plugin",
            package_type=PackageType.ZIP_PLUGIN,
            source=PackageSource.from_asset(str(archive)),
            engine_version=EngineVersion.open_search("2.17"),
            description="Analysis",
            configuration=PackageConfiguration(
                license_requirement=RequirementLevel.OPTIONAL,
                configuration_requirement=RequirementLevel.NONE,
                requires_restart_for_configuration_update=True,
            ),
            encryption_key=Key(stack, "Key"),
            vending_enabled=False,
        )

    deployer.deploy(build)
    (found,) = aws.packages()
    (sent,) = [call["Parameters"] for call in aws.calls() if call["Operation"] == "CreatePackage"]
    assert sent["PackageType"] == "ZIP-PLUGIN"
    assert sent["EngineVersion"] == "OpenSearch_2.17"
    assert sent["PackageDescription"].startswith("Analysis [cloudformation Options/")
    assert sent["PackageConfiguration"] == {
        "LicenseRequirement": "OPTIONAL",
        "ConfigurationRequirement": "NONE",
        "RequiresRestartForConfigurationUpdate": True,
    }
    assert sent["PackageEncryptionOptions"]["EncryptionEnabled"] is True
    assert ":key/" in sent["PackageEncryptionOptions"]["KmsKeyIdentifier"]
    assert found["Versions"] == [{"PackageVersion": "v1", "Sha256": sha256(archive.read_bytes()).hexdigest()}]
    deployer.destroy("Options")


def test_a_template_by_hand_uses_a_provider_through_its_service_token(deployer: Deployer, aws: LocalAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="by-hand-words")
    s3.put_object(Bucket="by-hand-words", Key="words.txt", Body=b"words", ServerSideEncryption="AES256")

    def build(app: App) -> None:
        stack = Stack(app, "Tokens")
        provider = PackageProvider(stack, "Provider")
        Bucket.from_bucket_name(stack, "Words", "by-hand-words").grant_read(provider)
        CfnOutput(stack, "ServiceToken", value=provider.service_token)

    token = deployer.deploy(build).outputs["ServiceToken"]
    template: dict[str, Any] = {
        "Resources": {
            "Words": {
                "Type": "Custom::OpenSearchPackage",
                "Properties": {
                    "ServiceToken": token,
                    "PackageType": "TXT-DICTIONARY",
                    "PackageSource": {"S3BucketName": "by-hand-words", "S3Key": "words.txt"},
                    "PackageVendingOptions": {"VendingEnabled": False},
                },
            }
        },
        "Outputs": {
            "PackageID": {"Value": {"Ref": "Words"}},
            "Version": {"Value": {"Fn::GetAtt": ["Words", "PackageVersion"]}},
        },
    }
    made = deployer.deploy_template("ByHand", json.dumps(template))
    assert made.outputs["Version"] == "v1"
    assert [found["PackageID"] for found in aws.packages()] == [made.outputs["PackageID"]]

    template["Resources"]["Words"]["Properties"]["ServiceToken"] = f"{token}2"
    refused = deployer.deploy_template("ByHand", json.dumps(template), succeed=False)
    assert "Modifying service token is not allowed" in str(refused)
    deployer.destroy("ByHand", "Tokens")
    assert aws.packages() == []


def test_bad_properties_fail_the_deployment_at_once_with_all_that_is_wrong(deployer: Deployer, aws: LocalAws) -> None:
    def build(app: App) -> None:
        CfnOutput(stack := Stack(app, "Bad"), "Token", value=PackageProvider(stack, "Provider").service_token)

    token = deployer.deploy(build).outputs["Token"]
    template = {
        "Resources": {
            "Words": {
                "Type": "Custom::OpenSearchPackage",
                "Properties": {"ServiceToken": token, "PackageTypo": "TXT-DICTIONARY", "PackageName": "Words"},
            }
        }
    }
    failed = deployer.deploy_template("BadWords", template, succeed=False)
    said = " ".join(failed.reasons)
    for part in ("did you mean PackageType?", "there is no source", 'received "Words"'):
        assert part in said
    assert aws.calls() == []
    deployer.destroy("BadWords", "Bad")
