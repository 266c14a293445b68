from typing import Any

import pytest
from aws_cdk import App, Fn, NestedStack, Stack, Stage, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Annotations, Match, Template
from aws_cdk.aws_lambda import Runtime, Tracing
from aws_cdk.aws_lambda_destinations import SqsDestination
from cdk_nag import AwsSolutionsChecks

from cdk_opensearch_packages import IPackageProvider, PackageProvider, PackageSource
from tests.unit.infrastructure.stacks import (
    PROVIDER_ARN,
    dictionary,
    existing_provider,
    granted_in,
    granted_provider,
    new_stack,
    resources_of,
    the_only,
    warnings_of,
)

# CloudFormation cannot change a ServiceToken: whoever changes one of these breaks every stack that has a package.
LOGICAL_IDS = {
    "OpenSearchPackageProviderFunction71C8424A": "AWS::Lambda::Function",
    "OpenSearchPackageProviderFunctionEventInvokeConfig0590D0DB": "AWS::Lambda::EventInvokeConfig",
    "OpenSearchPackageProviderSelfInvokePolicy6F5498D9": "AWS::IAM::Policy",
    "OpenSearchPackageProviderLogGroupBD161F6A": "AWS::Logs::LogGroup",
    "OpenSearchPackageProviderPolicy15B8EDE4": "AWS::IAM::Policy",
    "OpenSearchPackageProviderRoleE2191E52": "AWS::IAM::Role",
    "OpenSearchPackageProviderStagingBucket3EDA2C1B": "AWS::S3::Bucket",
    "OpenSearchPackageProviderStagingBucketPolicy2EE4600E": "AWS::S3::BucketPolicy",
}
# What a stack adds to it for its packages.
PACKAGE_POLICY = "OpenSearchPackagePolicybc8dac7aPolicy2646ACCA"


@pytest.fixture(scope="module")
def stack() -> Stack:
    """A stack with nothing but the default provider."""
    stack = new_stack()
    PackageProvider.get_or_create(stack)
    return stack


def policies_of(stack: Stack) -> tuple[Any, Any]:
    """The policy that lets the function invoke itself, and the one with everything else: name and resource."""
    policies = resources_of(stack, "AWS::IAM::Policy")
    assert len(policies) == 2
    self_invoke, other = sorted(policies.items(), key=lambda item: "SelfInvoke" not in item[0])
    return self_invoke, other


def statements_of(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = policies_of(stack)[1][1]["Properties"]["PolicyDocument"]["Statement"]
    return found


def test_the_logical_ids_of_the_default_provider_never_change(stack: Stack) -> None:
    resources = Template.from_stack(stack).to_json()["Resources"]

    assert {name: resource["Type"] for name, resource in resources.items()} == LOGICAL_IDS


def test_a_stack_has_one_default_provider(stack: Stack) -> None:
    assert PackageProvider.get_or_create(stack) is PackageProvider.get_or_create(stack)
    assert PackageProvider.get_or_create(stack).node.path == "Stack/OpenSearchPackageProvider"


def test_a_nested_stack_has_its_own_default_provider() -> None:
    parent = new_stack()
    nested = NestedStack(parent, "Nested")

    assert PackageProvider.get_or_create(nested) is not PackageProvider.get_or_create(parent)


def test_the_function_runs_the_handler_and_has_time_and_retries(stack: Stack) -> None:
    function = the_only(stack, "AWS::Lambda::Function")["Properties"]

    assert function["Handler"] == "lambda_handler.index.handler"
    assert function["Runtime"] == Runtime.determine_latest_python_runtime(stack).name
    assert function["Timeout"] == 900
    assert function["MemorySize"] == 256
    assert list(function["Environment"]["Variables"]) == ["STAGING_BUCKET"]
    assert "FunctionName" not in function
    invocations = the_only(stack, "AWS::Lambda::EventInvokeConfig")["Properties"]
    assert (invocations["MaximumRetryAttempts"], invocations["MaximumEventAgeInSeconds"]) == (2, 3600)


def test_the_role_may_do_what_the_handler_does_and_nothing_else(stack: Stack) -> None:
    (bucket,) = resources_of(stack, "AWS::S3::Bucket")
    (log_group,) = resources_of(stack, "AWS::Logs::LogGroup")
    bucket_arn = {"Fn::GetAtt": [bucket, "Arn"]}
    of_this_account = {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}

    assert statements_of(stack) == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
        {
            "Effect": "Allow",
            "Action": [
                "es:CreatePackage",
                "es:DeletePackage",
                "es:DescribePackages",
                "es:GetPackageVersionHistory",
                "es:ListDomainsForPackage",
                "es:UpdatePackage",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:PutObject"],
            "Resource": {"Fn::Join": ["", [bucket_arn, "/*"]]},
            "Condition": of_this_account,
        },
        {"Effect": "Allow", "Action": "s3:ListBucketVersions", "Resource": bucket_arn, "Condition": of_this_account},
    ]
    (function,) = resources_of(stack, "AWS::Lambda::Function")
    assert policies_of(stack)[0][1]["Properties"]["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": {"Fn::GetAtt": [function, "Arn"]}}
    ]
    role = the_only(stack, "AWS::IAM::Role")["Properties"]
    assert list(role) == ["AssumeRolePolicyDocument"]


