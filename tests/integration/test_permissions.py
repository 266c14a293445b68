"""Every permission is needed: without any single one, a life of packages on a domain does not come to a good end."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.aws_ec2 import Vpc
from aws_cdk.aws_iam import Role
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import Domain, IDomain
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import (
    AssociatedPackage,
    Package,
    PackageAssociation,
    PackageProvider,
    PackageSource,
    PackageType,
)
from local_aws.controls import LocalAwsError
from local_aws.deployer import Deployer
from tests.integration.stories import DICTIONARY, logged

# What the local AWS cannot check, and the page that says that it is needed.
UNCHECKED = {
    # The function's log is written by the machine itself, not by the function's role.
    "logs:CreateLogStream": "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    "logs:PutLogEvents": "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    # The local AWS takes the only version of a bucket without versions for a version; S3 may not.
    "s3:DeleteObject on the staging bucket": "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html",
    # test_keys.py checks them call by call: stacks with keys would take as long again.
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
    # Only requests are asked about that are older than those of these stories.
    "cloudformation:DescribeStackResource": (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html"
    ),
    # Only the reason of a request says it that has waited for a domain until its end.
    "es:DescribeDomainChangeProgress": (
        "https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomainChangeProgress.html"
    ),
    # The local AWS does not check which roles are passed on.
    "iam:PassRole": "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
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
CHECKED_ON_A_DOMAIN = (
    "cloudformation:DescribeStacks",
    "es:AssociatePackages",
    "es:DescribeDomain",
    "es:DissociatePackages",
    "es:ListPackagesForDomain",
)
CHECKED = (
    *CHECKED_ON_A_DOMAIN,
    "es:CreatePackage",
    "es:DeletePackage",
    "es:DescribePackages",
    "es:GetPackageVersionHistory",
    "es:ListDomainsForPackage",
    "es:UpdatePackage",
    "s3:DeleteObjectVersion on the staging bucket",
    "s3:GetObject",
    "s3:GetObject on the staging bucket",
    "s3:GetObjectVersion",
    "s3:ListBucketVersions",
    "s3:PutObject on the staging bucket",
)
# One invocation is enough for the life below; test_long_waits.py has the stories for which it is not.
CHECKED_BY_LONG_WAITS = ("lambda:InvokeFunction",)
# Access denied counts as transient for a minute, or until the response is due: these stories do not wait that long.
SERVICE_TIMEOUT = "8"
# Whoever is denied a copy is the service, which reads it with the function's permissions, and names no action.
SAID_BY_THE_SERVICE = {"s3:GetObject on the staging bucket": "The S3 object does not exist or cannot be accessed"}
PROVIDER, LIFE, DOMAIN = "LifeProvider", "Life", "shop-search"

Template = dict[str, Any]


@dataclass(frozen=True)
class Life:
    """Two packages of one stack: a file, which is staged and put on a domain, and a version of an object.

    Their provider is a stack of its own, deployed once: a function that starts anew for each story would take longer
    than the story.
    """

    deployer: Deployer
    provider: Template
    first: Template
    second: Template

    def live(self) -> None:
        """Create, update and delete both packages, of which one is on a domain meanwhile."""
        self.deployer.deploy_template(LIFE, self.first)
        self.deployer.deploy_template(LIFE, self.second)
        self.deployer.destroy(LIFE)

    def without(self, permission: str) -> str:
        """The same, without one permission. Gives what the user sees.

        That is the events of the stack, and where nothing fails the function's log. Where it is not about the domain,
        nothing is put on it, which takes less time.
        """
        first, second = (
            one if permission in CHECKED_ON_A_DOMAIN else without_domain(one) for one in (self.first, self.second)
        )
        less = replace(self, first=without(first, permission), second=without(second, permission))
        self.deployer.deploy_template(PROVIDER, without(self.provider, permission))
        before = logged(self.deployer.aws)
        try:
            less.live()
        except LocalAwsError as error:
            seen = str(error)
        else:
            seen = "\n".join(set(logged(self.deployer.aws).splitlines()) - set(before.splitlines()))
        finally:
            self.deployer.deploy_template(PROVIDER, self.provider)
            with self._everything_allowed():
                self.deployer.destroy(LIFE)
            self._remove_copies()
        return seen

    @contextmanager
    def _everything_allowed(self) -> Iterator[None]:
        """What the stack has allowed goes with it, or is what was not allowed."""
        iam, role = self.deployer.aws.client("iam"), self._id_of("AWS::IAM::Role")
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=role, PolicyName="Everything", PolicyDocument=document)
        try:
            yield
        finally:
            iam.delete_role_policy(RoleName=role, PolicyName="Everything")

    def _remove_copies(self) -> None:
        """Those that the function was not allowed to remove."""
        s3, bucket = self.deployer.aws.client("s3"), self._id_of("AWS::S3::Bucket")
        for item in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=item["Key"])

    def _id_of(self, resource_type: str) -> str:
        """The physical id of the provider's only resource of that type."""
        described = self.deployer.aws.client("cloudformation").describe_stack_resources(StackName=PROVIDER)
        [found] = [one for one in described["StackResources"] if one["ResourceType"] == resource_type]
        physical_id: str = found["PhysicalResourceId"]
        return physical_id


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


