"""Resource types that this provider does not serve."""

from __future__ import annotations

import pytest

from tests.support.physical_ids import INVENTED
from tests.unit.lambda_handler.harness import Cloud

UNKNOWN = "Custom::Dictionary"


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_an_unknown_type_is_told_which_there_are(cloud: Cloud, kind: str) -> None:
    event = {} if kind == "Create" else {"PhysicalResourceId": "F1"}
    response = cloud.send(kind, cloud.dictionary(), ResourceType=UNKNOWN, **event)
    assert response.status == "FAILED"
    serves = "this provider serves Custom::OpenSearchPackage and Custom::OpenSearchPackageAssociation"
    assert f"{serves}, received {UNKNOWN}: change the resource's Type" in response.reason


def test_the_delete_after_such_a_create_succeeds(cloud: Cloud) -> None:
    failed = cloud.send("Create", {}, ResourceType=UNKNOWN)
    assert cloud.delete(failed.physical_id, {}, ResourceType=UNKNOWN).status == "SUCCESS"


def test_the_delete_after_such_a_create_was_cancelled_succeeds(cloud: Cloud) -> None:
    assert cloud.delete(INVENTED, {}, ResourceType=UNKNOWN).status == "SUCCESS"
