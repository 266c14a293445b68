"""What a deployment puts into an account: bytes of code, resources, functions, roles and permissions."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from aws_cdk import App, CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.custom_resources import (
    AwsCustomResource,
    AwsCustomResourcePolicy,
    AwsSdkCall,
    PhysicalResourceId,
    PhysicalResourceIdReference,
    Provider,
)

from cdk_opensearch_packages import Package, PackageSource, PackageType
from cdk_opensearch_packages.handler_code import copy_handler_code, handler_code

COUNTS = (1, 2, 25)
LONGEST_ASSET = 64 * 1024  # bytes
MOST_RESOURCES = 9
# Why the provider needs each of its resources.
REASONS = {
    "AWS::Lambda::Function": "serves the requests",
    "AWS::IAM::Role": "what the function may do",
    "AWS::IAM::Policy": "the role's own: its log and the staging bucket; the packages of this stack; invoking itself, "
    "to continue, which would be a cycle in the role's own",
    "AWS::Lambda::EventInvokeConfig": "repeats a delivery that dies, and forgets those that are older than an hour",
    "AWS::Logs::LogGroup": "keeps the log for a month, and outlives the function's last call",
    "AWS::S3::Bucket": "copies of what the service may not be able to read, such as the CDK's own assets",
    "AWS::S3::BucketPolicy": "nobody reaches them without TLS",
}
PACKAGE = "Custom::OpenSearchPackage"


@dataclass(frozen=True)
class Footprint:
    """What a stack with that many packages has.

    Attributes:
        whose: how the packages are made.
        packages: how many there are.
        types: its resources by type.
        policy_characters: the characters of all policies' documents, as JSON without blanks.
    """

    whose: str
    packages: int
    types: Counter[str]
    policy_characters: int

    @property
    def resources(self) -> int:
        """All of them."""
        return self.types.total()


def footprint(whose: str, fill: Callable[[Stack, int], None], count: int) -> Footprint:
    """Synthesize a stack with that many packages."""
    app = App()
    stack = Stack(app, "Stack")
    fill(stack, count)
    template: dict[str, Any] = app.synth().get_stack_by_name("Stack").template
    resources = {name: one for name, one in template["Resources"].items() if one["Type"] != "AWS::CDK::Metadata"}
    documents = [
        document
        for one in resources.values()
        if one["Type"] in ("AWS::IAM::Policy", "AWS::IAM::Role")
        for document in _documents(one["Properties"])
    ]
    characters = sum(len(json.dumps(document, separators=(",", ":"))) for document in documents)
    return Footprint(whose, count, Counter(one["Type"] for one in resources.values()), characters)


def _documents(properties: dict[str, Any]) -> list[Any]:
    policies = properties.get("Policies", [])
    own = [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
    return own + [policy["PolicyDocument"] for policy in policies]


def with_this_provider(stack: Stack, count: int) -> None:
    """Packages by this library."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            file = Path(folder) / f"{number}.txt"
            file.write_text(f"couch, sofa, {number}\n")
            source = PackageSource.from_asset(str(file))
            Package(stack, f"Package{number}", package_type=PackageType.TXT_DICTIONARY, source=source)


def with_provider_framework(stack: Stack, count: int) -> None:
    """The same handler behind the CDK's Provider framework, with what it needs beside it: a bucket, its permissions."""
    bucket = s3.Bucket(stack, "Staging", enforce_ssl=True)
    handlers = [_function(stack, name, bucket) for name in ("OnEvent", "IsComplete")]
    provider = Provider(stack, "Provider", on_event_handler=handlers[0], is_complete_handler=handlers[1])
    for number in range(count):
        CustomResource(
            stack, f"Package{number}", service_token=provider.service_token, resource_type=PACKAGE, properties={}
        )


def _function(stack: Stack, name: str, bucket: s3.IBucket) -> lambda_.Function:
    function = lambda_.Function(
        stack,
        name,
        runtime=lambda_.Runtime.determine_latest_python_runtime(stack),
        handler="lambda_handler.index.handler",
        code=handler_code(),
        timeout=Duration.minutes(15),
    )
    bucket.grant_read_write(function)
    actions = ["CreatePackage", "UpdatePackage", "DeletePackage", "DescribePackages"]
    function.add_to_role_policy(iam.PolicyStatement(actions=[f"es:{action}" for action in actions], resources=["*"]))
    return function


def with_aws_custom_resource(stack: Stack, count: int) -> None:
    """The CDK's single calls, which wait for nothing: a package that fails later does not fail the deployment."""
    for number in range(count):
        source = {"S3BucketName": "sources", "S3Key": f"{number}.txt"}
        name = f"package-{number}"
        AwsCustomResource(
            stack,
            f"Package{number}",
            on_create=AwsSdkCall(
                service="OpenSearch",
                action="createPackage",
                parameters={"PackageName": name, "PackageType": "TXT-DICTIONARY", "PackageSource": source},
                physical_resource_id=PhysicalResourceId.from_response("PackageDetails.PackageID"),
            ),
            on_delete=AwsSdkCall(
                service="OpenSearch",
                action="deletePackage",
                parameters={"PackageID": PhysicalResourceIdReference()},
            ),
            policy=AwsCustomResourcePolicy.from_sdk_calls(resources=AwsCustomResourcePolicy.ANY_RESOURCE),
        )


WAYS = {
    "this provider": with_this_provider,
    "CDK Provider framework": with_provider_framework,
    "AwsCustomResource": with_aws_custom_resource,
}


@cache
def asset_bytes() -> int:
    """The size of the function's code, packed as the CDK CLI does."""
    packed = BytesIO()
    with tempfile.TemporaryDirectory() as folder, ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        copy_handler_code(Path(folder))
        for file in sorted(Path(folder).rglob("*")):
            archive.write(file, file.relative_to(folder))
    return len(packed.getvalue())
