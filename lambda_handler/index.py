"""The entry point: what Lambda calls, and which resource type is served by what."""

from __future__ import annotations

import gc

# What a start makes is kept: collecting garbage meanwhile finds none, and takes an eighth of its time.
gc.disable()

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from lambda_handler.clients import client
from lambda_handler.cloudformation.function import LambdaContext
from lambda_handler.cloudformation.resource import CustomResource
from lambda_handler.cloudformation.stacks import Stacks
from lambda_handler.opensearch import OpenSearch
from lambda_handler.package.handler import PackageHandler
from lambda_handler.package.sources import Sources

if TYPE_CHECKING:
    from lambda_handler.association.handler import AssociationHandler

# A call to the packages service is not repeated by botocore: the work's next step looks before it writes again, and
# the response of a write may have got lost. So a single call gives up early, too.
OPENSEARCH_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
# Calls that may be repeated without harm. CopyObject responds only when all bytes are copied, and plugins may have a
# gigabyte.
RETRIES: Any = {"mode": "standard", "total_max_attempts": 4}
S3_CONFIG = Config(retries=RETRIES, connect_timeout=5, read_timeout=120)
# These two are repeated where it makes sense by whoever calls them: one asks again in the next step, and an invocation
# whose response was lost may be under way.
QUICK_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=5)


def _invoke(function_arn: str, event: dict[str, Any]) -> None:
    """Invoke a function and do not wait for it. Few requests need this, so the client is made here."""
    # Escaped, the largest texts would not fit into Lambda's 1 MB.
    payload = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    invoking = client("lambda", QUICK_CONFIG)
    invoking.invoke(FunctionName=function_arn, InvocationType="Event", Payload=payload.encode(errors="replace"))


def _cloudformation() -> Any:
    return client("cloudformation", QUICK_CONFIG)


@cache
def _opensearch() -> Any:
    return client("opensearch", OPENSEARCH_CONFIG)


def _packages() -> PackageHandler:
    service = _opensearch()
    sources = Sources(client("s3", S3_CONFIG), os.environ.get("STAGING_BUCKET") or None)
    return PackageHandler(OpenSearch(service), sources, service.meta.service_model, stacks)


def _associations() -> AssociationHandler:
    from lambda_handler.association.handler import AssociationHandler  # noqa: PLC0415 - few starts need it
    from lambda_handler.domains import Domains  # noqa: PLC0415

    service = _opensearch()
    return AssociationHandler(OpenSearch(service), Domains(service), service.meta.service_model, stacks)


stacks = Stacks(_cloudformation)
resource = CustomResource(_invoke, stacks)
try:
    # Made here rather than with the first request, because almost every start is for a package, and Lambda gives a
    # start a whole processor, but a request only the share that its memory buys.
    # Source: https://serverlessland.com/content/service/lambda/guides/effectively-running-java-on-serverless/init-heavy-lifting
    resource.register("Custom::OpenSearchPackage", _packages())
    resource.register_later("Custom::OpenSearchPackageAssociation", _associations)
except Exception as error:  # whatever it is: CloudFormation hears of it with the first request
    resource.init_failure(error)

gc.freeze()  # nor does a later collection look through it
gc.enable()


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Serve one CloudFormation request."""
    resource(event, context)
