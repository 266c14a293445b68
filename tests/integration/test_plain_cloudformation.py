"""Plain CloudFormation with nothing but the AWS CLI, by the README's own commands."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from release.archive import provider_archive
from tests.integration.readme import checkout, follow, steps
from tests.support.cfn_lint import found_by_our_rules

ROOT = Path(__file__).resolve().parents[2]
PROVIDER, DOMAIN = "opensearch-packages", "shop-search"
TOKEN = {"Fn::ImportValue": f"{PROVIDER}-ServiceToken"}
# One of each kind; tests/release/test_cfn_lint.py has many more, for the provider's checks without a deployment.
MISTAKES: list[dict[str, Any]] = [
    {"PackageTypo": "x"},
    {"PackageDescription": ["x"]},
    {"PackageType": ""},
    {"PackageContent": ""},
    {"PackageSource": {"S3BucketName": "words", "S3Key": "a"}},
    {"EngineVersion": "OpenSearch_2.17"},
    {"PackageVendingOptions": {"VendingEnabled": "yes", "Typo": 1}, "ServiceTimeout": 3601, "PackageName": "W"},
]
ASSOCIATION_MISTAKES: list[dict[str, Any]] = [
    {"DomainName": "", "Packages": [{"PackageID": "F1", "Version": "v1"}, {"PackageID": "F1"}, {}], "Wait": "maybe"},
]
STEPS = ["The provider", "A stack with two dictionaries", "New content", "The packages go first"]


def follow_readme(aws: LocalAws, folder: Path, step: str) -> None:
    code, said = follow(aws, folder, steps()[step])
    assert code == 0, said


def outputs(aws: LocalAws, stack_name: str) -> dict[str, str]:
    (stack,) = aws.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def contents(aws: LocalAws) -> dict[str, str]:
    """The digest of what is available of each package, by its id."""
    return {found["PackageID"]: found["Versions"][-1]["Sha256"] for found in aws.packages()}


def words(**properties: Any) -> dict[str, Any]:
    """A template with one package of the shared provider."""
    given = {"ServiceToken": TOKEN, "PackageType": "TXT-DICTIONARY", "PackageContent": "sofa, couch", **properties}
    return {"Resources": {"Words": {"Type": "Custom::OpenSearchPackage", "Properties": given}}}


def on_domain(**properties: Any) -> dict[str, Any]:
    """A template with one association of the shared provider."""
    given = {"ServiceToken": TOKEN, "DomainName": DOMAIN, "Packages": [{"PackageID": "F1"}], **properties}
    return {"Resources": {"Shop": {"Type": "Custom::OpenSearchPackageAssociation", "Properties": given}}}


def versions_on_domain(aws: LocalAws) -> dict[str, str]:
    """The version of each package that is ACTIVE on the domain, by its id."""
    listed = aws.client("opensearch").list_packages_for_domain(DomainName=DOMAIN)["DomainPackageDetailsList"]
    return {one["PackageID"]: one["PackageVersion"] for one in listed if one["DomainPackageStatus"] == "ACTIVE"}


@pytest.fixture
def provider(deployer: Deployer, tmp_path: Path) -> Iterator[Path]:
    """The provider that the README deploys, and the folder in which it was deployed."""
    folder = checkout(tmp_path)
    follow_readme(deployer.aws, folder, "The provider")
    yield folder
    deployer.destroy(PROVIDER)
    _remove_bucket(deployer.aws)


def _remove_bucket(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    for one in s3.list_objects_v2(Bucket="my-dictionaries").get("Contents", []):
        s3.delete_object(Bucket="my-dictionaries", Key=one["Key"])
    s3.delete_bucket(Bucket="my-dictionaries")


def test_the_readmes_commands_deploy_update_and_delete(deployer: Deployer, aws: LocalAws, tmp_path: Path) -> None:
    assert [*steps()] == STEPS
    folder = checkout(tmp_path)
    aws.client("opensearch").create_domain(DomainName=DOMAIN, EngineVersion="OpenSearch_2.17")
    follow_readme(aws, folder, "The provider")

    follow_readme(aws, folder, "A stack with two dictionaries")
    first = outputs(aws, "search")
    assert first["SynonymsVersion"] == first["SynonymsOnDomain"] == "v1"
    assert first["SynonymsPath"] == f"analyzers/{first['SynonymsID']}"
    assert first["StopwordsPath"] == f"analyzers/{first['StopwordsID']}"
    assert versions_on_domain(aws) == {first["SynonymsID"]: "v1", first["StopwordsID"]: "v1"}
    assert contents(aws) == {
        first["StopwordsID"]: sha256(b"a\nan\nthe\n").hexdigest(),
        first["SynonymsID"]: sha256(b"sofa, couch\n").hexdigest(),
    }

    follow_readme(aws, folder, "New content")
    assert outputs(aws, "search") == {**first, "SynonymsVersion": "v2", "SynonymsOnDomain": "v2"}
    assert versions_on_domain(aws) == {first["SynonymsID"]: "v2", first["StopwordsID"]: "v1"}
    assert contents(aws)[first["SynonymsID"]] == sha256(b"sofa, couch, settee\n").hexdigest()

    example = (ROOT / "examples" / "plain_cloudformation.yaml").read_text()
    made = deployer.deploy_template("Example", example, {"DomainName": DOMAIN}).outputs
    assert versions_on_domain(aws).keys() > {made["StopwordsPath"].removeprefix("analyzers/"), first["StopwordsID"]}
    deployer.destroy("Example")

    follow_readme(aws, folder, "The packages go first")
    assert aws.packages() == []
    assert versions_on_domain(aws) == {}
    left = aws.client("cloudformation").describe_stacks()["Stacks"]
    assert not [one["StackName"] for one in left if one["StackName"] in ("search", PROVIDER)]
    assert [one["Name"] for one in aws.client("s3").list_buckets()["Buckets"] if "staging" in one["Name"]] == []
    _remove_bucket(aws)


def test_stacks_share_a_provider_which_cannot_be_deleted_before_them(
    provider: Path, deployer: Deployer, aws: LocalAws
) -> None:
    stacks = ["ShopWords", "BlogWords", "WikiWords"]
    for stack_name in stacks:
        deployer.deploy_template(stack_name, words(PackageContent=stack_name))
    assert sorted(contents(aws).values()) == sorted(sha256(name.encode()).hexdigest() for name in stacks)

    code, said = follow(
        aws, provider, f"aws cloudformation delete-stack --stack-name {PROVIDER} && "
        f"aws cloudformation wait stack-delete-complete --stack-name {PROVIDER}"
    )  # fmt: skip
    assert code != 0, said
    assert re.search(rf"Export {PROVIDER}-ServiceToken .*(Shop|Blog|Wiki)Words", said)
    assert outputs(aws, PROVIDER)["ServiceToken"]
    deployer.deploy_template("ShopWords", words(PackageContent="still served"))
    assert sha256(b"still served").hexdigest() in contents(aws).values()

    deployer.destroy(*stacks)
    assert aws.packages() == []


@pytest.mark.usefixtures("provider")
def test_a_deployment_fails_with_the_words_that_cfn_lint_has_said_before(deployer: Deployer, aws: LocalAws) -> None:
    def fails_as_said(template: dict[str, Any]) -> None:
        said = [text for _, text in found_by_our_rules(json.dumps(template))]
        reasons = " ".join(deployer.deploy_template("Mistaken", template, succeed=False).reasons)
        assert said
        assert [text for text in said if text not in reasons] == []

    for mistake in MISTAKES:
        fails_as_said(words(**mistake))
    for mistake in ASSOCIATION_MISTAKES:
        fails_as_said(on_domain(**mistake))
    assert aws.calls() == []
    misspelt = words()
    misspelt["Resources"]["More"] = {**misspelt["Resources"]["Words"], "Type": "Custom::OpenSearchPackages"}
    fails_as_said(misspelt)
    assert aws.packages() == []
    deployer.destroy("Mistaken")


def test_a_release_uploads_the_same_object_from_every_machine(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    package = re.search(r"aws cloudformation package .*?\.yaml\n", steps()["The provider"], re.DOTALL)
    assert package
    keys = []
    for name in ("one", "two"):
        with zipfile.ZipFile(io.BytesIO(provider_archive())) as archive:
            archive.extractall(tmp_path / name)
        commands = f'BUCKET=my-dictionaries\naws s3 mb "s3://$BUCKET"\n{package[0]}'
        code, said = follow(aws, tmp_path / name, commands)
        assert code == 0, said
        keys.append([one["Key"] for one in aws.client("s3").list_objects_v2(Bucket="my-dictionaries")["Contents"]])
        _remove_bucket(aws)
    assert keys[0] == keys[1]


def provider_settings(aws: LocalAws) -> tuple[dict[str, Any], dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The function's configuration, its role, and what the role's policies allow, by their names."""
    described = aws.client("cloudformation").describe_stack_resources(StackName=PROVIDER)["StackResources"]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in described}
    iam, role_name = aws.client("iam"), ids["Role"]
    policies = {
        name: iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"]["Statement"]
        for name in iam.list_role_policies(RoleName=role_name)["PolicyNames"]
    }
    function = aws.client("lambda").get_function_configuration(FunctionName=ids["Function"])
    return {**function, "HasOwnBucket": "StagingBucket" in ids}, iam.get_role(RoleName=role_name)["Role"], policies


