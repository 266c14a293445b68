"""Domains on the local AWS: as CDK's construct writes them, with packages on them, and what others do to them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_cdk import App, CfnOutput, RemovalPolicy, Stack
from aws_cdk.aws_opensearchservice import Domain, EngineVersion
from botocore.exceptions import ClientError

from local_aws.controls import REGION, LocalAwsError
from local_aws.deployer import Deployer
from local_aws.machine import LocalAws

STACK = "Domains"
NORI = {"2.15": "G240285063", "2.17": "G16029449"}
SOON = 20.0


def with_domain(engine_version: str = "2.17", **more: Any) -> Callable[[App], object]:
    """An app with a domain, as little said of it as CDK allows, and outputs of what users refer to."""

    def build(app: App) -> None:
        stack = Stack(app, STACK)
        version = EngineVersion.open_search(engine_version)
        domain = Domain(stack, "Domain", version=version, removal_policy=RemovalPolicy.DESTROY, **more)
        CfnOutput(stack, "Name", value=domain.domain_name)
        CfnOutput(stack, "Arn", value=domain.domain_arn)
        CfnOutput(stack, "Endpoint", value=domain.domain_endpoint)

    return build


@pytest.fixture(autouse=True)
def _clean(deployer: Deployer) -> Iterator[None]:
    yield
    deployer.destroy(STACK)


@pytest.fixture
def opensearch(aws: LocalAws) -> Any:
    return aws.client("opensearch")


def packages_on(opensearch: Any, name: str) -> dict[str, str]:
    found = opensearch.list_packages_for_domain(DomainName=name)["DomainPackageDetailsList"]
    return {one["PackageID"]: one["DomainPackageStatus"] for one in found}


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SOON
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def is_active(opensearch: Any, name: str) -> bool:
    status = opensearch.describe_domain(DomainName=name)["DomainStatus"]
    progress = opensearch.describe_domain_change_progress(DomainName=name)["ChangeProgressStatus"]
    return not status["Processing"] and progress["Status"] == "COMPLETED"


def test_cdk_cli_deploys_and_destroys_a_domain(deployer: Deployer, opensearch: Any, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs.json"
    code, said = deployer.cli(with_domain(), "deploy", STACK, "--outputs-file", str(outputs))
    assert code == 0, said
    found = json.loads(outputs.read_text())[STACK]
    status = opensearch.describe_domain(DomainName=found["Name"])["DomainStatus"]
    assert found["Arn"].endswith(f":domain/{found['Name']}")
    assert (status["ARN"], status["Endpoint"]) == (found["Arn"], found["Endpoint"])
    assert (status["EngineVersion"], status["ClusterConfig"]["InstanceType"]) == ("OpenSearch_2.17", "r5.large.search")
    opensearch.associate_package(DomainName=found["Name"], PackageID=NORI["2.17"])
    code, said = deployer.cli(with_domain(), "destroy", STACK, "--force")
    assert code == 0, said
    with pytest.raises(opensearch.exceptions.ResourceNotFoundException):
        opensearch.describe_domain(DomainName=found["Name"])
    left = opensearch.list_domains_for_package(PackageID=NORI["2.17"])["DomainPackageDetailsList"]
    assert left == []


def test_deployment_upgrades_a_domain_and_its_plugins(deployer: Deployer, opensearch: Any) -> None:
    name = deployer.deploy(with_domain("2.15")).outputs["Name"]
    opensearch.associate_package(DomainName=name, PackageID=NORI["2.15"])
    assert soon(lambda: is_active(opensearch, name))
    upgraded = deployer.deploy(with_domain("2.17", enable_version_upgrade=True))
    assert upgraded.outputs["Name"] == name
    assert opensearch.describe_domain(DomainName=name)["DomainStatus"]["EngineVersion"] == "OpenSearch_2.17"
    assert packages_on(opensearch, name) == {NORI["2.17"]: "ACTIVE"}


def test_upgrade_without_a_successor_of_a_plugin_fails(deployer: Deployer, opensearch: Any) -> None:
    name = deployer.deploy(with_domain()).outputs["Name"]
    opensearch.associate_package(DomainName=name, PackageID=NORI["2.17"])
    assert soon(lambda: is_active(opensearch, name))
    failed = deployer.deploy(with_domain("2.19", enable_version_upgrade=True), succeed=False)
    assert failed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "analysis-nori is not available for OpenSearch_2.19" in failed.reasons[0]
    assert opensearch.describe_domain(DomainName=name)["DomainStatus"]["EngineVersion"] == "OpenSearch_2.17"
    assert packages_on(opensearch, name) == {NORI["2.17"]: "ACTIVE"}


def test_domain_may_still_be_processing_after_its_deployment(deployer: Deployer, opensearch: Any) -> None:
    deployer.aws.behave(domain_creating=3600)
    name = deployer.deploy(with_domain()).outputs["Name"]
    assert opensearch.describe_domain(DomainName=name)["DomainStatus"]["DomainProcessingStatus"] == "Creating"


def test_domain_may_have_to_settle_after_its_deployment(deployer: Deployer, opensearch: Any) -> None:
    deployer.aws.behave(domain_settles=3600)
    name = deployer.deploy(with_domain()).outputs["Name"]
    assert is_active(opensearch, name)
    with pytest.raises(opensearch.exceptions.ConflictException, match="A change/update is in progress"):
        opensearch.associate_packages(DomainName=name, PackageList=[{"PackageID": NORI["2.17"]}])


def test_tests_upgrade_a_domain(aws: LocalAws, opensearch: Any) -> None:
    opensearch.create_domain(DomainName="shop", EngineVersion="OpenSearch_2.15")
    opensearch.associate_packages(DomainName="shop", PackageList=[{"PackageID": NORI["2.15"]}])
    with pytest.raises(LocalAwsError, match="A change/update is in progress"):
        aws.upgrade_domain("shop", "OpenSearch_2.17")
    assert soon(lambda: is_active(opensearch, "shop"))
    with pytest.raises(LocalAwsError, match="not available for OpenSearch"):
        aws.upgrade_domain("shop", "OpenSearch_2.19")
    aws.upgrade_domain("shop", "OpenSearch_2.17", seconds=2)
    assert opensearch.describe_domain(DomainName="shop")["DomainStatus"]["UpgradeProcessing"]
    assert soon(lambda: is_active(opensearch, "shop"))
    assert packages_on(opensearch, "shop") == {NORI["2.17"]: "ACTIVE"}


def test_tests_make_a_domain_busy(aws: LocalAws, opensearch: Any) -> None:
    opensearch.create_domain(DomainName="shop", EngineVersion="OpenSearch_2.17")
    aws.modify_domain("shop", seconds=60)
    assert opensearch.describe_domain(DomainName="shop")["DomainStatus"]["DomainProcessingStatus"] == "Modifying"
    aws.end_modification("shop")
    assert is_active(opensearch, "shop")
    with pytest.raises(LocalAwsError, match="Domain not found"):
        aws.modify_domain("none", seconds=60)
    with pytest.raises(LocalAwsError, match="minutes"):
        aws.control("PUT", "domains/modify", {"account": "1", "region": "x", "name": "shop", "minutes": 1})


def test_tests_let_an_index_use_a_dictionary(aws: LocalAws, opensearch: Any) -> None:
    aws.client("s3").create_bucket(Bucket="words")
    aws.client("s3").put_object(Bucket="words", Key="words.txt", Body=b"couch, sofa\n")
    source = {"S3BucketName": "words", "S3Key": "words.txt"}
    made = opensearch.create_package(PackageName="words", PackageType="TXT-DICTIONARY", PackageSource=source)
    package_id = made["PackageDetails"]["PackageID"]
    opensearch.create_domain(DomainName="shop", EngineVersion="OpenSearch_2.17")
    try:
        assert soon(lambda: aws.packages()[0]["PackageStatus"] == "AVAILABLE")
        opensearch.associate_package(DomainName="shop", PackageID=package_id)
        assert soon(lambda: packages_on(opensearch, "shop") == {package_id: "ACTIVE"})
        aws.use_in_index("shop", package_id)
        opensearch.dissociate_package(DomainName="shop", PackageID=package_id)
        assert soon(lambda: packages_on(opensearch, "shop") == {package_id: "DISSOCIATION_FAILED"})
        aws.release_from_index("shop", package_id)
        opensearch.dissociate_package(DomainName="shop", PackageID=package_id)
        assert soon(lambda: packages_on(opensearch, "shop") == {})
    finally:
        aws.client("s3").delete_object(Bucket="words", Key="words.txt")
        aws.client("s3").delete_bucket(Bucket="words")


CALLS: dict[str, dict[str, Any]] = {
    "describe_domain": {},
    "describe_domain_change_progress": {},
    "list_packages_for_domain": {},
    "associate_package": {"PackageID": NORI["2.17"]},
    "associate_packages": {"PackageList": [{"PackageID": NORI["2.17"]}]},
    "dissociate_package": {"PackageID": NORI["2.17"]},
    "dissociate_packages": {"PackageList": [NORI["2.17"]]},
}


@pytest.fixture
def somebody(aws: LocalAws) -> Iterator[Any]:
    """boto3's client of a user who may do everything that there is to do on one domain, `mine`, and nothing else."""
    iam = aws.client("iam")
    iam.create_user(UserName="somebody")
    statement = {
        "Effect": "Allow",
        "Action": [f"es:{''.join(word.title() for word in call.split('_'))}" for call in CALLS],
        "Resource": f"arn:aws:es:{REGION}:000000000000:domain/mine",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="somebody", PolicyName="one-domain", PolicyDocument=document)
    key = iam.create_access_key(UserName="somebody")["AccessKey"]
    session: Any = boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=REGION)
    yield session.client("opensearch", endpoint_url=aws.endpoint, verify=str(aws.state / "bundle.pem"))
    iam.delete_user_policy(UserName="somebody", PolicyName="one-domain")
    iam.delete_access_key(UserName="somebody", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="somebody")


@pytest.mark.parametrize("call", CALLS)
def test_permission_is_for_a_domain(aws: LocalAws, opensearch: Any, somebody: Any, call: str) -> None:
    for name in ("mine", "not-mine"):
        opensearch.create_domain(DomainName=name, EngineVersion="OpenSearch_2.17")
    if call.startswith("dissociate"):
        aws.behave(blue_green=0)
        opensearch.associate_package(DomainName="mine", PackageID=NORI["2.17"])
    getattr(somebody, call)(DomainName="mine", **CALLS[call])
    with pytest.raises(ClientError, match=r"AccessDenied.*not authorized to perform: es:"):
        getattr(somebody, call)(DomainName="not-mine", **CALLS[call])
