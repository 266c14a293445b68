"""Imports that take longer than an invocation of the function, and invocations that die."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk.aws_lambda import CfnFunction

from cdk_opensearch_packages import PackageProvider
from local_aws.machine import LocalAws
from tests.integration.names import CONTINUATION_LOGGED, NOT_CONTINUED, SELF_INVOKE_POLICY, TIMED_OUT
from tests.integration.stories import DICTIONARY, STACK, Api, Build, logged, package

SHORT_INVOCATION = 8  # seconds


def with_short_invocations(build: Build, *, may_continue: bool = True) -> Build:
    """The same app, with a function that may run for seconds only."""

    def shortened(app: App) -> None:
        build(app)
        made = app.node.find_child(STACK)
        assert isinstance(made, Stack)
        provider = PackageProvider.get_or_create(made)
        function = provider.function.node.default_child
        assert isinstance(function, CfnFunction)
        function.add_property_override("Timeout", SHORT_INVOCATION)
        if not may_continue:
            policy: Any = provider.node.find_child(SELF_INVOKE_POLICY).node.default_child
            policy.add_property_override("PolicyDocument.Statement.0.Action", "sts:GetCallerIdentity")

    return shortened


def continuations(aws: LocalAws) -> int:
    """How often the requests so far were continued in a further invocation."""
    return logged(aws).count(CONTINUATION_LOGGED)


def test_a_package_that_takes_longer_than_the_function_may_run_deploys(
    stack: Api, aws: LocalAws, tmp_path: Path
) -> None:
    before = continuations(aws)
    aws.behave(copying=18)
    outputs = stack.deploy(with_short_invocations(package(DICTIONARY, DICTIONARY.write(tmp_path, "slow"))))
    assert outputs["PackageVersion"] == "v1"
    assert continuations(aws) - before >= 2
    creates = [call for call in aws.calls() if call["Operation"] == "CreatePackage"]
    assert len(creates) == 1
    (request,) = [request for request in aws.requests() if request["Event"]["RequestType"] == "Create"]
    assert len(request["Responses"]) == 1


def test_without_the_permission_to_invoke_itself_it_fails_and_says_so(
    stack: Api, aws: LocalAws, tmp_path: Path
) -> None:
    aws.behave(copying=18)
    source = DICTIONARY.write(tmp_path, "slow")
    said = stack.fails(with_short_invocations(package(DICTIONARY, source), may_continue=False))
    assert NOT_CONTINUED in said
    assert aws.packages() == []


def test_a_package_that_never_stabilizes_fails_shortly_before_its_time_out_and_leaves_nothing(
    stack: Api, aws: LocalAws, tmp_path: Path
) -> None:
    aws.behave(faults=[{"operation": "CreatePackage", "kind": "stuck"}])
    build = package(DICTIONARY, DICTIONARY.write(tmp_path, "stuck"), timeout=Duration.minutes(1))
    said = stack.fails(with_short_invocations(build))
    assert TIMED_OUT in said
    create = next(request for request in aws.requests() if request["Event"]["RequestType"] == "Create")
    (response,) = create["Responses"]
    # Due after 54 s. The URL tells whole seconds, and no further invocation begins for the last second.
    assert 52 <= response["at"] - create["At"] < 60
    assert aws.packages() == []


def test_a_function_that_is_killed_in_mid_import_ends_in_one_package(stack: Api, aws: LocalAws, tmp_path: Path) -> None:
    aws.behave(copying=4)
    killed: list[int] = []

    def kill_while_copying() -> None:
        deadline = time.monotonic() + 60
        while not killed and time.monotonic() < deadline:
            if any(found["PackageStatus"] == "COPYING" for found in aws.packages()):
                killed.extend(children_of(aws.pid))
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    killer = threading.Thread(target=kill_while_copying)
    killer.start()
    outputs = stack.deploy(package(DICTIONARY, DICTIONARY.write(tmp_path, "killed")))
    killer.join()
    assert killed
    assert [found["PackageID"] for found in aws.packages()] == [outputs["PackageID"]]
    assert outputs["PackageVersion"] == "v1"
    assert sum(call["Operation"] == "CreatePackage" for call in aws.calls()) == 1


@pytest.mark.parametrize("deliveries", [2])
def test_a_request_that_arrives_twice_ends_in_one_package(
    stack: Api, aws: LocalAws, tmp_path: Path, deliveries: int
) -> None:
    aws.play(deliveries=deliveries)
    outputs = stack.deploy(package(DICTIONARY, DICTIONARY.write(tmp_path, "twice")))
    assert [found["PackageID"] for found in aws.packages()] == [outputs["PackageID"]]
    (create,) = [request for request in aws.requests() if request["Event"]["RequestType"] == "Create"]
    deadline = time.monotonic() + 30
    while len(create["Responses"]) < deliveries and time.monotonic() < deadline:
        time.sleep(0.2)
        (create,) = [request for request in aws.requests() if request["Event"]["RequestType"] == "Create"]
    bodies = [json.loads(one["body"]) for one in create["Responses"]]
    said = {(body["Status"], body["PhysicalResourceId"]) for body in bodies}
    assert (len(bodies), said) == (deliveries, {("SUCCESS", outputs["PackageID"])})


def test_a_cancelled_create_leaves_no_package(stack: Api, aws: LocalAws, tmp_path: Path) -> None:
    build = package(DICTIONARY, DICTIONARY.write(tmp_path, "cancelled"))
    assembly = stack.deployer.synthesize(build)
    template = json.loads((assembly / f"{STACK}.template.json").read_text())
    (logical_id,) = [n for n, r in template["Resources"].items() if r["Type"] == "Custom::OpenSearchPackage"]
    aws.behave(copying=3)
    aws.play(cancel_creates=[logical_id])
    said = stack.fails(build)
    assert "cancelled" in said
    assert "ROLLBACK_COMPLETE" in said, "no staged copy has kept the bucket from being deleted"
    assert aws.packages() == []
    operations = [call["Operation"] for call in aws.calls()]
    assert operations.index("CreatePackage") < operations.index("DeletePackage"), "there was one to delete"


def test_cloudformation_still_waits_for_a_create_that_writes_in_a_further_invocation(
    stack: Api, aws: LocalAws, tmp_path: Path
) -> None:
    before = continuations(aws)
    aws.behave(faults=[{"operation": "CreatePackage", "kind": "throttle", "times": 15}])
    outputs = stack.deploy(with_short_invocations(package(DICTIONARY, DICTIONARY.write(tmp_path, "throttled"))))
    assert outputs["PackageVersion"] == "v1"
    assert continuations(aws) > before
    assert "cannot be asked whether it still waits" not in logged(aws)


def children_of(parent: int) -> list[int]:
    """The process ids of a process's children: the functions that the local AWS runs."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found
