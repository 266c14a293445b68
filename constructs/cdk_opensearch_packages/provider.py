"""The Lambda function behind the custom resources, and what it needs."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

import jsii
from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk.aws_cloudwatch import Alarm, IAlarmAction, Metric
from aws_cdk.aws_ec2 import ISecurityGroup, IVpc, SubnetSelection
from aws_cdk.aws_iam import IGrantable, IPrincipal, IRole, Role, ServicePrincipal
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_lambda import Function, IDestination, LoggingFormat, Runtime, Tracing
from aws_cdk.aws_logs import ILogGroup, LogGroup, RetentionDays
from aws_cdk.aws_s3 import IBucket
from constructs import Construct, IConstruct

from .arguments import check_interface, check_type
from .environments import check_region_of
from .findings import acknowledge, acknowledge_in_baselines, acknowledge_inline_policies, acknowledge_wildcard
from .handler_code import handler_code
from .key_grants import acknowledge_alias, grant_key
from .monitoring import alarm_on, metric_of_unserved_requests
from .older_cdk import latest_python_runtime
from .policies import acknowledge_wildcards, inline_policy, provider_statements, self_invoke_statement
from .provider_checks import (
    check_alarm_actions,
    check_concurrency,
    check_memory_size,
    check_runtime,
    check_security_groups,
    check_service_token,
    check_staging_bucket,
    check_vpc_options,
)
from .staging_bucket import StagingBucket, acknowledge_what_staging_needs
from .unknown_role import UnknownRole


class IPackageProvider(IConstruct, IGrantable, Protocol):
    """A provider that packages can use, and that can be granted to."""

    @property
    def service_token(self) -> str:
        """The ARN of the function, for ``ServiceToken`` in a template."""

    @property
    def role(self) -> IRole | None:
        """The role of the function, which gets the grants of the packages, or None where it is not known."""


@jsii.implements(IGrantable)
class PackageProvider(Construct):
    """The Lambda function that manages packages, with its role, its log group and its staging bucket.

    A stack's packages share the one that ``get_or_create`` makes. Make your own to choose its settings, or to share
    it between stacks::

        provider = PackageProvider(self, "Provider", vpc=vpc)
        Package(
            self,
            "Synonyms",
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_asset("dictionaries/synonyms.txt"),
            provider=provider,
        )

    To choose the settings of the stack's own provider, make it under its own id, before the first package::

        PackageProvider(self, PackageProvider.DEFAULT_ID, memory_size=512)

    Args:
        scope: The construct that the provider belongs to.
        id: The name of the construct within ``scope``. Another name makes another function, which CloudFormation
            refuses for packages that exist.
        log_group: Where the function logs. Default: a new group that keeps its entries for a month and is deleted
            with the stack.
        runtime: The runtime of the function, Python 3.11 or later. Default: the newest that is in every Region, as
            this version of the CDK knows it.
        memory_size: The memory of the function in MiB. Default: 256.
        vpc: The VPC that the function runs in, where it has to reach OpenSearch Service, S3, Lambda and
            CloudFormation's response URLs. Default: the function runs outside of any VPC.
        vpc_subnets: The subnets of ``vpc`` to run in. Default: its private subnets.
        security_groups: The security groups of the function in ``vpc``. Default: a new one.
        role: The role of the function, which has to trust Lambda. It gets the policies that the provider needs, unless
            it is imported as immutable. Default: a new one without managed policies.
        staging_bucket: Where objects are copied that the service may not be able to read as they are; the copies are
            encrypted with keys of S3 (SSE-S3). It must belong to the account that the CDK knows for it. Default: a new
            one, which keeps a copy for a day at most.
        reserved_concurrent_executions: How many invocations of the function may run at the same time, at least 1; the
            others wait in Lambda's queue. Default: as many as the account allows.
        on_failure: Where Lambda sends a request that could not be served in three deliveries. Default: nowhere.
        environment_encryption: The key that encrypts the environment variables of the function. Default: a key that
            AWS manages.
        tracing: Whether X-Ray traces the function. Default: it does not.

    Raises:
        TypeError: An option is of another type.
        ValueError: An option is wrong in a way that is known at synthesis; the message says what to change.

    Attributes:
        DEFAULT_ID: The name of the stack's own provider. It never changes between releases, nor do the names below
            it: CloudFormation cannot change the ``ServiceToken`` of a custom resource, so another logical id of the
            function would break every stack that has a package.
        function: The function.
        role: The role of the function.
        staging_bucket: The bucket for copies.
    """

    DEFAULT_ID: ClassVar[str] = "OpenSearchPackageProvider"

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
        reserved_concurrent_executions: int | None = None,
        on_failure: IDestination | None = None,
        environment_encryption: IKey | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        _check_default_id(scope, id)
        super().__init__(scope, id)
        check_interface("log_group", log_group, ("log_group_arn", "log_group_name"), "a log group")
        check_type("runtime", runtime, Runtime, "a Runtime, such as Runtime.PYTHON_3_13")
        check_memory_size(memory_size)
        check_interface("vpc", vpc, ("vpc_id", "select_subnets"), "a VPC")
        check_type("vpc_subnets", vpc_subnets, SubnetSelection, "a SubnetSelection")
        check_security_groups(security_groups)
        check_vpc_options(vpc, vpc_subnets, security_groups)
        check_interface("role", role, ("role_arn", "attach_inline_policy"), "a role")
        check_interface("staging_bucket", staging_bucket, ("bucket_name", "arn_for_objects"), "a bucket")
        check_concurrency(reserved_concurrent_executions)
        check_interface("on_failure", on_failure, ("bind",), "a destination, such as SqsDestination(queue)")
        check_interface("environment_encryption", environment_encryption, ("key_arn", "grant"), "a key of KMS")
        check_type("tracing", tracing, Tracing, "a Tracing, such as Tracing.ACTIVE")
        if runtime is not None:
            check_runtime(runtime)
        for option, resource in (("log_group", log_group), ("environment_encryption", environment_encryption)):
            if resource is not None:
                check_region_of(option, resource, self)
        if staging_bucket is not None:
            check_staging_bucket(self, staging_bucket)
            acknowledge_what_staging_needs(staging_bucket)
        log_group = log_group or LogGroup(
            self, "LogGroup", retention=RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        self.role: IRole = role or Role(self, "Role", assumed_by=ServicePrincipal("lambda.amazonaws.com"))
        self.staging_bucket: IBucket = staging_bucket or StagingBucket(self, "StagingBucket")
        statements = provider_statements(log_group, self.staging_bucket, in_vpc=vpc is not None)
        if environment_encryption is not None:
            statements.extend(grant_key(self, environment_encryption, self, ["kms:Decrypt"]))
        policy = inline_policy(self, "Policy", self.role, statements)
        if environment_encryption is not None:
            acknowledge_alias(policy, environment_encryption)
        acknowledge_wildcards(policy, log_group, self.staging_bucket)
        self.function = Function(
            self,
            "Function",
            description="Creates, updates and deletes packages of Amazon OpenSearch Service",
            code=handler_code(),
            handler="lambda_handler.index.handler",
            runtime=runtime or latest_python_runtime(self),
            memory_size=memory_size,
            timeout=Duration.minutes(15),
            # Lambda delivers a failed request again, but none that CloudFormation has given up.
            retry_attempts=2,
            max_event_age=Duration.hours(1),
            environment={"STAGING_BUCKET": self.staging_bucket.bucket_name},
            log_group=log_group,
            # Each line then says whose it is: the handler adds the stack, the resource and the request.
            logging_format=LoggingFormat.JSON,
            role=self.role,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            reserved_concurrent_executions=reserved_concurrent_executions,
            on_failure=on_failure,
            environment_encryption=environment_encryption,
            tracing=tracing,
        )
        if runtime is None:
            reason = "It is the newest runtime that is in every Region; `runtime` chooses another."
            acknowledge(self.function, "AwsSolutions-L1", reason)
        if on_failure is not None:
            acknowledge_in_baselines(
                self.function,
                "LambdaDLQ",
                "The destination `on_failure` takes its place, and is told what went wrong besides the event.",
            )
        # What the function's options need goes into a policy that the CDK makes.
        acknowledge_inline_policies(self.role)
        if tracing is not None:
            acknowledge_wildcard(self.role, "*", "X-Ray's actions cannot be limited to a resource.")
        # Lambda refuses a function in a VPC whose role may not make network interfaces.
        self.function.node.add_dependency(policy)
        # A policy of its own: it names the function, which depends on the other one. Custom resources depend on both.
        inline_policy(self, "SelfInvokePolicy", self.role, [self_invoke_statement(self.function)])

    @staticmethod
    def get_or_create(scope: Construct) -> "PackageProvider":
        """Returns the stack's own provider, under its ``DEFAULT_ID``; a nested stack has its own.

        Args:
            scope: Any construct of the stack.
        """
        stack = Stack.of(scope)
        found = stack.node.try_find_child(PackageProvider.DEFAULT_ID)
        if found is None:
            return PackageProvider(stack, PackageProvider.DEFAULT_ID)
        if not isinstance(found, PackageProvider):
            raise TypeError(
                f"'{PackageProvider.DEFAULT_ID}' is the id of the stack's own PackageProvider, got {found.node.path} "
                f"of type {type(found).__name__}; give that construct another id"
            )
        return found

    @staticmethod
    def from_service_token(
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        service_token: str,
        role: IRole | None = None,
    ) -> IPackageProvider:
        """Uses a provider that exists, of another app or of a plain template.

        Args:
            scope: The construct that the reference belongs to.
            id: The name of the reference within ``scope``.
            service_token: The service token of the provider, the ARN of its function.
            role: The role of its function, which then gets the grants that packages need. Default: not known, so
                nothing is granted, and a warning at synthesis shows each statement that the role needs.

        Raises:
            TypeError: An argument is of another type.
            ValueError: ``service_token`` cannot be the ARN of a function.
        """
        check_service_token(service_token)
        check_interface("role", role, ("role_arn", "attach_inline_policy"), "a role")
        return _ImportedProvider(scope, id, service_token, role)

    def metric_unserved_requests(self) -> Metric:
        """Returns the metric of requests that could not be served: Lambda's ``AsyncEventsDropped``, as a sum.

        CloudFormation hears nothing of such a request and waits until its ``ServiceTimeout``. What a request that was
        served but failed has met is in its reason, in the events of the stack.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
        """
        return metric_of_unserved_requests(self.function)

    def alarm_on_unserved_requests(self, actions: Sequence[IAlarmAction]) -> Alarm:
        """Makes an alarm that goes off when a request could not be served. By default there is none.

        Args:
            actions: What the alarm does, such as ``SnsAction(topic)``. At least one.

        Raises:
            TypeError: ``actions`` is no list of alarm actions.
            ValueError: ``actions`` is empty: nobody would hear of it.
        """
        check_alarm_actions(actions)
        return alarm_on(self, "UnservedRequests", self.metric_unserved_requests(), actions)

    @property
    def service_token(self) -> str:
        """The ARN of the function, for ``ServiceToken`` in a template."""
        return self.function.function_arn

    @property
    def grant_principal(self) -> IPrincipal:
        """The principal of the function's role, so that a provider can be granted to."""
        return self.role.grant_principal


def _check_default_id(scope: Construct, construct_id: str) -> None:
    if construct_id != PackageProvider.DEFAULT_ID or not Construct.is_construct(scope):
        return
    if isinstance(scope.node.try_find_child(construct_id), PackageProvider):
        raise ValueError(
            f"'{construct_id}' is there already, made for a package that names no provider; make it before the first "
            "package of the stack"
        )


@jsii.implements(IGrantable)
class _ImportedProvider(Construct):
    def __init__(self, scope: Construct, construct_id: str, service_token: str, role: IRole | None) -> None:
        super().__init__(scope, construct_id)
        self.service_token = service_token
        self.role = role
        self._principal = role.grant_principal if role else UnknownRole(self)

    # A property of the class: the CDK does not see an attribute of the object.
    @property
    def grant_principal(self) -> IPrincipal:
        return self._principal