def test_the_log_is_kept_for_a_month_and_goes_with_the_stack(stack: Stack) -> None:
    log_group = the_only(stack, "AWS::Logs::LogGroup")

    assert log_group["Properties"] == {"RetentionInDays": 30}
    assert log_group["DeletionPolicy"] == "Delete"
    function = the_only(stack, "AWS::Lambda::Function")["Properties"]
    assert function["LoggingConfig"] == {
        "LogFormat": "JSON",
        "LogGroup": {"Ref": "OpenSearchPackageProviderLogGroupBD161F6A"},
    }


def test_copies_are_private_encrypted_by_s3_and_gone_after_a_day(stack: Stack) -> None:
    bucket = the_only(stack, "AWS::S3::Bucket")

    assert bucket["DeletionPolicy"] == "Delete"
    assert bucket["Properties"] == {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    "ExpirationInDays": 1,
                    "Status": "Enabled",
                }
            ]
        },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    }
    policy = the_only(stack, "AWS::S3::BucketPolicy")["Properties"]["PolicyDocument"]["Statement"]
    assert [(statement["Effect"], statement["Condition"]) for statement in policy] == [
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    ]


def test_everything_of_the_provider_outlives_its_packages() -> None:
    stack = new_stack()
    dictionary(stack)

    (package,) = resources_of(stack, "Custom::OpenSearchPackage").values()
    assert set(package["DependsOn"]) == {*LOGICAL_IDS, PACKAGE_POLICY}


def test_every_setting_of_a_provider_of_ones_own_is_taken() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["eu-west-1a"],
        private_subnet_ids=["subnet-private"],
        isolated_subnet_ids=["subnet-isolated"],
    )
    provider = PackageProvider(
        stack,
        "Provider",
        log_group=logs.LogGroup.from_log_group_name(stack, "Logs", "logs"),
        runtime=Runtime.PYTHON_3_12,
        memory_size=512,
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")],
        role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
        staging_bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "staging"),
    )

    function = the_only(stack, "AWS::Lambda::Function")["Properties"]
    assert function["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": "logs"}
    assert function["Runtime"] == "python3.12"
    assert function["MemorySize"] == 512
    assert function["VpcConfig"] == {"SubnetIds": ["subnet-isolated"], "SecurityGroupIds": ["sg-1"]}
    assert function["Environment"] == {"Variables": {"STAGING_BUCKET": "staging"}}
    assert function["Role"] == stack.resolve(provider.role.role_arn)
    types = {resource["Type"] for resource in Template.from_stack(stack).to_json()["Resources"].values()}
    assert types == {"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Lambda::Function", "AWS::Lambda::EventInvokeConfig"}
    assert "arn:aws:" not in str(Template.from_stack(stack).to_json())


def test_what_security_baselines_ask_for_can_be_set() -> None:
    stack = new_stack()
    queue = sqs.Queue.from_queue_arn(stack, "Queue", "arn:aws:sqs:eu-west-1:123456789012:failed")
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc")
    PackageProvider(
        stack,
        "Provider",
        reserved_concurrent_executions=2,
        on_failure=SqsDestination(queue),
        environment_encryption=key,
        tracing=Tracing.ACTIVE,
    )

    function = the_only(stack, "AWS::Lambda::Function")["Properties"]
    assert function["ReservedConcurrentExecutions"] == 2
    assert function["KmsKeyArn"] == key.key_arn
    assert function["TracingConfig"] == {"Mode": "Active"}
    invocations = the_only(stack, "AWS::Lambda::EventInvokeConfig")["Properties"]
    assert invocations["DestinationConfig"] == {"OnFailure": {"Destination": queue.queue_arn}}
    policies = resources_of(stack, "AWS::IAM::Policy").values()
    statements = [one for policy in policies for one in policy["Properties"]["PolicyDocument"]["Statement"]]
    allowed = {str(statement["Action"]): statement["Resource"] for statement in statements}
    assert allowed["kms:Decrypt"] == key.key_arn
    assert any("sqs:SendMessage" in actions for actions in allowed)
    assert any("xray:PutTraceSegments" in actions for actions in allowed)


