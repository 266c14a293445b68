"""What a provider may do whatever its packages are; what each package adds is in ``grants``."""

from typing import cast

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk.aws_iam import Policy, PolicyStatement
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_logs import ILogGroup
from aws_cdk.aws_s3 import CfnBucket, IBucket

from .staging_bucket import StagingBucket


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
        _allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], staging_bucket.arn_for_objects("*")),
        _allow(["s3:ListBucket"], staging_bucket.bucket_arn),
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


def hand_on_statement(function: IFunction) -> PolicyStatement:
    """Returns what the function does when one invocation is not enough: it invokes itself, and does not wait."""
    return _allow(["lambda:InvokeFunction"], function.function_arn)


def acknowledge_wildcards(policy: Policy, bucket: IBucket) -> None:
    """Says why the policy has wildcards, for the apps that check theirs with cdk-nag."""
    reasons = {"*": "Packages and network interfaces of Lambda cannot be named in a policy: IAM allows * only."}
    if isinstance(bucket, StagingBucket):
        logical_id = Stack.of(bucket).get_logical_id(cast(CfnBucket, bucket.node.default_child))
        reasons[f"<{logical_id}.Arn>/*"] = "The provider makes, reads and removes every object of its own bucket."
    for resource, reason in reasons.items():
        rule = f"AwsSolutions-IAM5[Resource::{resource}]"
        Validations.of(policy).acknowledge(Acknowledgment(id=rule, reason=reason))


def _allow(actions: list[str], resource: str) -> PolicyStatement:
    return PolicyStatement(actions=actions, resources=[resource])
