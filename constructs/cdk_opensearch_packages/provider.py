"""The Lambda function behind the custom resources, and what it needs."""

from collections.abc import Sequence
from typing import Protocol

import jsii
from aws_cdk import Annotations, Duration, RemovalPolicy, Stack
from aws_cdk.aws_ec2 import ISecurityGroup, IVpc, SubnetSelection
from aws_cdk.aws_iam import IGrantable, IPrincipal, IRole, Role, ServicePrincipal
from aws_cdk.aws_lambda import Function, Runtime
from aws_cdk.aws_logs import ILogGroup, LogGroup, RetentionDays
from aws_cdk.aws_s3 import IBucket
from constructs import Construct, IConstruct

from .checks import check_runtime
from .grants import inline_policy
from .handler_code import handler_code
from .permissions import acknowledge_wildcards, hand_on_statement, provider_statements
from .staging_bucket import StagingBucket

# Public, like every construct id below it: CloudFormation cannot change the ServiceToken of a custom resource, so
# another logical id of the function would break every stack that has a package.
_DEFAULT_ID = "OpenSearchPackageProvider"


class IPackageProvider(IConstruct, Protocol):
    """A provider that packages can use."""

    @property
    def service_token(self) -> str:
        """The ARN of the function, for ``ServiceToken`` in a template."""

    @property
    def role(self) -> IRole | None:
        """The role that gets the grants of the packages, or None where it is not known."""


@jsii.implements(IGrantable)
class PackageProvider(Construct):
    """The Lambda function that manages packages, with its role, its log group and its staging bucket.

    A stack's packages share the one that ``get_or_create`` makes. Make your own to choose its settings, or to share
    it between stacks::

        provider = PackageProvider(self, "Provider", vpc=vpc)
        Package(self, "Synonyms", provider=provider, ...)

    Args:
        scope: The construct that it belongs to.
        id: Its name within ``scope``. Another one makes another function, which CloudFormation refuses for
            packages that exist.
        log_group: Where the function logs. Default: a group that keeps a month and goes with the stack.
        runtime: The function's runtime, one of Python 3.11 or later. Default: Python 3.14.
        memory_size: The function's memory in MiB. Default: 256.
        vpc: The VPC that the function runs in. It then has to reach OpenSearch Service, S3 and Lambda by itself.
            Default: outside of any VPC.
        vpc_subnets: The subnets of ``vpc`` to run in. Default: its private subnets.
        security_groups: The function's security groups in ``vpc``. Default: a new one.
        role: The function's role, which has to trust Lambda. It gets the policies that the provider needs, unless
            it is imported as immutable. Default: a new one without managed policies.
        staging_bucket: Where objects are copied that the service cannot read as they are, encrypted with keys of S3
            (SSE-S3). Default: a new one, which keeps a copy for a day at most.

    Raises:
        ValueError: ``runtime`` cannot run the function.

    Attributes:
        function: The function.
        role: Its role.
        staging_bucket: The bucket for copies.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        log_group: ILogGroup | None = None,
        runtime: Runtime | None = None,
        memory_size: int = 256,
        vpc: IVpc | None = None,
        vpc_subnets: SubnetSelection | None = None,
        security_groups: Sequence[ISecurityGroup] | None = None,
        role: IRole | None = None,
        staging_bucket: IBucket | None = None,
    ) -> None:
        super().__init__(scope, id)
        runtime = runtime or Runtime.PYTHON_3_14
        check_runtime(runtime)
        log_group = log_group or LogGroup(
            self, "LogGroup", retention=RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        self.role: IRole = role or Role(self, "Role", assumed_by=ServicePrincipal("lambda.amazonaws.com"))
        self.staging_bucket: IBucket = staging_bucket or StagingBucket(self, "StagingBucket")
        statements = provider_statements(log_group, self.staging_bucket, in_vpc=vpc is not None)
        policy = inline_policy(self, "Policy", self.role, statements)
        acknowledge_wildcards(policy, self.staging_bucket)
        self.function = Function(
            self,
            "Function",
            description="Creates, updates and deletes packages of Amazon OpenSearch Service",
            code=handler_code(),
            handler="lambda_handler.index.handler",
            runtime=runtime,
            memory_size=memory_size,
            timeout=Duration.minutes(15),
            # Lambda delivers a failed request again, but none that CloudFormation has given up.
            retry_attempts=2,
            max_event_age=Duration.hours(1),
            environment={"STAGING_BUCKET": self.staging_bucket.bucket_name},
            log_group=log_group,
            role=self.role,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
        )
        # Lambda refuses a function in a VPC whose role may not make network interfaces.
        self.function.node.add_dependency(policy)
        # A policy of its own: it names the function, which depends on the other one. Custom resources depend on both.
        inline_policy(self, "HandOnPolicy", self.role, [hand_on_statement(self.function)])

    @staticmethod
    def get_or_create(scope: Construct) -> "PackageProvider":
        """Returns the one provider of the stack that ``scope`` is in; a nested stack has its own.

        Its construct path and its logical ids never change between releases.
        """
        stack = Stack.of(scope)
        found = stack.node.try_find_child(_DEFAULT_ID)
        return found if isinstance(found, PackageProvider) else PackageProvider(stack, _DEFAULT_ID)

    @staticmethod
    def from_service_token(scope: Construct, id: str, token: str) -> IPackageProvider:  # noqa: A002
        """Uses a provider that exists, of another app or of a plain template.

        Its role is not known here, so grant what its packages need: ``s3:GetObject`` on their objects, with
        ``s3:GetObjectVersion`` where a version is named, ``kms:Decrypt`` on the keys that encrypt these, and for
        packages with an ``encryption_key`` the actions that
        https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-package-kms-integration.html names.

        Args:
            scope: The construct that it belongs to.
            id: Its name within ``scope``.
            token: Its service token, the ARN of its function.
        """
        return _ImportedProvider(scope, id, token)

    @property
    def service_token(self) -> str:
        """The ARN of the function, for ``ServiceToken`` in a template."""
        return self.function.function_arn

    @property
    def grant_principal(self) -> IPrincipal:
        """The principal of the function's role, so that a provider can be granted to."""
        return self.role.grant_principal


class _ImportedProvider(Construct):
    def __init__(self, scope: Construct, construct_id: str, service_token: str) -> None:
        super().__init__(scope, construct_id)
        self.service_token = service_token
        self.role = None
        Annotations.of(self).add_info(
            "the role of this provider is not known here: see that it may read the sources of its packages, as "
            "PackageProvider.from_service_token describes"
        )
