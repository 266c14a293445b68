"""What the packs of cdk-nag for security baselines find in a provider and its policies."""

import re
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda import Tracing
from aws_cdk.aws_lambda_destinations import SqsDestination
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R4Checks,
    NIST80053R5Checks,
    PCIDSS321Checks,
)

from cdk_opensearch_packages import PackageProvider
from tests.unit.infrastructure.stacks import association, dictionary, existing_domain

PACKS = (AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks)
DOCS = Path(__file__).parents[3] / "SECURITY.md"
# What an option of the provider answers.
LEFT_BY_DEFAULT = {"CloudWatchLogGroupEncrypted", "LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC"}


def rules_broken_by(app: App) -> set[str]:
    """The rules that find fault with the app, without the names of their packs."""
    for pack in PACKS:
        Validations.of(app).add_plugins(pack(app))
    try:
        app.synth()
    except RuntimeError as refused:
        found = re.findall(r"Acknowledge with '[^']*-(\w+)'", str(refused))
        if not found:
            raise
        return set(found)
    return set()


def everything_of(stack: Stack, foundation: Stack) -> PackageProvider:
    """A provider with every option that a baseline asks for; what they name is in a stack of its own."""
    return PackageProvider(
        stack,
        "Provider",
        log_group=logs.LogGroup.from_log_group_name(foundation, "Logs", "encrypted"),
        vpc=ec2.Vpc.from_vpc_attributes(
            foundation, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
        ),
        security_groups=[ec2.SecurityGroup.from_security_group_id(foundation, "Group", "sg-1")],
        reserved_concurrent_executions=2,
        on_failure=SqsDestination(
            sqs.Queue.from_queue_arn(foundation, "Queue", "arn:aws:sqs:eu-west-1:123456789012:q")
        ),
        environment_encryption=kms.Key.from_key_arn(foundation, "Key", "arn:aws:kms:eu-west-1:123456789012:key/k"),
        tracing=Tracing.ACTIVE,
    )


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def stack(app: App) -> Stack:
    return Stack(app, "Stack", env={"region": "eu-west-1", "account": "123456789012"})


def test_nothing_is_left_of_a_provider_with_all_its_options(app: App, stack: Stack) -> None:
    foundation = Stack(app, "Foundation", env={"region": "eu-west-1", "account": "123456789012"})
    provider = everything_of(stack, foundation)
    package = dictionary(stack, provider=provider)
    association(stack, domain=existing_domain(stack), packages=[package], provider=provider)

    assert rules_broken_by(app) == set()


def test_of_the_default_provider_the_options_are_left_and_nothing_else(app: App, stack: Stack) -> None:
    association(stack, domain=existing_domain(stack), packages=[dictionary(stack)])

    assert rules_broken_by(app) == LEFT_BY_DEFAULT


def test_a_bucket_for_copies_need_not_be_what_copies_must_not_be(app: App, stack: Stack) -> None:
    logged = s3.Bucket.from_bucket_name(stack, "Logged", "access-logs")
    bucket = s3.Bucket(
        stack,
        "Bucket",
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        server_access_logs_bucket=logged,
    )
    PackageProvider(stack, "Provider", staging_bucket=bucket)

    broken = rules_broken_by(app) - LEFT_BY_DEFAULT
    assert {rule for rule in broken if rule.startswith("S3")} == set()


@pytest.mark.parametrize("rule", sorted(LEFT_BY_DEFAULT))
def test_the_docs_say_which_option_answers_a_rule(rule: str) -> None:
    assert re.search(rf"`{rule}`.*\|.*`\w+`", DOCS.read_text(encoding="utf-8"))


def test_a_finding_would_be_seen(app: App, stack: Stack) -> None:
    s3.Bucket(stack, "Bucket")

    assert "S3BucketVersioningEnabled" in rules_broken_by(app)