def without(template: Template, permission: str) -> Template:
    """The template with one permission less, and a short ServiceTimeout."""
    template = copy.deepcopy(template)
    for name, statement, action in list(permissions(template)):
        if name == permission:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            left = [one for one in actions if one != action]
            statement["Action"] = left or ["sts:GetCallerIdentity"]  # a statement needs an action
    for resource in template["Resources"].values():
        if resource["Type"].startswith("Custom::OpenSearchPackage"):
            resource["Properties"]["ServiceTimeout"] = SERVICE_TIMEOUT
    return template


def without_domain(template: Template) -> Template:
    """The template with its packages alone."""
    resources = {
        name: one
        for name, one in template["Resources"].items()
        if one["Type"] != "Custom::OpenSearchPackageAssociation"
    }
    return {**template, "Resources": resources}


def domain_in(stack: Stack) -> IDomain:
    """The domain, which somebody else manages."""
    arn = stack.format_arn(service="es", resource="domain", resource_name=DOMAIN)
    return Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint="")


@pytest.fixture(scope="module")
def life(running: Deployer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    s3 = running.aws.client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="versioned", Key="words.txt", Body=b"old words")["VersionId"]
    s3.put_object(Bucket="versioned", Key="words.txt", Body=b"new words")
    folder = tmp_path_factory.mktemp("life")

    def templates(edition: str) -> list[Template]:
        def build(app: App) -> None:
            provider = PackageProvider(Stack(app, PROVIDER), "Provider")
            stack = Stack(app, LIFE)
            file = Package(
                stack,
                "File",
                package_type=PackageType.TXT_DICTIONARY,
                source=PackageSource.from_asset(str(DICTIONARY.write(folder, edition))),
                provider=provider,
            )
            Package(
                stack,
                "Version",
                package_type=PackageType.TXT_DICTIONARY,
                source=PackageSource.from_bucket(
                    Bucket.from_bucket_name(stack, "Versioned", "versioned"), "words.txt", object_version=version
                ),
                description=edition,
                provider=provider,
            )
            PackageAssociation(stack, "OnDomain", domain=domain_in(stack), packages=[file], provider=provider)

        assembly = running.synthesize(build)
        running.publish(assembly)
        return [json.loads((assembly / f"{name}.template.json").read_text()) for name in (PROVIDER, LIFE)]

    provider, first = templates("first")
    _, second = templates("second")
    running.deploy_template(PROVIDER, provider)
    yield Life(running, provider, first, second)
    running.destroy(PROVIDER)


@pytest.fixture
def _domain(deployer: Deployer) -> None:
    deployer.aws.client("opensearch").create_domain(DomainName=DOMAIN, EngineVersion="OpenSearch_2.17")


@pytest.mark.usefixtures("_domain")
def test_with_all_permissions_everything_works(deployer: Deployer, life: Life) -> None:
    life.live()
    assert deployer.aws.packages() == []
    done = [one["Operation"] for one in deployer.aws.calls() if not one["Error"]]
    assert done.count("AssociatePackages") == 2, "a second version reaches the domain"
    assert "DissociatePackages" in done


@pytest.mark.usefixtures("_domain")
@pytest.mark.parametrize("permission", CHECKED)
def test_without_one_permission_the_user_is_told_which_action_was_denied(
    deployer: Deployer, life: Life, permission: str
) -> None:
    deployer.aws.behave(unreadable_source="access-denied")  # the service refuses a copy at once, in its own words
    action = permission.partition(" ")[0]
    assert SAID_BY_THE_SERVICE.get(permission, action) in life.without(permission)


def test_every_permission_is_either_checked_or_listed_with_its_source(running: Deployer, tmp_path: Path) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "Everything")
        bucket = Bucket.from_bucket_attributes(
            stack, "Bucket", bucket_name="bucket", encryption_key=Key(stack, "BucketKey")
        )
        provider = PackageProvider(stack, "Provider", vpc=Vpc(stack, "Vpc", nat_gateways=0))
        package = Package(
            stack,
            "Package",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_bucket(bucket, "words.txt", object_version="1"),
            encryption_key=Key(stack, "Key"),
            provider=provider,
        )
        role = Role.from_role_name(stack, "Keys", "keys")
        associated = AssociatedPackage(package, key_access_role=role)
        PackageAssociation(stack, "OnDomain", domain=domain_in(stack), packages=[associated], provider=provider)

    assembly = running.synthesize(build)
    template = json.loads((assembly / "Everything.template.json").read_text())
    found = {name for name, _, _ in permissions(template)}
    assert found == {*CHECKED, *CHECKED_BY_LONG_WAITS, *UNCHECKED}