def test_what_can_be_set_passes_cdk_nag() -> None:
    app = App()
    stack = Stack(app, "Stack")
    key = kms.Alias.from_alias_name(stack, "Key", "alias/environment")
    provider = PackageProvider(stack, "Provider", environment_encryption=key, tracing=Tracing.ACTIVE)
    bucket_key = kms.Alias.from_alias_name(stack, "BucketKey", "alias/sources")
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="sources", encryption_key=bucket_key)
    dictionary(stack, source=PackageSource.from_bucket(bucket, "words.txt"), provider=provider)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))

    Template.from_stack(stack)


@pytest.mark.parametrize("options", [{"versioned": True}, {"object_lock_enabled": True}])
def test_a_bucket_for_copies_that_keeps_versions_is_a_warning(options: dict[str, Any]) -> None:
    stack = new_stack()
    PackageProvider(stack, "Provider", staging_bucket=s3.Bucket(stack, "Bucket", **options))

    (told,) = warnings_of(stack)
    assert told.startswith("'staging_bucket' keeps versions: copies are removed with all of them, but one")


@pytest.mark.parametrize("encryption", [s3.BucketEncryption.KMS_MANAGED, s3.BucketEncryption.KMS])
def test_a_bucket_for_copies_with_keys_of_kms_is_a_warning(encryption: s3.BucketEncryption) -> None:
    stack = new_stack()
    PackageProvider(stack, "Provider", staging_bucket=s3.Bucket(stack, "Bucket", encryption=encryption))

    (told,) = warnings_of(stack)
    assert told.startswith("'staging_bucket' encrypts with a key of KMS")


def test_a_bucket_for_copies_that_is_neither_is_no_warning() -> None:
    stack = new_stack()
    PackageProvider(stack, "Plain", staging_bucket=s3.Bucket(stack, "Bucket"))
    PackageProvider(stack, "Imported", staging_bucket=s3.Bucket.from_bucket_name(stack, "Named", "staging"))

    assert warnings_of(stack) == []


def in_ireland(stack: Stack) -> dict[str, Any]:
    """Resources of another Region than us-east-1."""
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111111111111:key/abc")
    log_group = logs.LogGroup.from_log_group_arn(stack, "L", "arn:aws:logs:eu-west-1:111111111111:log-group:logs:*")
    return {
        "staging_bucket": s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="staging", region="eu-west-1"),
        "environment_encryption": key,
        "log_group": log_group,
    }


@pytest.mark.parametrize("option", ["staging_bucket", "environment_encryption", "log_group"])
def test_what_is_in_another_region_is_an_error(option: str) -> None:
    stack = Stack(App(), "Stack", env={"region": "us-east-1", "account": "111111111111"})
    message = f"'{option}' must be in the stack's Region us-east-1, got one in eu-west-1"
    with pytest.raises(ValueError, match=message):
        PackageProvider(stack, "Provider", **{option: in_ireland(stack)[option]})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"memory_size": 64}, "'memory_size' must be from 128 to 10,240 MiB, got 64"),
        ({"memory_size": 10_241}, "'memory_size' must be from 128 to 10,240 MiB, got 10241"),
        ({"reserved_concurrent_executions": 0}, "'reserved_concurrent_executions' must be at least 1, got 0"),
        ({"vpc_subnets": ec2.SubnetSelection(one_per_az=True)}, "'vpc_subnets' needs 'vpc', got it without"),
        ({"security_groups": []}, "'security_groups' needs 'vpc', got it without"),
    ],
)
def test_a_setting_that_cannot_work_is_an_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PackageProvider(new_stack(), "Provider", **options)


@pytest.mark.parametrize(
    "token",
    [
        "my-provider",
        "arn:aws:sns:eu-west-1:123456789012:topic",
        "arn:aws:lambda:eu-west-1:123456789012:layer:my-layer:1",
        "arn:aws:lambda:eu-west-1::function:provider",
        "arn:aws:lambda:eu-west-1:123456789012:function:",
        f"{PROVIDER_ARN}\n",
        "",
    ],
)
def test_what_cannot_be_the_arn_of_a_function_is_no_service_token(token: str) -> None:
    message = "'service_token' must be the ARN of the provider's function, such as 'arn:aws:lambda:.*', got"
    with pytest.raises(ValueError, match=message):
        PackageProvider.from_service_token(new_stack(), "Provider", token)


