"""What CloudFormation says of a resource and its stack at the very moment when a request to the resource runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.deployer import Deployer
from local_aws.machine import LocalAws

STACK = "watched"
FUNCTION = """
import json, time, urllib.request
import boto3

cloudformation = boto3.client("cloudformation")

def ask(call, **arguments):
    try:
        return call(**arguments)
    except Exception as error:
        return {"Error": str(error)}

def handler(event, context):
    script = json.loads(event["ResourceProperties"].get("Script", "{}")).get(event["RequestType"], {})
    time.sleep(script.get("sleeps", 0))
    names = {"id": event["StackId"], "name": event["StackId"].split("/")[1]}
    name = names[event["ResourceProperties"].get("AsksBy", "id")]
    resource = ask(cloudformation.describe_stack_resource, StackName=name, LogicalResourceId=event["LogicalResourceId"])
    stacks = ask(cloudformation.describe_stacks, StackName=name)
    seen = {
        "Resource": resource.get("StackResourceDetail", resource),
        "Stack": stacks["Stacks"][0] if "Stacks" in stacks else stacks,
    }
    kept = ("ResourceStatus", "PhysicalResourceId", "LastUpdatedTimestamp", "StackStatus", "LastUpdatedTime", "Error")
    seen = {what: {name: said[name] for name in kept if name in said} for what, said in seen.items()}
    response = {
        "Status": "SUCCESS",
        "Reason": "as told",
        "PhysicalResourceId": event.get("PhysicalResourceId", "one"),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        **script.get("response", {}),
        "Data": {"Seen": json.dumps(seen, default=str)},
    }
    body = json.dumps(response).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""})
    urllib.request.urlopen(request, timeout=10).read()
