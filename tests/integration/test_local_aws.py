"""CloudFormation on the local AWS, played by a function that responds as its script says."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.deployer import Deployer
from local_aws.deployment import Deployment
from local_aws.machine import LocalAws

FUNCTION = """
import json, pathlib, tempfile, urllib.request

def handler(event, context):
    script = json.loads(event["ResourceProperties"].get("Script", "{}")).get(event["RequestType"], {})
    attempts = pathlib.Path(tempfile.gettempdir(), event["RequestId"])
    if script.get("crashes", 0) > (len(attempts.read_text()) if attempts.exists() else 0):
        attempts.open("a").write("x")
        raise RuntimeError("crashed as told")
    response = {
        "Status": "SUCCESS",
        "PhysicalResourceId": event.get("PhysicalResourceId", event["ResourceProperties"].get("Id", "one")),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        **script.get("response", {}),
    }
    body = json.dumps(response).encode()
    request = urllib.request.Request(
        event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": script.get("content_type", "")}
    )
    for _ in range(script.get("times", 1)):
        try:
            urllib.request.urlopen(request, timeout=10).read()
        except urllib.error.HTTPError:
            pass
"""
STACK = "scripted"
Template = dict[str, Any]


def template(script: dict[str, Any] | None = None, **properties: Any) -> Template:
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
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        },
    }
    thing = {
        "Type": "Custom::Thing",
        "Properties": {
            "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
            "ServiceTimeout": 20,
            "Script": json.dumps(script or {}),
            **properties,
        },
    }
    return {"Resources": {"Role": role, "Function": function, "Thing": thing}}


def failing_after_thing(made: Template) -> Template:
    """A resource that fails after the thing has succeeded, so that the operation is rolled back."""
    broken = {
        "Type": "Custom::Broken",
        "DependsOn": "Thing",
        "Properties": {
            "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
            "ServiceTimeout": 20,
            "Script": json.dumps({"Create": {"response": {"Status": "FAILED", "Reason": "broken"}}}),
        },
    }
    return {"Resources": {**made["Resources"], "Broken": broken}}


@pytest.fixture(autouse=True)
def _clean(deployer: Deployer) -> Iterator[None]:
    deployer.aws.play(retry_delay=0.1)
    yield
    deployer.destroy(STACK)


def sent(aws: LocalAws, resource: str = "Thing") -> list[tuple[str, str | None]]:
    """The requests to a resource: type and physical id."""
    events = [one["Event"] for one in aws.requests()]
    return [
        (one["RequestType"], one.get("PhysicalResourceId")) for one in events if one["LogicalResourceId"] == resource
    ]


def responses(aws: LocalAws) -> list[dict[str, Any]]:
    return [response for one in aws.requests() for response in one["Responses"]]


def create(deployer: Deployer, script: dict[str, Any] | None = None, **properties: Any) -> Deployment:
    return deployer.deploy_template(STACK, template(script, **properties))


def refused(deployer: Deployer, script: dict[str, Any]) -> Deployment:
    return deployer.deploy_template(STACK, template(script), succeed=False)


def test_scalars_arrive_as_strings(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer, Number=3, Flag=True, List=[1, {"Inner": False}])
    [request] = [one["Event"] for one in aws.requests()]
    assert request["ResourceProperties"]["Number"] == "3"
    assert request["ResourceProperties"]["Flag"] == "true"
    assert request["ResourceProperties"]["List"] == ["1", {"Inner": "false"}]
    assert request["ResourceProperties"]["ServiceTimeout"] == "20"
    assert request["ServiceToken"] == request["ResourceProperties"]["ServiceToken"]


def test_response_url_looks_presigned(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer)
    url = aws.requests()[0]["Event"]["ResponseURL"]
    assert "/cloudformation-custom-resource-response-useast1/" in url
    assert all(f"{name}=" in url for name in ("X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature"))


def test_lambda_tries_again_after_a_function_error(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer, {"Create": {"crashes": 2}})
    assert sent(aws) == [("Create", None)]
    assert [one["counted"] for one in responses(aws)] == [True]


def test_event_can_arrive_twice_and_the_first_response_counts(deployer: Deployer, aws: LocalAws) -> None:
    aws.play(deliveries=2)
    create(deployer)
    deadline = time.monotonic() + 10
    while len(responses(aws)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sorted(one["counted"] for one in responses(aws)) == [False, True]


def test_content_type_is_refused(deployer: Deployer, aws: LocalAws) -> None:
    script = {"Create": {"content_type": "application/json"}}
    made = template(script, ServiceTimeout=1)
    deployment = deployer.deploy_template(STACK, made, succeed=False)
    assert [one["status"] for one in responses(aws)][:1] == [403]
    assert "did not receive a response" in deployment.reasons[0]


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        ({"Data": {"Long": "x" * 4096}}, "Response object is too long."),
        ({"PhysicalResourceId": ""}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": "x" * 1025}, "Invalid PhysicalResourceId"),
        ({"RequestId": "another"}, "RequestId"),
        ({"StackId": "another"}, "StackId"),
        ({"LogicalResourceId": "another"}, "LogicalResourceId"),
        ({"Status": "DONE"}, "Status"),
    ],
)
def test_wrong_response_fails(deployer: Deployer, aws: LocalAws, response: dict[str, Any], reason: str) -> None:
    deployment = refused(deployer, {"Create": {"response": response}})
    assert reason in deployment.reasons[0]
    [_, (kind, physical_id)] = sent(aws)
    assert kind == "Delete"
    assert (physical_id or "").startswith(f"{STACK}-Thing-")


def test_failed_create_is_deleted_with_the_responses_id(deployer: Deployer, aws: LocalAws) -> None:
    script = {"Create": {"response": {"Status": "FAILED", "Reason": "no", "PhysicalResourceId": "F1"}}}
    deployment = refused(deployer, script)
    assert deployment.status == "ROLLBACK_COMPLETE"
    assert deployment.reasons == ["no"]
    assert sent(aws) == [("Create", None), ("Delete", "F1")]


def test_failure_of_that_delete_is_reported(deployer: Deployer, aws: LocalAws) -> None:
    failed = {"response": {"Status": "FAILED", "Reason": "no"}}
    deployment = refused(deployer, {"Create": failed, "Delete": failed})
    assert deployment.status == "ROLLBACK_FAILED"
    assert deployment.reasons[:2] == ["no", "no"]


def test_no_response_is_a_failure_and_deletes_with_an_invented_id(deployer: Deployer, aws: LocalAws) -> None:
    made = template({"Create": {"times": 0}}, ServiceTimeout=1)
    deployment = deployer.deploy_template(STACK, made, succeed=False)
    assert "did not receive a response" in deployment.reasons[0]
    assert sent(aws)[1][0] == "Delete"
    assert (sent(aws)[1][1] or "").startswith(f"{STACK}-Thing-")


def test_failed_create_without_rollback_is_deleted_with_the_stack(deployer: Deployer, aws: LocalAws) -> None:
    script = {"Create": {"response": {"Status": "FAILED", "Reason": "no", "PhysicalResourceId": "F1"}}}
    deployer.deploy_template(STACK, template(script), succeed=False, DisableRollback=True)
    assert sent(aws) == [("Create", None)]
    deployer.destroy(STACK)
    assert sent(aws) == [("Create", None), ("Delete", "F1")]


def test_cancelled_create(deployer: Deployer, aws: LocalAws) -> None:
    aws.play(cancel_creates=["Thing"])
    deployment = refused(deployer, {})
    assert deployment.reasons == ["Resource creation cancelled"]
    assert [kind for kind, _ in sent(aws)] == ["Create", "Delete"]
    assert (sent(aws)[1][1] or "").startswith(f"{STACK}-Thing-")


def test_replacement_is_cleaned_up(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer)
    deployer.deploy_template(STACK, template({"Update": {"response": {"PhysicalResourceId": "two"}}}))
    assert sent(aws) == [("Create", None), ("Update", "one"), ("Delete", "one")]


@pytest.mark.parametrize(("sends", "physical_id"), [("old-id", "one"), ("new-id", "two")])
def test_rollback_of_a_replacement(deployer: Deployer, aws: LocalAws, sends: str, physical_id: str) -> None:
    aws.play(rollback_sends=sends)
    create(deployer, {"Update": {"response": {"PhysicalResourceId": "one"}}})
    replacing = failing_after_thing(template({"Update": {"response": {"PhysicalResourceId": "two"}}}))
    deployment = deployer.deploy_template(STACK, replacing, succeed=False)
    assert deployment.status == "UPDATE_ROLLBACK_COMPLETE"
    assert sent(aws) == [("Create", None), ("Update", "one"), ("Update", physical_id), ("Delete", "two")]
    events = [one["Event"] for one in aws.requests() if one["Event"]["LogicalResourceId"] == "Thing"]
    assert events[2]["ResourceProperties"] == events[1]["OldResourceProperties"]
    assert events[2]["OldResourceProperties"] == events[1]["ResourceProperties"]
    resource = aws.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId="Thing")
    assert resource["StackResourceDetail"]["PhysicalResourceId"] == "one"


def test_rollback_that_keeps_the_new_one(deployer: Deployer, aws: LocalAws) -> None:
    aws.play(rollback_sends="new-id")
    create(deployer)
    replacing = failing_after_thing(template({"Update": {"response": {"PhysicalResourceId": "two"}}}))
    deployer.deploy_template(STACK, replacing, succeed=False)
    assert sent(aws)[1:] == [("Update", "one"), ("Update", "two"), ("Delete", "one")]
    deployer.destroy(STACK)
    assert sent(aws)[-1] == ("Delete", "two")


def test_rollback_that_fails(deployer: Deployer, aws: LocalAws) -> None:
    failed = {"response": {"Status": "FAILED", "Reason": "no way back"}}
    create(deployer, {"Update": failed})
    replacing = failing_after_thing(template({"Update": {"response": {"PhysicalResourceId": "two"}}}))
    deployment = deployer.deploy_template(STACK, replacing, succeed=False)
    assert deployment.status == "UPDATE_ROLLBACK_FAILED"
    assert sent(aws) == [("Create", None), ("Update", "one"), ("Update", "one")]


def test_failed_update_with_another_id(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer)
    script = {"Update": {"response": {"Status": "FAILED", "Reason": "no", "PhysicalResourceId": "two"}}}
    deployment = refused(deployer, script)
    assert deployment.status == "UPDATE_ROLLBACK_COMPLETE"
    assert sent(aws) == [("Create", None), ("Update", "one"), ("Update", "one"), ("Delete", "two")]


def test_failed_update_with_its_own_id_is_sent_back(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer)
    deployment = refused(deployer, {"Update": {"response": {"Status": "FAILED", "Reason": "no"}}})
    assert deployment.status == "UPDATE_ROLLBACK_COMPLETE"
    assert sent(aws) == [("Create", None), ("Update", "one"), ("Update", "one")]


def test_changed_service_token_is_refused(deployer: Deployer, aws: LocalAws) -> None:
    create(deployer)
    moved = template()
    moved["Resources"]["Other"] = moved["Resources"]["Function"]
    moved["Resources"]["Thing"]["Properties"]["ServiceToken"] = {"Fn::GetAtt": ["Other", "Arn"]}
    deployment = deployer.deploy_template(STACK, moved, succeed=False)
    assert deployment.reasons == ["Modifying service token is not allowed."]
    assert deployment.status == "UPDATE_ROLLBACK_COMPLETE"
    assert sent(aws) == [("Create", None)]
    deployer.deploy_template(STACK, template(Other="property"))
    assert sent(aws)[-1] == ("Update", "one")


def test_export_in_use_cannot_change(deployer: Deployer) -> None:
    def exporting(value: str) -> Template:
        made = template()
        return {**made, "Outputs": {"Out": {"Value": value, "Export": {"Name": "shared-export"}}}}

    importing = {
        "Resources": {
            "Parameter": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "shared-export"}},
            }
        }
    }
    deployer.deploy_template(STACK, exporting("v1"))
    deployer.deploy_template("importer", importing)
    try:
        for changed in (exporting("v2"), template(Other="x")):
            deployment = deployer.deploy_template(STACK, changed, succeed=False)
            assert deployment.status == "UPDATE_ROLLBACK_COMPLETE"
            assert "in use by importer" in deployment.reasons[0]
        deployer.deploy_template(STACK, {**exporting("v1"), "Description": "the same export"})
    finally:
        deployer.destroy("importer")
    deployer.deploy_template(STACK, exporting("v2"))


def test_bucket_with_objects_blocks_the_deletion_of_its_stack(deployer: Deployer, aws: LocalAws) -> None:
    bucket = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "holds-something"}}}}
    deployer.deploy_template(STACK, bucket)
    aws.client("s3").put_object(Bucket="holds-something", Key="key", Body=b"")
    assert deployer.destroy(STACK, succeed=False).status == "DELETE_FAILED"
    aws.client("s3").delete_object(Bucket="holds-something", Key="key")


@pytest.mark.parametrize("version_id", ["1", "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"])
def test_version_id_that_cannot_be_one_is_a_bad_request(aws: LocalAws, version_id: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="has-versions")
    s3.put_object(Bucket="has-versions", Key="key", Body=b"")
    try:
        with pytest.raises(ClientError) as caught:
            s3.head_object(Bucket="has-versions", Key="key", VersionId=version_id)
        assert caught.value.response["Error"] == {"Code": "400", "Message": "Bad Request"}
        with pytest.raises(ClientError, match="InvalidArgument"):
            s3.get_object(Bucket="has-versions", Key="key", VersionId=version_id)
    finally:
        s3.delete_object(Bucket="has-versions", Key="key")
        s3.delete_bucket(Bucket="has-versions")