@pytest.mark.parametrize(
    "token",
    [
        "arn:aws-cn:lambda:cn-north-1:123456789012:function:provider",
        "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:provider:live",
        f"{PROVIDER_ARN}:$LATEST",
        Fn.import_value("provider-ServiceToken"),
    ],
)
def test_the_arn_of_a_function_in_any_partition_is_a_service_token(token: str) -> None:
    stack = new_stack()
    dictionary(stack, provider=PackageProvider.from_service_token(stack, "Provider", token))

    assert the_only(stack, "Custom::OpenSearchPackage")["Properties"]["ServiceToken"] == stack.resolve(token)


def test_a_service_token_of_another_region_is_an_error() -> None:
    stack = Stack(App(), "Stack", env={"region": "us-east-1", "account": "123456789012"})
    with pytest.raises(ValueError, match="'provider' must be in the stack's Region us-east-1, got one in eu-west-1"):
        dictionary(stack, provider=existing_provider(stack))


def test_a_service_token_of_another_account_is_a_warning_that_says_where_packages_are_made() -> None:
    stack = Stack(App(), "Stack", env={"region": "eu-west-1", "account": "210987654321"})
    dictionary(stack, provider=granted_provider(stack))

    (told,) = warnings_of(stack)
    assert told.startswith("'provider' is in the account 123456789012, so packages are made and associated there")


def test_a_provider_of_another_account_of_the_app_is_an_error() -> None:
    app = App()
    there = Stack(app, "There", env={"region": "eu-west-1", "account": "111111111111"})
    here = Stack(app, "Here", env={"region": "eu-west-1", "account": "222222222222"})
    with pytest.raises(ValueError, match="'provider' must be in the stack's account 222222222222, got one in 1111"):
        dictionary(here, provider=PackageProvider(there, "Provider"))


def test_the_stack_s_own_provider_cannot_be_customised_once_it_is_there() -> None:
    stack = new_stack()
    dictionary(stack)
    with pytest.raises(ValueError, match=r"is there already, .*; make it before the first package of the stack"):
        PackageProvider(stack, PackageProvider.DEFAULT_ID, memory_size=512)


def test_another_construct_under_the_id_of_the_stack_s_own_provider_is_an_error() -> None:
    stack = new_stack()
    s3.Bucket(stack, PackageProvider.DEFAULT_ID)
    with pytest.raises(TypeError, match="'OpenSearchPackageProvider' is the id of the stack's own PackageProvider"):
        dictionary(stack)


def test_a_function_in_a_vpc_may_make_its_network_interfaces_before_it_is_made() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-west-1a"], private_subnet_ids=["subnet-1"]
    )
    PackageProvider(stack, "Provider", vpc=vpc)

    assert statements_of(stack)[-1] == {
        "Effect": "Allow",
        "Action": [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ],
        "Resource": "*",
    }
    assert "ManagedPolicyArns" not in the_only(stack, "AWS::IAM::Role")["Properties"]
    (self_invoke, _), (policy, _) = policies_of(stack)
    assert policy in the_only(stack, "AWS::Lambda::Function")["DependsOn"]
    assert self_invoke not in the_only(stack, "AWS::Lambda::Function")["DependsOn"], "it would be a cycle"


def test_a_role_that_must_not_change_is_left_alone() -> None:
    stack = new_stack()
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/provider", mutable=False)
    dictionary(stack, provider=PackageProvider(stack, "Provider", role=role))

    assert resources_of(stack, "AWS::IAM::Policy") == {}


def test_a_role_that_is_imported_gets_the_policies() -> None:
    stack = new_stack()
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/provider")
    PackageProvider(stack, "Provider", role=role)

    assert [policy["Properties"]["Roles"] for _, policy in policies_of(stack)] == [["provider"], ["provider"]]


def test_a_provider_can_be_granted_to() -> None:
    stack = new_stack()
    provider = PackageProvider(stack, "Provider")
    s3.Bucket(stack, "Bucket").grant_read(provider)

    assert len(resources_of(stack, "AWS::IAM::Policy")) == 3


