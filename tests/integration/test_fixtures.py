"""What the fixture `local_deployer` promises: a test leaves nothing to the next one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_aws import Deployer, LocalAws

TEMPLATE = {"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}
NOBODYS = [{"Name": "PackageID", "Value": ["F0"]}]


def stacks(aws: LocalAws) -> set[str]:
    described = aws.client("cloudformation").describe_stacks()["Stacks"]
    return {one["StackName"] for one in described if one["StackStatus"] != "DELETE_COMPLETE"}


@pytest.fixture
def _afterwards(local_aws: LocalAws, tmp_path: Path) -> Iterator[None]:
    """Somebody else's stack is there before the test, and alone after it; the service behaves as before."""
    others = Deployer(local_aws, tmp_path)
    others.deploy_template("Others", TEMPLATE)
    yield
    assert {"Mine", "Mine-too", "Others"} & stacks(local_aws) == {"Others"}
    assert local_aws.client("opensearch").describe_packages(Filters=NOBODYS).get("PackageDetailsList", []) == []
    others.destroy_all()
    assert "Others" not in stacks(local_aws)


@pytest.mark.usefixtures("_afterwards")
def test_what_a_test_has_deployed_and_changed_is_gone_after_it(local_aws: LocalAws, local_deployer: Deployer) -> None:
    local_deployer.deploy_template("Mine", TEMPLATE)
    local_deployer.deploy_template("Mine-too", TEMPLATE)
    local_deployer.destroy("Mine")
    local_deployer.deploy_template("Mine", TEMPLATE)
    assert {"Mine", "Mine-too", "Others"} <= stacks(local_aws)
    local_aws.behave(missing_described="not-found")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        local_aws.client("opensearch").describe_packages(Filters=NOBODYS)
