"""Every app of examples/ deploys to the local AWS, and does there what its name says.

They are the stacks of one cloud assembly, deployed at the same time: most of a deployment is waiting.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from tests.support.examples import APPS, CONTEXT, copy_of_the_folder, run

DOMAIN, BUCKET = "shop-search", "my-dictionaries"
UPLOADED = b"sofa, couch"
SHARED_PROVIDER, TEAMS = "Platform", ("Shop", "Blog")
OTHERS = (
    "Adopting",
    "AssetsWithKey",
    "Encrypted",
    "FromS3",
    "InVpc",
    "Inline",
    "LicensedPlugin",
    "Nori",
    "Plugin",
    "Search",
    "SeveralPackages",
)


class OneApp(App):
    """What every example takes for its own app. It is synthesized once, after the last one."""

    def synth(self, **_options: Any) -> Any:
        """What each example ends with."""


def what_readers_have(aws: LocalAws) -> dict[str, str]:
    """A domain, a bucket with a dictionary, a package, a key and a VPC; gives what readers say of them with -c."""
    opensearch, s3, ec2 = aws.client("opensearch"), aws.client("s3"), aws.client("ec2")
    opensearch.create_domain(DomainName=DOMAIN, EngineVersion="OpenSearch_2.17")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="synonyms.txt", Body=UPLOADED, ServerSideEncryption="AES256")
    source = {"S3BucketName": BUCKET, "S3Key": "synonyms.txt"}
    made = opensearch.create_package(PackageName="shop-synonyms", PackageType="TXT-DICTIONARY", PackageSource=source)
    subnets = ec2.describe_subnets()["Subnets"][:2]
    return {
        **CONTEXT,
        "package_id": made["PackageDetails"]["PackageID"],
        "assets_key": aws.client("kms").create_key()["KeyMetadata"]["Arn"],
        "vpc_id": subnets[0]["VpcId"],
        "subnet_ids": ",".join(one["SubnetId"] for one in subnets),
    }


def synthesized(folder: Path, context: Mapping[str, str]) -> Path:
    """One cloud assembly with the stacks of all examples."""
    examples = copy_of_the_folder(folder)
    app = OneApp(outdir=str(folder / "assembly"), context=dict(context), analytics_reporting=False)
    for name in APPS:
        run(examples, name, lambda: app)
    return Path(App.synth(app).directory)


@pytest.fixture
def context(aws: LocalAws) -> Iterator[dict[str, str]]:
    yield what_readers_have(aws)
    aws.client("s3").delete_object(Bucket=BUCKET, Key="synonyms.txt")
    aws.client("s3").delete_bucket(Bucket=BUCKET)


def test_every_example_deploys_and_leaves_nothing_behind(
    deployer: Deployer, aws: LocalAws, context: dict[str, str], tmp_path: Path
) -> None:
    assembly = synthesized(tmp_path, context)
    deployer.publish(assembly)

    def deploy(stack_name: str) -> dict[str, str]:
        return deployer.deploy(assembly, only=[stack_name]).outputs

    deploy(SHARED_PROVIDER)
    stacks = [*OTHERS, *TEAMS]
    with ThreadPoolExecutor(len(stacks)) as threads:
        outputs = dict(zip(stacks, threads.map(deploy, stacks), strict=True))
    each_does_what_its_name_says(aws, outputs, context)

    with ThreadPoolExecutor(len(stacks)) as threads:
        list(threads.map(deployer.destroy, stacks))
    deployer.destroy(SHARED_PROVIDER)
    adopted = context["package_id"]
    assert [one["PackageID"] for one in aws.packages()] == [adopted], "it is to be retained"
    assert on_domain(aws) == []


def each_does_what_its_name_says(aws: LocalAws, outputs: dict[str, dict[str, str]], context: dict[str, str]) -> None:
    made = packages_by_stack(aws)
    assert {one["PackageStatus"] for packages in made.values() for one in packages} == {"AVAILABLE"}
    assert made.keys() == {*OTHERS, *TEAMS} - {"Nori"}, "nobody makes AWS's own"

    (synonyms,) = made["Search"]
    licensed = {one["PackageType"]: one["PackageID"] for one in made["LicensedPlugin"]}
    assert outputs["Search"]["SynonymsPath"] == f"analyzers/{synonyms['PackageID']}"
    assert on_domain(aws) == sorted([synonyms["PackageID"], outputs["Nori"]["PackageID"], *licensed.values()])
    requested = [call["Parameters"] for call in aws.calls() if call["Operation"] == "AssociatePackages"]
    (licenses,) = [
        one for call in requested for one in call["PackageList"] if one["PackageID"] == licensed["PACKAGE-LICENSE"]
    ]
    assert licenses["PrerequisitePackageIDList"] == [licensed["ZIP-PLUGIN"]]
    (several,) = [call for call in requested if call["DomainName"] != DOMAIN]
    assert len(several["PackageList"]) == len(made["SeveralPackages"]) + 1, "nori comes with them, in one change"

    assert outputs["Plugin"]["PluginVersion"] == made["Plugin"][0]["AvailablePluginProperties"]["Version"]
    assert content(made["FromS3"]) == sha256(UPLOADED).hexdigest()
    assert content(made["Inline"]) == sha256(b"a\nan\nthe\n").hexdigest()
    assert made["Encrypted"][0]["PackageEncryptionOptions"]["EncryptionEnabled"]
    assert context["assets_key"] in role_of_provider(aws, "AssetsWithKey")
    function = resources(aws, "InVpc")["AWS::Lambda::Function"]
    network = aws.client("lambda").get_function_configuration(FunctionName=function)["VpcConfig"]
    assert ",".join(network["SubnetIds"]) == context["subnet_ids"]
    assert not [team for team in TEAMS if "AWS::Lambda::Function" in resources(aws, team)]
    (adopted,) = made["Adopting"]
    assert (adopted["PackageID"], adopted["AvailablePackageVersion"]) == (context["package_id"], "v2")


def packages_by_stack(aws: LocalAws) -> dict[str, list[dict[str, Any]]]:
    """The packages that each stack's resources own, as their marks say."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in aws.packages():
        stack_name = one["PackageDescription"].partition("[cloudformation ")[2].partition("/")[0]
        found.setdefault(stack_name, []).append(one)
    return found


def on_domain(aws: LocalAws) -> list[str]:
    """What is installed on the domain that was there."""
    listed = aws.client("opensearch").list_packages_for_domain(DomainName=DOMAIN)["DomainPackageDetailsList"]
    assert {one["DomainPackageStatus"] for one in listed} <= {"ACTIVE"}
    return sorted(one["PackageID"] for one in listed)


def content(packages: list[dict[str, Any]]) -> str:
    """The digest of what is available of the only package."""
    (package,) = packages
    digest: str = package["Versions"][-1]["Sha256"]
    return digest


def resources(aws: LocalAws, stack_name: str) -> dict[str, str]:
    """The physical ids of a stack's resources, by their types."""
    described = aws.client("cloudformation").describe_stack_resources(StackName=stack_name)["StackResources"]
    return {one["ResourceType"]: one["PhysicalResourceId"] for one in described}


def role_of_provider(aws: LocalAws, stack_name: str) -> str:
    """All that the role of a stack's provider is allowed to do."""
    iam, role = aws.client("iam"), resources(aws, stack_name)["AWS::IAM::Role"]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return json.dumps(documents)
