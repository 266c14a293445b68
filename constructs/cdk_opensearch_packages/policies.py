"""The inline policies of the provider's role.

The provider has two: what it does whatever its packages are, and invoking itself. Each stack with packages adds one,
its ``PackagePolicy``, and one for each domain with associations, an ``AssociationPolicy``.
"""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, Fn, Names
from aws_cdk.aws_iam import IRole, Policy, PolicyStatement
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_logs import ILogGroup, LogGroup
from aws_cdk.aws_s3 import IBucket
from constructs import Construct

from .findings import acknowledge_inline_policies, acknowledge_wildcard
from .staging_bucket import StagingBucket


def inline_policy(scope: Construct, construct_id: str, role: IRole, statements: list[PolicyStatement]) -> Policy:
    """Makes a policy of ``role`` with these statements."""
    policy = new_policy(scope, construct_id, statements)
    # Asked of the role: one that was imported as immutable declines.
    role.attach_inline_policy(policy)
    return policy


def new_policy(scope: Construct, construct_id: str, statements: list[PolicyStatement]) -> Policy:
    """Makes a policy, of no role yet, whose name no other policy has.

    The names that CDK makes repeat between stacks. Where two stacks use one role, the second policy of a name
    would overwrite the first.
    """
    stack_uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID))
    name = Names.unique_resource_name(scope, max_length=64, separator="-")
    policy_name = Fn.join("-", [name, construct_id, stack_uuid])
    policy = Policy(scope, construct_id, policy_name=policy_name, statements=statements)
    acknowledge_inline_policies(policy)
    return policy


def provider_statements(log_group: ILogGroup, staging_bucket: IBucket, *, in_vpc: bool) -> list[PolicyStatement]:
    """Returns what the function does: write its log, manage packages, stage their sources."""
    statements = [
        _allow(["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn),
        _allow(
            [
                "es:CreatePackage",
                "es:DeletePackage",
                "es:DescribePackages",
                "es:GetPackageVersionHistory",
                "es:ListDomainsForPackage",
                "es:UpdatePackage",
            ],
            "*",
        ),
        # Nobody else gets the copies who registers the name of a bucket that was deleted.
        # A copy goes with all its versions. Which of the two S3 demands in a bucket without versions is not documented.
        _allow(
            ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:PutObject"],
            staging_bucket.arn_for_objects("*"),
            of_account(staging_bucket.env.account),
        ),
        _allow(["s3:ListBucketVersions"], staging_bucket.bucket_arn, of_account(staging_bucket.env.account)),
    ]
    if in_vpc:
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
        actions = [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ]
        statements.append(_allow(actions, "*"))
    return statements


def self_invoke_statement(function: IFunction) -> PolicyStatement:
    """Returns what the function does when one invocation is not enough: it invokes itself, and does not wait."""
    return _allow(["lambda:InvokeFunction"], function.function_arn)


def acknowledge_wildcards(policy: Policy, log_group: ILogGroup, bucket: IBucket) -> None:
    """Says why the provider's policy has wildcards."""
    reason = "Packages and network interfaces of Lambda cannot be named in a policy: IAM allows * only."
    acknowledge_wildcard(policy, "*", reason)
    if not isinstance(log_group, LogGroup):
        acknowledge_wildcard(policy, log_group.log_group_arn, "The streams of a log group are named by Lambda.")
    if isinstance(bucket, StagingBucket):
        reason = "The provider makes, reads and removes every object of its own bucket."
        acknowledge_wildcard(policy, bucket.arn_for_objects("*"), reason)


def of_account(account: str) -> dict[str, dict[str, str]]:
    """Returns the condition that a resource belongs to ``account``."""
    return {"StringEquals": {"aws:ResourceAccount": account}}


def _allow(actions: list[str], resource: str, conditions: Mapping[str, Any] | None = None) -> PolicyStatement:
    return PolicyStatement(actions=actions, resources=[resource], conditions=conditions)