def test_a_team_sets_what_its_platform_asks_for(deployer: Deployer, aws: LocalAws, tmp_path: Path) -> None:
    aws.client("s3").create_bucket(Bucket="team-staging")
    key = "arn:aws:kms:us-east-1:000000000000:key/1a2b3c4d-0000-1111-2222-333344445555"
    settings = {
        "StagingBucketName": "team-staging",
        "LogRetentionInDays": "365",
        "ObjectKeyArns": key,
        "PackageKeyArns": key,
        "KeyAccessRoleArns": "arn:aws:iam::000000000000:role/keys",
    }
    commands = steps()["The provider"] + " " + " ".join(f"{name}={value}" for name, value in settings.items())
    folder = checkout(tmp_path)
    code, said = follow(aws, folder, commands)
    assert code == 0, said

    function, _, policies = provider_settings(aws)
    assert not function["HasOwnBucket"]
    assert function["Environment"]["Variables"] == {"STAGING_BUCKET": "team-staging"}
    assert {one["Sid"]: one["Resource"] for one in policies["PackagePolicy"] if one["Sid"] != "DescribeStack"} == {
        "ReadObjectVersions": ["arn:aws:s3:::my-dictionaries/*"],
        "DecryptObjects": [key],
        "EncryptPackages": [key],
        "AssociatePackages": ["arn:aws:es:*:*:domain/shop-search"],
        "PassKeyAccessRoles": ["arn:aws:iam::000000000000:role/keys"],
    }

    # The example, without a domain.
    commands = steps()["A stack with two dictionaries"].replace('"DomainName=$DOMAIN" ', "")
    code, said = follow(aws, folder, commands)
    assert code == 0, said
    staged = outputs(aws, "search")
    assert staged.keys() == {"StopwordsID", "SynonymsID", "SynonymsVersion"}
    assert contents(aws)[staged["StopwordsID"]] == sha256(b"a\nan\nthe\n").hexdigest()

    deployer.destroy("search", PROVIDER)
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket="team-staging"), "copies are removed"
    aws.client("s3").delete_bucket(Bucket="team-staging")
    _remove_bucket(aws)


