"""The inline policies of the provider's role.

The provider has two: what it does whatever its packages are, and invoking itself. Each stack with packages adds one,
its ``PackagePolicy``. That one lives with the packages and not with the provider, so a provider that stacks share never
depends on them. A further package adds to the policy's statements and makes no resource.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import Aspects, Aws, Fn, IAspect, Names, Stack, Stage
from aws_cdk.aws_iam import IRole, Policy, PolicyStatement
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_lambda import IFunction
from aws_cdk.aws_logs import ILogGroup
from aws_cdk.aws_s3 import IBucket
from constructs import Construct, IConstruct

from .findings import acknowledge_wildcard
from .key_grants import acknowledge_alias, grant_key
from .references import constructs_in
from .role_size import check_role_size, count_policy
from .source import S3Object
from .staging_bucket import StagingBucket

if TYPE_CHECKING:
    from .provider import IPackageProvider


def inline_policy(scope: Construct, construct_id: str, role: IRole, statements: list[PolicyStatement]) -> Policy:
    """Makes a policy of ``role`` with these statements."""
    policy = _policy(scope, construct_id, statements)
    # Asked of the role: one that was imported as immutable declines.
    role.attach_inline_policy(policy)
    return policy


def _policy(scope: Construct, construct_id: str, statements: list[PolicyStatement]) -> Policy:
    """Makes a policy whose name no other stack uses.

    The names that CDK makes repeat between stacks. Where two stacks use one role, the second policy of a name
    would overwrite the first.
    """
    stack_uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID))
    name = Names.unique_resource_name(scope, max_length=64, separator="-")
    policy_name = Fn.join("-", [name, construct_id, stack_uuid])
    return Policy(scope, construct_id, policy_name=policy_name, statements=statements)


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


def acknowledge_wildcards(policy: Policy, bucket: IBucket) -> None:
    """Says why the provider's policy has wildcards."""
    reason = "Packages and network interfaces of Lambda cannot be named in a policy: IAM allows * only."
    acknowledge_wildcard(policy, "*", reason)
    if isinstance(bucket, StagingBucket):
        reason = "The provider makes, reads and removes every object of its own bucket."
        acknowledge_wildcard(policy, bucket.arn_for_objects("*"), reason)


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
        self._granted: set[str] = set()
        self._policy = _policy(self, "Policy", []) if provider.role else None
        if self._policy is not None:
            count_policy(provider, self._policy)
        self._is_complete = False
        Aspects.of(self).add(_Completion(self))
        # With these the function learns whether CloudFormation still waits for a request: of this very stack only.
        actions = ["cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"]
        self._grant("DescribeStack", actions, Aws.STACK_ID)

    def read_object(self, s3_object: S3Object) -> None:
        """Allows to read this object; an asset with every content that it can have."""
        conditions = of_account(s3_object.account) if s3_object.account else {}
        if s3_object.version is None:
            self._grant("ReadObjects", ["s3:GetObject"], s3_object.arn, conditions)
        else:
            self._grant("ReadObjectVersions", ["s3:GetObject", "s3:GetObjectVersion"], s3_object.arn, conditions)
        if self._policy is not None and s3_object.readable is not None:
            reason = "A new content of an asset must not be a change of permissions."
            acknowledge_wildcard(self._policy, s3_object.arn, reason)
        if s3_object.bucket.encryption_key is not None:
            self._grant_key("DecryptObjects", s3_object.bucket.encryption_key, ["kms:Decrypt"], "s3")

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
        # The page names the first of the two; the second is what the service is called elsewhere.
        self._grant_key("EncryptPackages", key, actions, "custom-packages", "es")

    def associate_packages(self, domain_arn: str) -> None:
        """Allows to put packages on a domain, to take them away, and to look at what it does meanwhile."""
        actions = [
            "es:AssociatePackages",
            "es:DescribeDomain",
            "es:DescribeDomainChangeProgress",
            "es:DissociatePackages",
            "es:ListPackagesForDomain",
        ]
        self._grant("AssociatePackages", actions, domain_arn)

    def pass_key_access_role(self, role_arn: str) -> None:
        """Allows to name a role with which a package reads its keys on the domain."""
        # Which service it is passed to is not documented: a condition on iam:PassedToService might deny it.
        self._grant("PassKeyAccessRoles", ["iam:PassRole"], role_arn)

    def complete(self) -> None:
        """Attaches the policy, now that nothing is added any more: what is attached earlier is reported as it is then.

        (``Role.customize_roles`` writes a report of what roles need.)
        """
        if self._is_complete:
            return
        self._is_complete = True
        if self._policy is None or self._provider.role is None:
            for statement in self._statements.values():
                self._provider.grant_principal.add_to_principal_policy(statement)
            return
        self._provider.role.attach_inline_policy(self._policy)
        check_role_size(self, self._provider)

    def _grant_key(self, purpose: str, key: IKey, actions: Sequence[str], *services: str) -> None:
        if self._policy is not None:
            acknowledge_alias(self._policy, key)
        via = [f"{service}.{Stack.of(self).region}.*" for service in services]
        for statement in grant_key(self, key, self._provider, actions):
            conditions = {**cast(Mapping[str, Any], statement.conditions), "StringLike": {"kms:ViaService": via}}
            for resource in statement.resources:
                self._grant(purpose, actions, resource, conditions)

    def _grant(
        self, purpose: str, actions: Sequence[str], resource: str, conditions: Mapping[str, Any] | None = None
    ) -> None:
        resolve = Stack.of(self).resolve
        identity = purpose + json.dumps(resolve(conditions or {}), sort_keys=True)
        # Two tokens can stand for one ARN, and resources of two stacks can have one logical id.
        grant = json.dumps([identity, resolve(resource), [target.node.path for target in constructs_in(resource)]])
        if grant in self._granted:
            return
        self._granted.add(grant)
        if identity in self._statements:
            self._statements[identity].add_resources(resource)
            return
        same_purpose = sum(name.startswith(f"{purpose}{{") for name in self._statements)
        sid = f"{purpose}{same_purpose + 1}" if same_purpose else purpose
        statement = PolicyStatement(sid=sid, actions=[*actions], resources=[resource], conditions=conditions or None)
        self._statements[identity] = statement
        if self._policy is not None:
            self._policy.add_statements(statement)


@jsii.implements(IAspect)
class _Completion:
    """Completes a policy when the app is synthesized."""

    def __init__(self, policy: PackagePolicy) -> None:
        self._policy = policy

    def visit(self, node: IConstruct) -> None:
        if node is self._policy:
            self._policy.complete()


def of_account(account: str) -> dict[str, dict[str, str]]:
    """Returns the condition that a resource belongs to ``account``."""
    return {"StringEquals": {"aws:ResourceAccount": account}}


def _allow(actions: list[str], resource: str, conditions: Mapping[str, Any] | None = None) -> PolicyStatement:
    return PolicyStatement(actions=actions, resources=[resource], conditions=conditions)
