"""The entry point: what Lambda calls."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lambda_handler import clients, index
from tests.unit.lambda_handler.harness import ASSOCIATION, Cloud, Context

ROOT = Path(__file__).parents[3]


class Lambda:
    """The client, as far as the function uses it."""

    def __init__(self) -> None:
        self.invoked: list[dict[str, Any]] = []

    def invoke(self, **parameters: Any) -> None:
        self.invoked.append(parameters)


def cold_start(cloud: Cloud) -> ModuleType:
    """The module as Lambda loads it, with the time and the way to CloudFormation of the test."""
    spec = find_spec("lambda_handler.index")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.resource.put, module.resource.clock = cloud.resource.put, cloud.clock
    return module


def response_of(module: ModuleType, cloud: Cloud) -> dict[str, Any]:
    """What CloudFormation is told about a Create."""
    module.handler(cloud.event("Create", cloud.dictionary()), Context(cloud.clock, cloud.clock.now() + 900))
    [(_, body)] = cloud.puts
    response: dict[str, Any] = json.loads(body)
    return response


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    client = Lambda()
    monkeypatch.setattr(index, "client", lambda *_: client)
    return client


def test_cfn_lint_knows_the_resource_types_that_are_served(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    checks = json.loads((ROOT / "schemas" / "cfn-lint" / "checks.json").read_text())
    assert checks["resourceTypes"].keys() == cold_start(cloud).resource._handlers.keys()


def test_a_further_invocation_is_asynchronous_and_gets_the_event_as_it_is(function: Lambda) -> None:
    index._invoke("arn", {"text": "Kanapée", "deep": [{"a": None}]})
    [invoked] = function.invoked
    assert (invoked["FunctionName"], invoked["InvocationType"]) == ("arn", "Event")
    assert json.loads(invoked["Payload"]) == {"text": "Kanapée", "deep": [{"a": None}]}


@pytest.mark.parametrize("letter", ["a", "ж", "語", "\n", '"'])
def test_the_largest_old_and_new_texts_fit_into_lambdas_megabyte(function: Lambda, letter: str) -> None:
    text = letter * (256_000 // len(json.dumps(letter, ensure_ascii=False)[1:-1].encode()))
    index._invoke("arn", {"ResourceProperties": {"a": text}, "OldResourceProperties": {"a": text}})
    assert len(function.invoked[0]["Payload"]) < 1_000_000


def test_what_goes_wrong_at_the_start_is_told_to_cloudformation(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no region")

    monkeypatch.setattr("lambda_handler.clients.client", fail)
    response = response_of(cold_start(cloud), cloud)
    assert response["Status"] == "FAILED"
    assert response["Reason"].startswith("no region")


def test_it_serves_a_package_with_clients_of_its_own(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    clients: dict[str, Any] = {"opensearch": cloud.opensearch, "s3": cloud.s3, "cloudformation": cloud.stacks}
    monkeypatch.setattr("lambda_handler.clients.client", lambda name, _: clients[name])
    response = response_of(cold_start(cloud), cloud)
    assert response["Status"] == "SUCCESS"
    assert cloud.package_ids() == [response["PhysicalResourceId"]]


def test_it_serves_an_association_too(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    clients: dict[str, Any] = {"opensearch": cloud.opensearch, "s3": cloud.s3, "cloudformation": cloud.stacks}
    monkeypatch.setattr("lambda_handler.clients.client", lambda name, _: clients[name])
    cloud.model.add_domain("shop-search", "OpenSearch_2.17")
    made = cloud.create(cloud.dictionary())
    properties = {"DomainName": "shop-search", "Packages": [{"PackageID": made.physical_id}]}
    event = cloud.event("Create", properties, ResourceType=ASSOCIATION)
    cold_start(cloud).handler(event, Context(cloud.clock, cloud.clock.now() + 900))
    assert json.loads(cloud.puts[-1][1])["Data"]["DomainPackageStatus"] == "ACTIVE"


def test_a_start_for_a_package_imports_neither_boto3_nor_what_associations_need() -> None:
    code = (
        "import gc, sys, lambda_handler.index; "
        "print(gc.isenabled(), *(one for one in sys.modules if one.startswith(('boto3', 's3transfer')) "
        "or '.association' in one))"
    )
    started = subprocess.run(  # noqa: S603 - a start is a process of its own
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert started.stdout.split() == ["True"]


@pytest.mark.parametrize("service", clients.SERVICES)
def test_there_is_a_client_of_each_service(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    made = clients.client(service, index.QUICK_CONFIG)
    assert (made.meta.service_model.service_name, made.meta.region_name) == (service, "eu-west-1")
    assert made.meta.config.read_timeout == 5
