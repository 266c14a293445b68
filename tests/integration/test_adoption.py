"""Packages that somebody has made become resources of a stack, under their own ids."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from aws_cdk import App, RemovalPolicy, Stack

from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws
from opensearch_packages_cli.exit_codes import ERROR
from tests.integration.stories import DICTIONARY, STACK, Api, Build, package, package_and_trouble

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "constructs/opensearch_packages_cli/policy.json"
Inventory = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


def by_hand(aws: LocalAws) -> str:
    """A dictionary that somebody has made in the console. Gives its id."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="by-hand")
    s3.put_object(Bucket="by-hand", Key="words.txt", Body=b"words", ServerSideEncryption="AES256")
    made: str = aws.client("opensearch").create_package(
        PackageName="shop-words",
        PackageType="TXT-DICTIONARY",
        PackageSource={"S3BucketName": "by-hand", "S3Key": "words.txt"},
    )["PackageDetails"]["PackageID"]
    return made


def content(aws: LocalAws) -> tuple[str, str]:
    """The id and the digest of what is available of the only package."""
    (found,) = aws.packages()
    return found["PackageID"], found["Versions"][-1]["Sha256"]


@contextmanager
def inventory_of_somebody_who_may_take_it(aws: LocalAws) -> Iterator[Inventory]:
    """The command, for somebody who has the permissions of its policy only. It gives its exit code and packages."""
    iam = aws.client("iam")
    iam.create_user(UserName="on-call")
    iam.put_user_policy(UserName="on-call", PolicyName="Inventory", PolicyDocument=POLICY.read_text())
    key = iam.create_access_key(UserName="on-call")["AccessKey"]
    as_somebody = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def take(*options: str) -> tuple[int, dict[str, dict[str, Any]]]:
        command = [sys.executable, "-m", "opensearch_packages_cli", "list", "--json", *options]
        environment = {**aws.full_environment(), **as_somebody}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode != ERROR, done.stderr
        return done.returncode, {one["PackageID"]: one for one in json.loads(done.stdout)["Packages"]}

    try:
        yield take
    finally:
        iam.delete_access_key(UserName="on-call", AccessKeyId=key["AccessKeyId"])
        iam.delete_user_policy(UserName="on-call", PolicyName="Inventory")
        iam.delete_user(UserName="on-call")


def test_the_inventory_tells_a_living_package_from_one_that_a_deleted_stack_has_kept(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    source = DICTIONARY.write(tmp_path, "first")
    kept = package(DICTIONARY, source, removal_policy=RemovalPolicy.RETAIN)
    by_hands = by_hand(aws)
    package_id = deployer.deploy(kept).outputs["PackageID"]
    with inventory_of_somebody_who_may_take_it(aws) as take:
        code, found = take()
        assert (code, set(found)) == (0, {package_id, by_hands})
        assert [found[one]["Owner"]["Kind"] for one in (package_id, by_hands)] == ["stack", "hand"]
        assert found[package_id]["Owner"]["Exists"] is True
        deployer.destroy(STACK)
        code, found = take("--orphans")
        assert (code, set(found)) == (1, {package_id})


def test_a_package_keeps_its_id_is_updated_and_deleted(stack: Api, aws: LocalAws, tmp_path: Path) -> None:
    package_id = by_hand(aws)
    for edition in ("first", "second"):
        source = DICTIONARY.write(tmp_path, edition)
        outputs = stack.deploy(package(DICTIONARY, source, adopt=package_id))
        assert (outputs["PackageID"], outputs["PackageName"]) == (package_id, "shop-words")
        assert content(aws) == (package_id, sha256(source.read_bytes()).hexdigest())
    stack.destroy(package(DICTIONARY, source, adopt=package_id))
    assert aws.packages() == []
    stack.deploy(package(DICTIONARY, source))  # so that there is a stack to remove


def test_a_deployment_that_fails_elsewhere_leaves_the_package_that_it_has_adopted(
    stack: Api, aws: LocalAws, tmp_path: Path
) -> None:
    package_id = by_hand(aws)
    source = DICTIONARY.write(tmp_path, "first")
    said = stack.fails(package_and_trouble(DICTIONARY, source, adopt=package_id))
    assert "ROLLBACK_COMPLETE" in said
    assert content(aws) == (package_id, sha256(source.read_bytes()).hexdigest())


def test_a_package_moves_to_another_stack_that_names_its_owner(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    source = DICTIONARY.write(tmp_path, "first")

    def owned_by(name: str, **options: Any) -> Build:
        def build(app: App) -> None:
            made = Package(
                Stack(app, name),
                "Words",
                package_type=PackageType.TXT_DICTIONARY,
                source=PackageSource.from_asset(str(source)),
                removal_policy=RemovalPolicy.RETAIN,
                **options,
            )
            logical_ids.append(Stack.of(made).get_logical_id(made.node.default_child))  # type: ignore[arg-type]

        return build

    logical_ids: list[str] = []
    deployer.deploy(owned_by("Old"))
    (package_id, _) = content(aws)
    deployer.destroy("Old")
    mistaken = str(deployer.deploy(owned_by(STACK, adopt=package_id), succeed=False))
    assert f"belongs to another resource, Old/{logical_ids[0]}" in mistaken
    deployer.destroy(STACK)
    deployer.deploy(owned_by(STACK, adopt=package_id, adopt_from=f"Old/{logical_ids[0]}"))
    assert content(aws)[0] == package_id
    deployer.destroy(STACK)
    assert content(aws)[0] == package_id, "its policy is Retain"


def test_a_package_goes_to_another_provider_in_one_deployment(
    deployer: Deployer, aws: LocalAws, tmp_path: Path
) -> None:
    source = DICTIONARY.write(tmp_path, "first")

    def words(stack: Stack, construct_id: str, **options: Any) -> Package:
        return Package(
            stack,
            construct_id,
            package_type=PackageType.TXT_DICTIONARY,
            source=PackageSource.from_asset(str(source)),
            package_name="shop-words",
            **options,
        )

    def with_the_default_provider(app: App) -> None:
        made = words(Stack(app, STACK), "Words")
        logical_ids.append(Stack.of(made).get_logical_id(made.node.default_child))  # type: ignore[arg-type]

    def with_its_own(app: App) -> None:
        stack = Stack(app, STACK)
        provider = PackageProvider(stack, "Provider")
        words(stack, "SharedWords", provider=provider, adopt=package_id, adopt_from=f"{STACK}/{logical_ids[0]}")

    logical_ids: list[str] = []
    deployer.deploy(with_the_default_provider)
    (package_id, _) = content(aws)
    deployer.deploy(with_its_own)
    assert content(aws)[0] == package_id
    described = aws.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    functions = [one["LogicalResourceId"] for one in described if one["ResourceType"] == "AWS::Lambda::Function"]
    assert [one[: len("Provider")] for one in functions] == ["Provider"], "the default one is gone"
    deployer.destroy(STACK)
    assert aws.packages() == []
