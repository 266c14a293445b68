"""Every line of the log says whose it is, in members that CloudWatch Logs Insights can search by."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from lambda_handler.cloudformation.response import ResponseNotDeliveredError
from tests.unit.lambda_handler.harness import Cloud

NAMES = ("StackName", "LogicalResourceId", "ResourceType", "RequestType", "RequestId")
OF_RESPONSES = ("Status", "PhysicalResourceId", "Seconds", "Invocations")


def members(record: logging.LogRecord, names: tuple[str, ...] = (*NAMES, *OF_RESPONSES)) -> dict[str, Any]:
    """What Lambda's JSON format writes into a line besides its text."""
    return {name: value for name, value in vars(record).items() if name in names}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_one_line_of_each_request_has_all_that_one_counts_by(cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    response = cloud.create(cloud.dictionary())
    (line,) = [record for record in log.records if hasattr(record, "Status")]
    seconds = members(line).pop("Seconds")
    assert members(line) == {
        "StackName": "shop",
        "LogicalResourceId": "Synonyms",
        "ResourceType": "Custom::OpenSearchPackage",
        "RequestType": "Create",
        "RequestId": "request-1",
        "Status": "SUCCESS",
        "PhysicalResourceId": response.physical_id,
        "Seconds": seconds,
        "Invocations": 1,
    }
    assert 8 <= seconds < 12, "copied and validated for four seconds each"


def test_every_line_says_which_request_it_is_about(cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    made = cloud.create(cloud.dictionary())
    cloud.delete(made.physical_id, cloud.dictionary())
    ours = [record for record in log.records if record.name.startswith("lambda_handler")]
    assert len(ours) > 2
    assert [record.getMessage() for record in ours if set(members(record, NAMES)) != set(NAMES)] == []
    assert {members(record)["RequestType"] for record in ours} == {"Create", "Delete"}


def test_a_failure_counts_with_its_status_and_its_invocations(cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    cloud.model.behaviour.copying = 30
    event = cloud.event("Create", cloud.plugin("2.17") | {"EngineVersion": "OpenSearch_2.19"})
    assert cloud.deliver(event, seconds=20).status == "FAILED"
    (line,) = [record for record in log.records if hasattr(record, "Status")]
    assert members(line)["Status"] == "FAILED"
    assert members(line)["Invocations"] == cloud.invocations > 1


def test_a_line_of_one_request_does_not_bear_the_name_of_another(cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    cloud.create(cloud.dictionary())
    logging.getLogger("elsewhere").info("between two requests")
    assert members(log.records[-1]) == {}


def test_a_name_that_no_log_can_carry_is_made_readable(cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    cloud.create({}, ResourceType="Custom::\ud800")
    assert {members(record)["ResourceType"] for record in log.records} == {"Custom::?"}


def test_a_request_that_could_not_be_served_is_named(cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    event = cloud.event("Create", cloud.dictionary())
    cloud.put_statuses = [503] * 1000
    with pytest.raises(ResponseNotDeliveredError):
        cloud.deliver(event)
    (line,) = [record for record in log.records if "HTTP status 503" in record.getMessage()]
    assert line.levelname == "ERROR"
    assert members(line) == {name: members(line)[name] for name in NAMES}
    assert members(line)["RequestId"] == event["RequestId"]
