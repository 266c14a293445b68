"""Every permission is needed: without any single one of them, a life of packages does not come to a good end."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.aws_ec2 import Vpc
from aws_cdk.aws_kms import Key
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType
from local_aws.deployer import Deployer
from local_aws.machine import LocalAwsError
from tests.integration.stories import DICTIONARY

# What the local AWS cannot check, and the page that says that it is needed.
UNCHECKED = {
    # The function's log is written by the machine itself, not by the function's role.
    "logs:CreateLogStream": "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    "logs:PutLogEvents": "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    # Nothing is really encrypted.
    **dict.fromkeys(
        (
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
        ),
        "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-package-kms-integration.html",
    ),
    # The function does not ask yet.
    **dict.fromkeys(
        ("cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"),
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html",
    ),
    # Nothing runs in a VPC.
    **dict.fromkeys(
        (
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ),
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    ),
}
CHECKED = (
    "es:CreatePackage",
    "es:DeletePackage",
    "es:DescribePackages",
    "es:GetPackageVersionHistory",
    "es:ListDomainsForPackage",
    "es:UpdatePackage",
    "s3:DeleteObject on the staging bucket",
    "s3:GetObject",
    "s3:GetObject on the staging bucket",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:PutObject on the staging bucket",
)
# One invocation is enough for the lives below; test_long_waits.py has those for which it is not.
CHECKED_BY_LONG_WAITS = ("lambda:InvokeFunction",)
# Access denied counts as passing for a minute; the stories do not wait that long.
SERVICE_TIMEOUT = "20"

Template = dict[str, Any]


@dataclass(frozen=True)
class Life:
    """Two packages of one stack: a file, which is staged, and a version of an object."""

    deployer: Deployer
    first: Template
    second: Template

    def lived_without(self, permission: str | None) -> str | None:
        """Create, update and delete. Gives what went wrong, None when nothing did."""
        stack = "life-without-" + re.sub("[^A-Za-z0-9]", "-", permission or "nothing")
        first, second = (without(template, permission) for template in (self.first, self.second))
        trouble = None
        try:
            self.deployer.deploy_template(stack, first)
            self.deployer.deploy_template(stack, second)
            if staged := self._staged(stack):
                trouble = f"left in the staging bucket: {staged}"
            self.deployer.destroy(stack)
        except LocalAwsError as error:
            return str(error)
        return trouble

    def _staged(self, stack: str) -> list[str]:
        resources = self.deployer.aws.client("cloudformation").describe_stack_resources(StackName=stack)
        buckets = [
            r["PhysicalResourceId"] for r in resources["StackResources"] if r["ResourceType"] == "AWS::S3::Bucket"
        ]
        s3 = self.deployer.aws.client("s3")
        return [item["Key"] for name in buckets for item in s3.list_objects_v2(Bucket=name).get("Contents", [])]


def permissions(template: Template) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Each permission of the functions' roles: its name in the lists above, its statement, its action."""
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::IAM::Policy":
            continue
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            of_staging = "StagingBucket" in json.dumps(statement["Resource"]) and "/*" in json.dumps(
                statement["Resource"]
            )
            for action in actions:
                yield f"{action} on the staging bucket" if of_staging else action, statement, action


def without(template: Template, permission: str | None) -> Template:
    """The template with one permission less, and a short time-out."""
    template = copy.deepcopy(template)
    for name, statement, action in list(permissions(template)):
        if name == permission:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            left = [one for one in actions if one != action]
            statement["Action"] = left or ["sts:GetCallerIdentity"]  # a statement needs an action
    for resource in template["Resources"].values():
        if resource["Type"] == "Custom::OpenSearchPackage":
            resource["Properties"]["ServiceTimeout"] = SERVICE_TIMEOUT
    return template


@pytest.fixture(scope="module")
def life(running: Deployer, tmp_path_factory: pytest.TempPathFactory) -> Life:
    s3 = running.aws.client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="versioned", Key="words.txt", Body=b"old words")["VersionId"]
    s3.put_object(Bucket="versioned", Key="words.txt", Body=b"new words")
    folder = tmp_path_factory.mktemp("life")

    def template(edition: str) -> Template:
        def build(app: App) -> None:
            stack = Stack(app, "Life")
            Package(
                stack,
                "File",
                package_type=PackageType.TXT_DICTIONARY,
                source=PackageSource.from_asset(str(DICTIONARY.write(folder, edition))),
            )
            Package(
                stack,
                "Version",
                package_type=PackageType.TXT_DICTIONARY,
                source=PackageSource.from_bucket(
                    Bucket.from_bucket_name(stack, "Versioned", "versioned"), "words.txt", object_version=version
                ),
            )

        assembly = running.synthesize(build)
        running.publish(assembly)
        found: Template = json.loads((assembly / "Life.template.json").read_text())
        return found

    return Life(running, template("first"), template("second"))


@pytest.fixture(scope="module")
def outcomes(life: Life) -> dict[str | None, str | None]:
    """How each life went. They are lived side by side, because most of their time is waiting."""
    life.deployer.aws.reset()
    with ThreadPoolExecutor(max_workers=len(CHECKED) + 1) as pool:
        lives: dict[str | None, Future[str | None]] = {
            permission: pool.submit(life.lived_without, permission) for permission in (None, *CHECKED)
        }
        ended = {permission: future.result() for permission, future in lives.items()}
    opensearch = life.deployer.aws.client("opensearch")
    for package in life.deployer.aws.packages():  # those that could not be deleted
        opensearch.delete_package(PackageID=package["PackageID"])
    return ended


def test_with_all_permissions_everything_works(outcomes: dict[str | None, str | None]) -> None:
    assert outcomes[None] is None


@pytest.mark.parametrize("permission", CHECKED)
def test_without_one_permission_something_fails(outcomes: dict[str | None, str | None], permission: str) -> None:
    assert outcomes[permission] is not None


def test_every_permission_is_either_checked_or_listed_with_its_source(running: Deployer, tmp_path: Path) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Everything")
        bucket = Bucket.from_bucket_attributes(
            stack, "Bucket", bucket_name="bucket", encryption_key=Key(stack, "BucketKey")
        )
        Package(
            stack,
            "Package",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_bucket(bucket, "words.txt", object_version="1"),
            encryption_key=Key(stack, "Key"),
            provider=PackageProvider(stack, "Provider", vpc=Vpc(stack, "Vpc", nat_gateways=0)),
        )

    assembly = running.synthesize(build)
    template = json.loads((assembly / "Everything.template.json").read_text())
    found = {name for name, _, _ in permissions(template)}
    assert found == {*CHECKED, *CHECKED_BY_LONG_WAITS, *UNCHECKED}
