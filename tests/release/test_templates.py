"""The templates for plain CloudFormation: readable, checked, and no wider than what the constructs deploy."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cfnlint.api
import cfnlint.config
import cfnlint.decode
import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from aws_cdk.aws_ec2 import Vpc
from aws_cdk.aws_iam import Role
from aws_cdk.aws_kms import Key
from aws_cdk.aws_opensearchservice import Domain
from aws_cdk.aws_s3 import Bucket

from cdk_opensearch_packages import (
    AssociatedPackage,
    Package,
    PackageAssociation,
    PackageProvider,
    PackageSource,
    PackageType,
)
from release.template.tidy import tidy
from release.template.yaml_text import template_text

TEMPLATES = Path(__file__).parents[2] / "templates"
LINT = cfnlint.config.ManualArgs(regions=["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"])


def read(name: str) -> dict[str, Any]:
    template, problems = cfnlint.decode.decode(str(TEMPLATES / name))
    assert not problems
    found: dict[str, Any] = json.loads(json.dumps(template))
    return found


PROVIDER = read("provider.yaml")
EXAMPLE = read("example.yaml")


def statements(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What its policies allow, also where a condition decides."""
    found = []
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            found += resource["Properties"]["PolicyDocument"]["Statement"]
    return [one["Fn::If"][1] if "Fn::If" in one else one for one in found]


def conditions(template: Mapping[str, Any]) -> dict[tuple[str, ...], str]:
    """Under what conditions the template allows which actions."""
    return {
        tuple(sorted([one["Action"]] if isinstance(one["Action"], str) else one["Action"])): re.sub(
            r"\$\{(.*?)\}", r"\1", json.dumps(one.get("Condition", {}), sort_keys=True)
        )
        for one in statements(template)
    }


@pytest.mark.parametrize("name", ["provider.yaml", "example.yaml"])
def test_cfn_lint_finds_nothing(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert [f"{one.rule.id} {one.message}" for one in cfnlint.api.lint(text, config=LINT)] == []


@pytest.mark.parametrize("name", ["provider.yaml", "example.yaml"])
def test_nothing_of_the_cdk_is_in_the_way_of_a_reader(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert not re.search(r"cdk|bootstrap|asset|[0-9A-F]{8}|[0-9a-f]{16}", text, re.IGNORECASE)
    assert max(map(len, text.splitlines())) <= 130
    assert all(re.fullmatch(r"[A-Za-z]{4,20}", logical_id) for logical_id in read(name)["Resources"])


def test_every_parameter_says_what_it_is_what_it_takes_and_can_be_left_out() -> None:
    for name, parameter in PROVIDER["Parameters"].items():
        assert len(parameter["Description"]) > 20, name
        assert "Default" in parameter, name
        assert "AllowedValues" in parameter or {"AllowedPattern", "ConstraintDescription"} <= parameter.keys(), name
        if pattern := parameter.get("AllowedPattern"):
            assert re.fullmatch(pattern, parameter["Default"]), name


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("ObjectArns", "arn:aws:s3:::words/*", "arn:aws:s3:::words"),
        ("ObjectArns", "arn:aws-cn:s3:::words/de/synonyms.txt", "*"),
        ("ObjectKeyArns", "arn:aws:kms:eu-west-1:123456789012:key/mrk-1", "arn:aws:kms:eu-west-1:123456789012:alias/a"),
        ("PackageKeyArns", "arn:aws:kms:eu-west-1:123456789012:key/1a-2b", "1a-2b"),
        ("DomainArns", "arn:aws:es:eu-west-1:123456789012:domain/shop-search", "shop-search"),
        ("DomainArns", "arn:aws-us-gov:es:*:*:domain/shop-*", "*"),
        ("DomainArns", "arn:aws:es:*:123456789012:domain/*", "arn:aws:es:eu-west-1:123456789012:domain/shop/*"),
        ("KeyAccessRoleArns", "arn:aws:iam::123456789012:role/path/Keys@2", "arn:aws:iam::123456789012:role/*"),
        ("KeyAccessRoleArns", "arn:aws-cn:iam::123456789012:role/keys", "keys"),
        ("PermissionsBoundaryArn", "arn:aws:iam::123456789012:policy/path/team", "team"),
        ("PermissionsBoundaryArn", "arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws:iam::123456789012:role/team"),
        ("SubnetIds", "subnet-0a1b2c3d", "vpc-0a1b2c3d"),
        ("SecurityGroupIds", "sg-0a1b2c3d", "default"),
        ("StagingBucketName", "my-staging.bucket", "arn:aws:s3:::my-staging-bucket"),
    ],
)
def test_a_parameter_takes_what_it_describes(parameter: str, good: str, bad: str) -> None:
    pattern = PROVIDER["Parameters"][parameter]["AllowedPattern"]
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