def test_the_service_token_is_the_function() -> None:
    stack = new_stack()
    provider = PackageProvider(stack, "Provider")

    (function,) = resources_of(stack, "AWS::Lambda::Function")
    assert stack.resolve(provider.service_token) == {"Fn::GetAtt": [function, "Arn"]}


def test_an_existing_provider_adds_nothing_to_the_template() -> None:
    stack = new_stack()
    provider: IPackageProvider = existing_provider(stack)
    dictionary(stack, provider=provider)

    assert provider.service_token == PROVIDER_ARN
    assert {resource["Type"] for resource in Template.from_stack(stack).to_json()["Resources"].values()} == {
        "Custom::OpenSearchPackage"
    }


def test_the_role_of_an_existing_provider_gets_the_grants_where_it_is_given() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Bucket")
    provider = granted_provider(stack)
    dictionary(stack, source=PackageSource.from_bucket(bucket, "words.txt"), provider=provider)
    bucket.grant_read(provider)

    policies = resources_of(stack, "AWS::IAM::Policy")
    assert [policy["Properties"]["Roles"] for policy in policies.values()] == [["provider"], ["provider"]]
    assert list(granted_in(stack)) == ["ReadObjects"]
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []


def test_an_existing_provider_whose_role_is_not_known_says_what_to_grant() -> None:
    stack = new_stack()
    provider = existing_provider(stack)
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "sources")
    for key in ("first.txt", "second.txt"):
        dictionary(stack, key, source=PackageSource.from_bucket(bucket, key), provider=provider)
    bucket.grant_read(provider)

    warnings = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    told = [str(warning.entry.data) for warning in warnings]
    assert all(
        text.startswith("nothing was granted, because the role of this provider is not known: add this statement")
        for text in told
    )
    assert all(warning.id == "/Stack/Provider" for warning in warnings)
    of_packages, of_the_stack, of_the_bucket = (
        next(text for text in told if part in text) for part in ("ReadObjects", "DescribeStack", "s3:List*")
    )
    assert "first.txt" in of_packages
    assert "second.txt" in of_packages
    assert "cloudformation:DescribeStackResource" in of_the_stack
    assert "s3:GetObject*" in of_the_bucket
    assert len(told) == 3


def test_where_a_bucket_of_another_account_has_to_name_the_role_its_absence_is_an_error() -> None:
    stack = Stack(App(), "Stack", env={"account": "123456789012", "region": "eu-west-1"})
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="sources", account="210987654321")
    with pytest.raises(RuntimeError, match=r"the role of the provider 'Stack/Provider'.* give it as 'role'"):
        bucket.grant_read(existing_provider(stack))

    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/provider")
    bucket.grant_read(PackageProvider.from_service_token(stack, "Known", PROVIDER_ARN, role))
    assert len(resources_of(stack, "AWS::IAM::Policy")) == 1


def test_the_stack_s_own_provider_can_be_customised() -> None:
    stack = new_stack()
    provider = PackageProvider(stack, PackageProvider.DEFAULT_ID, memory_size=512)
    dictionary(stack)

    assert PackageProvider.get_or_create(stack) is provider
    assert the_only(stack, "AWS::Lambda::Function")["Properties"]["MemorySize"] == 512
    assert set(LOGICAL_IDS) < set(Template.from_stack(stack).to_json()["Resources"])


def test_an_app_that_is_deployed_in_two_stages_has_two_providers() -> None:
    app = App()
    providers = [PackageProvider.get_or_create(Stack(app, name)) for name in ("Beta", "Production")]

    assert providers[0] is not providers[1]


@pytest.mark.parametrize("runtime", [Runtime.PYTHON_3_9, Runtime.PYTHON_3_10, Runtime.NODEJS_20_X])
def test_a_runtime_that_cannot_load_the_handler_is_refused(runtime: Runtime) -> None:
    with pytest.raises(ValueError, match=f"'runtime' must be Python 3.11 or later, got '{runtime.name}'"):
        PackageProvider(new_stack(), "Provider", runtime=runtime)


def test_the_grants_for_a_shared_provider_have_the_same_id_in_every_stage() -> None:
    ids = []
    for name in ("Beta", "Prod"):
        stage = Stage(App(), name)
        provider = PackageProvider(Stack(stage, "Platform"), "Provider")
        shop = Stack(stage, "Shop")
        bucket = s3.Bucket.from_bucket_name(shop, "Bucket", "sources")
        dictionary(shop, source=PackageSource.from_bucket(bucket, "words.txt"), provider=provider)
        ids.append(list(resources_of(shop, "AWS::IAM::Policy")))
    assert ids[0] == ids[1]