"""
FAILED = {"response": {"Status": "FAILED"}}
Template = dict[str, Any]


def template(script: dict[str, Any] | None = None, *, allowed: Any = None, **properties: Any) -> Template:
    actions = ["cloudformation:DescribeStackResource", "cloudformation:DescribeStacks"]
    policy = {
        "PolicyName": "ask",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": allowed or {"Ref": "AWS::StackId"}}],
        },
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [policy],
        },
    }
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": FUNCTION},
            "Timeout": 30,
        },
    }
    return {"Resources": {"Role": role, "Function": function, "Thing": thing(script, **properties)}}


def thing(script: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    return {
        "Type": "Custom::Thing",
        "Properties": {
            "ServiceToken": token,
            "ServiceTimeout": 60,
            "Script": json.dumps(script or {}),
            **properties,
        },
    }


def with_another(made: Template, script: dict[str, Any] | None = None) -> Template:
    return {"Resources": {**made["Resources"], "Another": {**thing(script), "DependsOn": "Thing"}}}


@pytest.fixture(autouse=True)
def _clean(deployer: Deployer) -> Iterator[None]:
    yield
    deployer.aws.play(describe_lag=0)
    deployer.destroy(STACK)


def seen(aws: LocalAws, logical_id: str = "Thing") -> list[dict[str, Any]]:
    """What the function was shown during each request: the resource and the stack."""
    found = []
    for request in aws.requests():
        if request["Event"]["LogicalResourceId"] == logical_id:
            [response] = request["Responses"]
            said = json.loads(json.loads(response["body"])["Data"]["Seen"])
            found.append({**said, "SentAt": request["At"]})
    return found


def statuses(aws: LocalAws, logical_id: str = "Thing") -> list[tuple[str, str, str]]:
    return [
        (
            one["Resource"]["ResourceStatus"],
            one["Resource"].get("PhysicalResourceId", ""),
            one["Stack"]["StackStatus"],
        )
        for one in seen(aws, logical_id)
    ]


def described(aws: LocalAws, stack: str = STACK, logical_id: str = "Thing") -> dict[str, Any]:
    detail: dict[str, Any] = aws.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId=logical_id
    )["StackResourceDetail"]
    return detail


def stack_id(aws: LocalAws) -> str:
    return str(aws.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"])


@pytest.mark.parametrize("asks_by", ["id", "name"])
def test_each_request_runs_while_its_status_is_shown(deployer: Deployer, aws: LocalAws, asks_by: str) -> None:
    deployer.deploy_template(STACK, template(AsksBy=asks_by))
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("CREATE_COMPLETE", "one")
    deployer.deploy_template(STACK, template(AsksBy=asks_by, Other="x"))
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("UPDATE_COMPLETE", "one")
    deployer.destroy(STACK)
    assert statuses(aws) == [
        ("CREATE_IN_PROGRESS", "", "CREATE_IN_PROGRESS"),
        ("UPDATE_IN_PROGRESS", "one", "UPDATE_IN_PROGRESS"),
        ("DELETE_IN_PROGRESS", "one", "DELETE_IN_PROGRESS"),
    ]


def test_timestamp_is_when_the_status_was_updated(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template({"Create": {"sleeps": 1.5}}))
    deployer.deploy_template(STACK, template({"Update": {"sleeps": 1.5}}))
    for one in seen(aws):
        shown = datetime.fromisoformat(one["Resource"]["LastUpdatedTimestamp"]).timestamp()
        assert shown == pytest.approx(one["SentAt"], abs=0.5)
    assert described(aws)["LastUpdatedTimestamp"].timestamp() >= seen(aws)[1]["SentAt"] + 1.5


def test_stack_has_a_time_of_its_last_update_once_it_was_updated(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template())
    assert "LastUpdatedTime" not in aws.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    deployer.deploy_template(STACK, template(Other="x"))
    created, updated = seen(aws)
    assert "LastUpdatedTime" not in created["Stack"]
    shown = datetime.fromisoformat(updated["Stack"]["LastUpdatedTime"]).timestamp()
    assert shown == pytest.approx(updated["SentAt"], abs=2)


def test_update_that_is_rolled_back_is_in_progress_once_more(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template())
    deployer.deploy_template(STACK, with_another(template(Other="x"), {"Create": FAILED}), succeed=False)
    assert statuses(aws)[1:] == [
        ("UPDATE_IN_PROGRESS", "one", "UPDATE_IN_PROGRESS"),
        ("UPDATE_IN_PROGRESS", "one", "UPDATE_ROLLBACK_IN_PROGRESS"),
    ]
    times = [one["Resource"]["LastUpdatedTimestamp"] for one in seen(aws)]
    assert times == sorted(set(times))
    assert described(aws)["ResourceStatus"] == "UPDATE_COMPLETE"


def test_failed_update_is_shown_as_such_until_its_rollback_begins(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template())
    failing = template({"Update": FAILED})
    deployer.deploy_template(STACK, failing, succeed=False, DisableRollback=True)
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("UPDATE_FAILED", "one")
    assert described(aws)["ResourceStatusReason"] == "as told"


def test_create_that_failed_is_deleted_and_described_as_deleted(deployer: Deployer, aws: LocalAws) -> None:
    script = {"Create": {"response": {"Status": "FAILED", "PhysicalResourceId": "F1"}}}
    deployer.deploy_template(STACK, template(script), succeed=False)
    assert statuses(aws) == [
        ("CREATE_IN_PROGRESS", "", "CREATE_IN_PROGRESS"),
        ("DELETE_IN_PROGRESS", "F1", "ROLLBACK_IN_PROGRESS"),
    ]
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("DELETE_COMPLETE", "F1")


def test_create_that_failed_stays_described_where_nothing_is_rolled_back(deployer: Deployer, aws: LocalAws) -> None:
    script = {"Create": {"response": {"Status": "FAILED", "PhysicalResourceId": "F1"}}}
    deployer.deploy_template(STACK, template(script), succeed=False, DisableRollback=True)
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("CREATE_FAILED", "F1")


def test_cancelled_create_is_no_longer_in_progress(deployer: Deployer, aws: LocalAws) -> None:
    aws.play(cancel_creates=["Thing"])
    deployer.deploy_template(STACK, template({"Create": {"sleeps": 1}, "Delete": {"sleeps": 3}}), succeed=False)
    create, removal = statuses(aws)
    assert create[0] == removal[0] == "DELETE_IN_PROGRESS"
    assert create[1] == removal[1]
    assert create[1].startswith(f"{STACK}-Thing-")


def test_deletion_that_failed_is_described(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template({"Delete": FAILED}))
    deployer.destroy(STACK, succeed=False)
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("DELETE_FAILED", "one")
    assert described(aws, stack_id(aws))["ResourceStatus"] == "DELETE_FAILED"
    # Ministack has deleted the function that the resource depends on; CloudFormation would have kept it.
    aws.client("cloudformation").delete_stack(StackName=STACK, RetainResources=["Thing"])


def test_resource_of_a_deleted_stack_is_described_by_the_stacks_id_only(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template())
    first = stack_id(aws)
    deployer.destroy(STACK)
    assert described(aws, first)["ResourceStatus"] == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match=r"ValidationError.*does not exist"):
        described(aws)
    deployer.deploy_template(STACK, template())
    assert described(aws)["ResourceStatus"] == "CREATE_COMPLETE"
    assert described(aws, first)["ResourceStatus"] == "DELETE_COMPLETE", "also when there is another of that name"


@pytest.mark.parametrize("is_described", [False, True])
def test_resource_that_an_update_removed(deployer: Deployer, aws: LocalAws, is_described: bool) -> None:
    aws.play(removed_is_described=is_described)
    deployer.deploy_template(STACK, with_another(template()))
    deployer.deploy_template(STACK, template())
    assert statuses(aws, "Another")[1][:2] == ("DELETE_IN_PROGRESS", "one")
    if is_described:
        assert described(aws, logical_id="Another")["ResourceStatus"] == "DELETE_COMPLETE"
    else:
        with pytest.raises(ClientError, match=r"ValidationError.*Resource Another does not exist"):
            described(aws, logical_id="Another")


@pytest.mark.parametrize(
    ("shows", "during"), [("new", ("UPDATE_COMPLETE", "two")), ("deleting", ("DELETE_IN_PROGRESS", "one"))]
)
def test_while_what_was_replaced_is_deleted(
    deployer: Deployer, aws: LocalAws, shows: str, during: tuple[str, str]
) -> None:
    aws.play(replaced_shows=shows)
    deployer.deploy_template(STACK, template())
    deployer.deploy_template(STACK, template({"Update": {"response": {"PhysicalResourceId": "two"}}}))
    assert statuses(aws)[1][:2] == ("UPDATE_IN_PROGRESS", "one")
    assert statuses(aws)[2][:2] == during
    assert (described(aws)["ResourceStatus"], described(aws)["PhysicalResourceId"]) == ("UPDATE_COMPLETE", "two")


def test_state_can_lag_behind(deployer: Deployer, aws: LocalAws) -> None:
    aws.play(describe_lag=3600)
    deployer.deploy_template(STACK, template())
    [during] = seen(aws)
    assert "Resource Thing does not exist" in during["Resource"]["Error"]
    with pytest.raises(ClientError, match="ValidationError"):
        described(aws)
    aws.play(describe_lag=0)
    assert described(aws)["ResourceStatus"] == "CREATE_COMPLETE"
    aws.play(describe_lag=1.5)
    deployer.deploy_template(STACK, template({"Update": {"sleeps": 0.2}}))
    deployer.deploy_template(STACK, template({"Update": {"sleeps": 3}}))
    _, early, late = seen(aws)
    assert early["Resource"].get("ResourceStatus") != "UPDATE_IN_PROGRESS", "for as long as that it is what was before"
    assert late["Resource"]["ResourceStatus"] == "UPDATE_IN_PROGRESS"


def test_unknown_stacks_and_resources_are_validation_errors(deployer: Deployer, aws: LocalAws) -> None:
    deployer.deploy_template(STACK, template())
    for stack, logical_id in ((STACK, "Nothing"), ("no-such-stack", "Thing"), (f"{stack_id(aws)}0", "Thing")):
        with pytest.raises(ClientError, match="ValidationError"):
            described(aws, stack, logical_id)
    assert described(aws, logical_id="Function")["ResourceStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("asks_by", ["id", "name"])
@pytest.mark.parametrize(
    ("allowed", "is_allowed"),
    [
        ({"Fn::Sub": "arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/watched/*"}, True),
        ({"Fn::Sub": "arn:aws:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/another/*"}, False),
        ({"Fn::Sub": "${AWS::StackId}0"}, False),
    ],
    ids=["stacks of the name", "another stack", "another id"],
)
def test_iam_compares_the_stacks_arn(
    deployer: Deployer, aws: LocalAws, asks_by: str, allowed: Any, is_allowed: bool
) -> None:
    deployer.deploy_template(STACK, template(allowed=allowed, AsksBy=asks_by))
    [during] = seen(aws)
    for what, action in (("Resource", "DescribeStackResource"), ("Stack", "DescribeStacks")):
        if is_allowed:
            assert "Error" not in during[what]
        else:
            assert f"not authorized to perform: cloudformation:{action}" in during[what]["Error"]