def test_a_team_runs_the_function_in_its_network_and_within_its_boundary_and_takes_that_back(
    provider: Path, deployer: Deployer, aws: LocalAws
) -> None:
    def settings() -> tuple[Any, ...]:
        function, role, policies = provider_settings(aws)
        vpc = function.get("VpcConfig", {})
        may_join_it = any("ec2:CreateNetworkInterface" in one["Action"] for one in policies["Policy"])
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return vpc.get("SubnetIds", []), vpc.get("SecurityGroupIds", []), may_join_it, boundary

    def set_to(subnets: list[str], groups: list[str], boundary: str) -> None:
        found = re.search(r"^(.*)# The provider.*(aws cloudformation deploy .*)", steps()["The provider"], re.DOTALL)
        assert found
        values = {
            "SubnetIds": ",".join(subnets),
            "SecurityGroupIds": ",".join(groups),
            "PermissionsBoundaryArn": boundary,
        }
        chosen = " ".join(f"{name}={value}" for name, value in values.items())
        code, said = follow(aws, provider, f"{found[1]}{found[2].strip()} {chosen}")
        assert code == 0, said

    left_out: tuple[Any, ...] = ([], [], False, None)
    assert settings() == left_out
    token = outputs(aws, PROVIDER)["ServiceToken"]

    ec2, iam = aws.client("ec2"), aws.client("iam")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:2]]
    groups = [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="team-boundary", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    set_to(subnets, groups, policy)
    assert settings() == (subnets, groups, True, policy)
    deployer.deploy_template("Inside", words())
    assert [*contents(aws).values()] == [sha256(b"sofa, couch").hexdigest()]

    set_to([], [], "")
    assert settings() == left_out
    assert outputs(aws, PROVIDER)["ServiceToken"] == token, "packages need nothing of it"
    deployer.destroy("Inside")
    iam.delete_policy(PolicyArn=policy)


def test_a_parameter_that_cannot_be_right_is_refused_before_anything_is_made(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    folder = checkout(tmp_path)
    commands = steps()["The provider"].replace("arn:aws:s3:::", "")
    code, said = follow(aws, folder, commands)
    assert code != 0
    assert "ObjectArns" in said
    assert "must be ARNs of objects" in said
    _remove_bucket(aws)
