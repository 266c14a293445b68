"""The inline policies of the provider's role.

The provider has two: what it does whatever its packages are, and invoking itself. Each stack with packages adds one,
its ``PackagePolicy``. That one lives with the packages and not with the provider, so a provider that stacks share never
depends on them. A further package adds to the policy's statements and makes no resource.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import Aspects, Aws, Fn, IAspect, Names, Stack, Stage
from aws_cdk.aws_iam import IRole, Policy, PolicyStatement
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_logs import ILogGroup
from aws_cdk.aws_s3 import CfnBucket, IBucket
from constructs import Construct, IConstruct

from .older_cdk import acknowledge
from .source import S3Object
from .staging_bucket import StagingBucket

if TYPE_CHECKING:
    from .provider import IPackageProvider


def inline_policy(scope: Construct, construct_id: str, role: IRole, statements: list[PolicyStatement]) -> Policy:
    """Makes a policy of ``role`` whose name no other stack uses.

    The names that CDK makes repeat between stacks. Where two stacks use one role, the second policy of a name
    would overwrite the first.
    """
    stack_uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID))
    name = Names.unique_resource_name(scope, max_length=64, separator="-")
    policy_name = Fn.join("-", [name, construct_id, stack_uuid])
    policy = Policy(scope, construct_id, policy_name=policy_name, statements=statements)
    # Asked of the role: one that was imported as immutable declines.
    role.attach_inline_policy(policy)
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


def self_invoke_statement(function: IFunction) -> PolicyStatement:
    """Returns what the function does when one invocation is not enough: it invokes itself, and does not wait."""
    return _allow(["lambda:InvokeFunction"], function.function_arn)


def acknowledge_wildcards(policy: Policy, bucket: IBucket) -> None:
    """Says why the provider's policy has wildcards, for the apps that check theirs with cdk-nag."""
    reasons = {"*": "Packages and network interfaces of Lambda cannot be named in a policy: IAM allows * only."}
    if isinstance(bucket, StagingBucket):
        logical_id = Stack.of(bucket).get_logical_id(cast(CfnBucket, bucket.node.default_child))
        reasons[f"<{logical_id}.Arn>/*"] = "The provider makes, reads and removes every object of its own bucket."
    for resource, reason in reasons.items():
        acknowledge(policy, f"AwsSolutions-IAM5[Resource::{resource}]", reason)


class PackagePolicy(Construct):
    """What one provider may do for the packages of one stack.

    Where the role of the provider is not known, no policy is made, and each statement is a warning at synthesis.
    """

    @classmethod
    def get_or_create(cls, stack: Stack, provider: "IPackageProvider") -> "PackagePolicy":
        """Returns the policy that ``stack`` adds to the role of ``provider``."""
        # Relative to the stack, as logical ids are, or to the stage where the provider is another stack's: the same
        # in every stage of a pipeline.
        home = stack if Stack.of(provider) is stack else (Stage.of(stack) or stack)
        path = provider.node.path.removeprefix(f"{home.node.path}/")
        construct_id = f"OpenSearchPackagePolicy{sha256(path.encode()).hexdigest()[:8]}"
        found = stack.node.try_find_child(construct_id)
        return found if isinstance(found, cls) else cls(stack, construct_id, provider)

    def __init__(self, scope: Construct, construct_id: str, provider: "IPackageProvider") -> None:
        super().__init__(scope, construct_id)
        self._provider = provider
        self._statements: dict[str, PolicyStatement] = {}
        self._policy = inline_policy(self, "Policy", provider.role, []) if provider.role else None
        if self._policy is None:
            Aspects.of(self).add(_TellStatements(self))
        # With these the function learns whether CloudFormation still waits for a request: of this very stack only.
        self._allow(
            "DescribeStack", ["cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"], Aws.STACK_ID
        )

    def read_object(self, s3_object: S3Object) -> None:
        """Allows to read exactly this object."""
        self._allow("ReadObjects", ["s3:GetObject"], s3_object.arn)
        if s3_object.version is not None:
            self._allow("ReadObjectVersions", ["s3:GetObjectVersion"], s3_object.arn)
        if s3_object.bucket.encryption_key is not None:
            self._allow("DecryptObjects", ["kms:Decrypt"], s3_object.bucket.encryption_key.key_arn)

    def encrypt_packages(self, key: IKey) -> None:
        """Allows what the service does with a package's key, which it does in the name of the caller."""
        # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-package-kms-integration.html
        actions = [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
        ]
        self._allow("EncryptPackages", actions, key.key_arn)

    def _allow(self, sid: str, actions: Sequence[str], resource: str) -> None:
        statement = self._statements.get(sid)
        if statement is not None:
            statement.add_resources(resource)
            return
        self._statements[sid] = PolicyStatement(sid=sid, actions=actions, resources=[resource])
        if self._policy is not None:
            self._policy.add_statements(self._statements[sid])

    def tell_statements(self) -> None:
        """Grants every statement to a role that is not known: a warning shows what it needs."""
        for statement in self._statements.values():
            self._provider.grant_principal.add_to_principal_policy(statement)


@jsii.implements(IAspect)
class _TellStatements:
    """Waits until the statements are complete."""

    def __init__(self, policy: PackagePolicy) -> None:
        self._policy = policy

    def visit(self, node: IConstruct) -> None:
        if node is self._policy:
            self._policy.tell_statements()


def _allow(actions: list[str], resource: str) -> PolicyStatement:
    return PolicyStatement(actions=actions, resources=[resource])
