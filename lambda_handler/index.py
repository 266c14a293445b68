"""The entry point: what Lambda calls, and which resource type is served by what."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from botocore.config import Config

from lambda_handler.association.handler import AssociationHandler
from lambda_handler.cloudformation.function import LambdaContext
from lambda_handler.cloudformation.resource import CustomResource
from lambda_handler.cloudformation.stacks import Stacks
from lambda_handler.domains import Domains
from lambda_handler.opensearch import OpenSearch
from lambda_handler.package.handler import PackageHandler
from lambda_handler.package.sources import Sources

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
    client = boto3.client("lambda", config=QUICK_CONFIG)
    client.invoke(FunctionName=function_arn, InvocationType="Event", Payload=payload.encode(errors="replace"))


def _cloudformation() -> Any:
    return boto3.client("cloudformation", config=QUICK_CONFIG)


def _register() -> None:
    client = boto3.client("opensearch", config=OPENSEARCH_CONFIG)
    service, model = OpenSearch(client), client.meta.service_model
    sources = Sources(boto3.client("s3", config=S3_CONFIG), os.environ.get("STAGING_BUCKET") or None)
    resource.register("Custom::OpenSearchPackage", PackageHandler(service, sources, model, stacks))
    associations = AssociationHandler(service, Domains(client), model, stacks)
    resource.register("Custom::OpenSearchPackageAssociation", associations)


stacks = Stacks(_cloudformation)
resource = CustomResource(_invoke, stacks)
try:
    _register()
except Exception as error:  # whatever it is: CloudFormation hears of it with the first request
    resource.init_failure(error)


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Serve one CloudFormation request."""
    resource(event, context)