def test_what_is_allowed_is_what_the_constructs_allow() -> None:
    stack = Stack(App(), "Stack")
    provider = PackageProvider(stack, "Provider", vpc=Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-0a1b2c3d", availability_zones=["a"], private_subnet_ids=["subnet-0a1b2c3d"]
    ))  # fmt: skip
    key = Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/1")
    bucket = Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="words", encryption_key=key)
    source = PackageSource.from_bucket(bucket, "words.txt", object_version="1")
    words = Package(
        stack, "Words", package_type=PackageType.TXT_DICTIONARY, source=source, encryption_key=key, provider=provider
    )
    arn = stack.format_arn(service="es", resource="domain", resource_name="shop")
    PackageAssociation(
        stack,
        "OnDomain",
        domain=Domain.from_domain_attributes(stack, "Domain", domain_arn=arn, domain_endpoint=""),
        packages=[AssociatedPackage(words, key_access_role=Role.from_role_name(stack, "Keys", "keys"))],
        provider=provider,
    )
    # The CDK joins what the template substitutes.
    joined = re.compile(r'\{"Fn::Join": \["", \["([\w-]+)\.", \{"Ref": "AWS::Region"\}, "\.\*"\]\]\}')
    by_the_cdk = {
        actions: joined.sub(r'{"Fn::Sub": "\1.AWS::Region.*"}', condition)
        for actions, condition in conditions(Template.from_stack(stack).to_json()).items()
    }
    in_the_template = conditions(PROVIDER)
    account = '{"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}'
    # The template's objects are always those of its own account; the constructs know the account of some buckets only.
    assert in_the_template.pop(("s3:GetObject", "s3:GetObjectVersion")) == account
    del by_the_cdk["s3:GetObject", "s3:GetObjectVersion"]
    assert in_the_template == by_the_cdk


def test_a_function_of_a_function_is_written_as_cloudformation_reads_it() -> None:
    value = {"Fn::ImportValue": {"Fn::Sub": "${Stack}-Token"}}
    text = template_text({"Outputs": {"Token": {"Value": value}}}, {"Outputs.Token": "What it is."})
    assert "  # What it is.\n  Token:\n" in text
    template, problems = cfnlint.decode.decode_str(text)
    assert not problems
    assert template["Outputs"]["Token"]["Value"] == value


def test_a_resource_without_a_place_in_the_template_is_noticed() -> None:
    with pytest.raises(ValueError, match="no place yet for Queue"):
        tidy({"Queue": {"Type": "AWS::SQS::Queue"}})


def test_only_what_iam_has_no_arns_for_is_allowed_on_everything() -> None:
    everywhere = [one for one in statements(PROVIDER) if one["Resource"] == "*"]
    assert {action.split(":")[0] for one in everywhere for action in one["Action"]} == {"es", "ec2"}


def test_what_is_left_out_is_not_in_the_stack() -> None:
    policy = PROVIDER["Resources"]["PackagePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    decided = {one["Fn::If"][1]["Resource"]["Ref"]: one["Fn::If"][0] for one in policy if "Fn::If" in one}
    assert decided == {
        "ObjectArns": "ReadsObjects",
        "ObjectKeyArns": "DecryptsObjects",
        "PackageKeyArns": "EncryptsPackages",
        "DomainArns": "ChangesDomains",
        "KeyAccessRoleArns": "PassesKeyAccessRoles",
    }
    no_value = {"Ref": "AWS::NoValue"}
    boundary = PROVIDER["Resources"]["Role"]["Properties"]["PermissionsBoundary"]
    assert boundary == {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, no_value]}
    network = {"SubnetIds": {"Ref": "SubnetIds"}, "SecurityGroupIds": {"Ref": "SecurityGroupIds"}}
    function = PROVIDER["Resources"]["Function"]["Properties"]
    assert function["VpcConfig"] == {"Fn::If": ["RunsInVpc", network, no_value]}
    assert {one.get("Condition") for name, one in PROVIDER["Resources"].items() if name.startswith("Staging")} == {
        "NeedsStagingBucket"
    }


def test_stacks_import_the_service_token_by_the_providers_name() -> None:
    assert PROVIDER["Outputs"]["ServiceToken"]["Export"]["Name"] == {"Fn::Sub": "${AWS::StackName}-ServiceToken"}
    tokens = [one["Properties"]["ServiceToken"] for one in EXAMPLE["Resources"].values()]
    assert tokens == [{"Fn::ImportValue": "opensearch-packages-ServiceToken"}] * 3


def test_by_default_no_domain_can_be_changed_and_the_example_has_none() -> None:
    assert (
        PROVIDER["Parameters"]["DomainArns"]["Default"] == PROVIDER["Parameters"]["KeyAccessRoleArns"]["Default"] == ""
    )
    assert EXAMPLE["Parameters"]["DomainName"]["Default"] == ""
    assert EXAMPLE["Conditions"] == {"HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": "DomainName"}, ""]}]}}
    about_the_domain = [
        *(one for one in EXAMPLE["Resources"].values() if one["Type"] == "Custom::OpenSearchPackageAssociation"),
        *(one for one in EXAMPLE["Outputs"].values() if "ShopPackages" in json.dumps(one["Value"])),
    ]
    assert [one["Condition"] for one in about_the_domain] == ["HasDomain"] * 4


def test_the_example_puts_a_new_version_onto_the_domain() -> None:
    shop = EXAMPLE["Resources"]["ShopPackages"]["Properties"]
    assert shop["Packages"] == [
        {"PackageID": {"Ref": name}, "PackageVersion": {"Fn::GetAtt": [name, "PackageVersion"]}}
        for name in ("Synonyms", "Stopwords")
    ]
    assert shop["DomainName"] == {"Ref": "DomainName"}
