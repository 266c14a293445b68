"""Mistakes in a provider that are known at synthesis."""

import re
from collections.abc import Sequence

from aws_cdk import Annotations, Stack, Token
from aws_cdk.aws_cloudwatch import IAlarmAction
from aws_cdk.aws_ec2 import ISecurityGroup, IVpc, SubnetSelection
from aws_cdk.aws_lambda import Runtime
from aws_cdk.aws_s3 import CfnBucket, IBucket
from constructs import Construct, IConstruct

from .arguments import check_interface, check_text, check_type
from .environments import check_region_of, check_same_region

_FUNCTION_ARN = re.compile(
    r"arn:[a-z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?"
)
_OLDEST_PYTHON_MINOR = 11
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
_LEAST_MEMORY, _MOST_MEMORY = 128, 10_240


def check_runtime(runtime: Runtime) -> None:
    """Refuses a runtime that cannot load the handler: nothing would ever be answered."""
    name = runtime.name
    version = re.fullmatch(r"python3\.(\d+)", name)
    if Token.is_unresolved(name) or (version and int(version.group(1)) >= _OLDEST_PYTHON_MINOR):
        return
    raise ValueError(
        f"'runtime' must be Python 3.{_OLDEST_PYTHON_MINOR} or later, got '{name}'; leave it out for the newest "
        "that this version of the CDK knows"
    )


def check_provider(construct: IConstruct, provider: IConstruct, service_token: str) -> None:
    """Refuses a provider that CloudFormation cannot call from the construct's stack."""
    here, home = Stack.of(construct), Stack.of(provider)
    arn = _FUNCTION_ARN.fullmatch(service_token)
    region, account = (arn["region"], arn["account"]) if arn else (home.region, home.account)
    check_same_region("provider", region, construct)
    if Token.is_unresolved(account) or Token.is_unresolved(here.account) or account == here.account:
        return
    if arn is None:
        raise ValueError(
            f"'provider' must be in the stack's account {here.account}, got one in {account}; make a provider in "
            f"{here.account}, or use PackageProvider.from_service_token"
        )
    Annotations.of(construct).add_warning_v2(
        "cdk-opensearch-packages:providerOfAnotherAccount",
        f"'provider' is in the account {account}, so packages are made and associated there and not in {here.account}, "
        f"and the function has to allow CloudFormation to invoke it from {here.account}",
    )


def check_service_token(service_token: str) -> None:
    """Refuses what cannot be the ARN of a function."""
    check_text("service_token", service_token, optional=False)
    if Token.is_unresolved(service_token) or _FUNCTION_ARN.fullmatch(service_token):
        return
    raise ValueError(
        "'service_token' must be the ARN of the provider's function, such as "
        f"'arn:aws:lambda:eu-west-1:123456789012:function:my-provider', got '{service_token}'"
    )


def check_memory_size(memory_size: int) -> None:
    """Refuses what Lambda does not offer."""
    check_type("memory_size", memory_size, int, "a number of MiB", optional=False)
    if not Token.is_unresolved(memory_size) and not _LEAST_MEMORY <= memory_size <= _MOST_MEMORY:
        raise ValueError(
            f"'memory_size' must be from {_LEAST_MEMORY} to {_MOST_MEMORY:,} MiB, got {memory_size}; leave it out "
            "for 256"
        )


def check_concurrency(reserved: int | None) -> None:
    """Refuses a reservation that lets no request through."""
    check_type("reserved_concurrent_executions", reserved, int, "a number of invocations")
    if reserved is not None and not Token.is_unresolved(reserved) and reserved < 1:
        raise ValueError(
            f"'reserved_concurrent_executions' must be at least 1, got {reserved}; with less no request is ever "
            "answered, and each deployment waits for an hour"
        )


def check_security_groups(groups: Sequence[ISecurityGroup] | None) -> None:
    """Refuses what is no sequence of security groups."""
    takes = "a list of security groups"
    check_type("security_groups", groups, (list, tuple), takes)
    for group in groups or ():
        check_interface("security_groups", group, ("security_group_id",), takes, optional=False)


def check_alarm_actions(actions: Sequence[IAlarmAction]) -> None:
    """Refuses what is no sequence of alarm actions, and an alarm that nobody hears."""
    takes = "a list of alarm actions, such as [SnsAction(topic)]"
    check_type("actions", actions, (list, tuple), takes, optional=False)
    for action in actions:
        check_interface("actions", action, ("bind",), takes, optional=False)
    if not actions:
        raise ValueError(f"'actions' must be {takes}, got an empty list; nobody would hear of the alarm")


def check_vpc_options(
    vpc: IVpc | None, vpc_subnets: SubnetSelection | None, security_groups: Sequence[ISecurityGroup] | None
) -> None:
    """Refuses what only means something in a VPC."""
    for option, value in (("vpc_subnets", vpc_subnets), ("security_groups", security_groups)):
        if value is not None and vpc is None:
            raise ValueError(f"'{option}' needs 'vpc', got it without; give the VPC, or leave '{option}' out")


def check_staging_bucket(scope: Construct, bucket: IBucket) -> None:
    """Warns of a bucket whose copies stay, or whose default encryption suggests that copies have a key of KMS."""
    check_region_of("staging_bucket", bucket, scope)
    resource = bucket.node.default_child
    if not isinstance(resource, CfnBucket):
        return
    stack = Stack.of(bucket)
    versioning = stack.resolve(resource.versioning_configuration) or {}
    annotations = Annotations.of(scope)
    if versioning.get("status") == "Enabled" or stack.resolve(resource.object_lock_enabled):
        annotations.add_warning_v2(
            "cdk-opensearch-packages:stagingBucketVersioned",
            "'staging_bucket' keeps versions: copies are removed with all of them, but one that is locked, or whose "
            "removal fails, stays and blocks its deletion; take an unversioned bucket, or give it a rule that expires "
            "old versions and deletes their markers",
        )
    if "aws:kms" in str(stack.resolve(resource.bucket_encryption)):
        annotations.add_warning_v2(
            "cdk-opensearch-packages:stagingBucketWithKms",
            "'staging_bucket' encrypts with a key of KMS, which the documentation of the service says it cannot read; "
            "the provider encrypts its copies with keys of S3 (SSE-S3) in any case, so see that the policy of the "
            "bucket allows that",
        )
