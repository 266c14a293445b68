"""CloudFormation's side of the function, in memory: from the event to the response, on a clock of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambda_handler.association.handler import AssociationHandler
from lambda_handler.cloudformation.resource import CustomResource
from lambda_handler.cloudformation.stacks import Stacks
from lambda_handler.domains import Domains
from lambda_handler.opensearch import OpenSearch
from lambda_handler.ownership import Owner
from lambda_handler.package.handler import PackageHandler
from lambda_handler.package.sources import Sources
from local_aws.moto_adapter import read_object
from local_aws.packages import PackagesModel
from local_aws.packages.seen import as_seen
from tests.support.plugin_archives import plugin_archive
from tests.support.responses import Response
from tests.support.stacks import StackBook

if TYPE_CHECKING:
    from mypy_boto3_opensearch import OpenSearchServiceClient
    from mypy_boto3_s3 import S3Client

PACKAGE = "Custom::OpenSearchPackage"
ASSOCIATION = "Custom::OpenSearchPackageAssociation"
STACK_ID = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/5f7f4c90-0000-11f0-8de9-0242ac120002"
OTHER_STACK_ID = "arn:aws:cloudformation:us-east-1:000000000000:stack/other/99999999-0000-11f0-8de9-0242ac120002"
REGION = "us-east-1"
SOURCES, STAGING = "sources", "staging"
NO_RETRIES = Config(region_name=REGION, retries={"total_max_attempts": 1})


@cache
def clients() -> tuple[S3Client, OpenSearchServiceClient]:
    """Making them takes longer than most tests do. Where they lead is moto's business at each call."""
    return boto3.client("s3", config=NO_RETRIES), boto3.client("opensearch", config=NO_RETRIES)


class FakeClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.time = datetime(2027, 1, 1, tzinfo=UTC).timestamp()

    def now(self) -> float:
        return self.time

    def naive(self) -> datetime:
        """The same in UTC, without saying so."""
        return datetime.fromtimestamp(self.time, UTC).replace(tzinfo=None)

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.time += seconds


@dataclass
class Context:
    """Lambda's context object."""

    clock: FakeClock
    ends: float
    log_stream_name: str = "2027/01/01/[$LATEST]0123456789abcdef"
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:provider"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self.clock.now()) * 1000)


@dataclass
class Cloud:
    """The function, the services that it calls, and CloudFormation's way to call it."""

    clock: FakeClock = field(default_factory=FakeClock)
    staging_bucket: str | None = STAGING
    stack_id: str = STACK_ID
    puts: list[tuple[str, bytes]] = field(default_factory=list)
    put_statuses: list[int] = field(default_factory=list)  # responded before 200
    continued: list[dict[str, Any]] = field(default_factory=list)
    invocations: int = 0  # of the last delivery
    refused_keys: dict[str, str] = field(default_factory=dict)  # and why the function may not use them
    _requests: int = 0
    _kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.model = PackagesModel(
            now=self.clock.now,
            read_object=read_object,
            use_key=lambda key, *_: self.refused_keys.get(key),
            behaviour=as_seen(copying=4, validating=4, deleting=3),
        )
        self.s3, self.opensearch = clients()
        self.stacks = StackBook(self.clock)
        for bucket in (SOURCES, STAGING):
            self.s3.create_bucket(Bucket=bucket)
        self.resource = self.cold_start()

    def cold_start(self) -> CustomResource:
        """A function that knows nothing of what was before."""
        stacks = Stacks(lambda: self.stacks)
        resource = CustomResource(self._invoke, stacks, clock=self.clock, put=self._put)
        sources = Sources(self.s3, self.staging_bucket)
        service = OpenSearch(self.opensearch)
        model = self.opensearch.meta.service_model
        resource.register(PACKAGE, PackageHandler(service, sources, model, stacks))
        resource.register(ASSOCIATION, AssociationHandler(service, Domains(self.opensearch), model, stacks))
        self.resource = resource
        return resource

    def store(self, key: str, body: bytes = b"couch, sofa\n", **options: Any) -> dict[str, str]:
        """An object in S3, as a PackageSource."""
        options = {"ServerSideEncryption": "AES256", "ContentType": "text/plain", **options}
        self.s3.put_object(Bucket=SOURCES, Key=key, Body=body, **options)
        return {"S3BucketName": SOURCES, "S3Key": key}

    def dictionary(self, **properties: Any) -> dict[str, Any]:
        """The properties of a dictionary in S3; those that are None are left out."""
        given = {"PackageType": "TXT-DICTIONARY", "PackageName": "synonyms", **properties}
        if not {"PackageSource", "PackageContent"} & given.keys():
            given["PackageSource"] = self.store("synonyms.txt")
        return {name: value for name, value in given.items() if value is not None}

    def plugin(self, engine: str) -> dict[str, Any]:
        """The properties of a plugin for that version of OpenSearch, without a name."""
        source = self.store(f"{engine}.zip", plugin_archive(opensearch_version=f"{engine}.0"))
        return {"PackageType": "ZIP-PLUGIN", "EngineVersion": f"OpenSearch_{engine}", "PackageSource": source}

    def create(self, properties: dict[str, Any], **event: Any) -> Response:
        return self.send("Create", properties, **event)

    def create_unheard(self, properties: dict[str, Any], **event: Any) -> Response:
        """A Create that CloudFormation cancels at once, or whose response is lost: it never learns the id."""
        made = self.event("Create", properties, **event)
        self.stacks.give_up(made)
        return self.deliver(made)

    def update(self, physical_id: str, old: dict[str, Any], new: dict[str, Any], **event: Any) -> Response:
        self.stacks.begin_update(self.stack_id)
        return self.roll_back(physical_id, old, new, **event)

    def roll_back(self, physical_id: str, old: dict[str, Any], new: dict[str, Any], **event: Any) -> Response:
        """An Update as a part of the stack's update that has begun already."""
        return self.send("Update", new, PhysicalResourceId=physical_id, OldResourceProperties=old, **event)

    def delete(self, physical_id: str, properties: dict[str, Any], **event: Any) -> Response:
        return self.send("Delete", properties, PhysicalResourceId=physical_id, **event)

    def event(self, kind: str, properties: dict[str, Any], **event: Any) -> dict[str, Any]:
        """An event as CloudFormation makes it, every scalar a string."""
        self._requests += 1
        made = {
            "RequestType": kind,
            "RequestId": f"request-{self._requests}",
            "StackId": self.stack_id,
            "LogicalResourceId": "Synonyms",
            "ResourceType": PACKAGE,
            "ResponseURL": self.response_url(),
            "ResourceProperties": {"ServiceToken": "arn:aws:lambda:…", **_as_strings(properties)},
            **{name: _as_strings(value) for name, value in event.items()},
        }
        self._kinds[made["RequestId"]] = kind
        self.stacks.send(made)
        return made

    def response_url(self) -> str:
        signed = datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        return f"https://bucket.s3.amazonaws.com/response?X-Amz-Date={signed}&X-Amz-Signature=secret-signature"

    def send(self, kind: str, properties: dict[str, Any], **event: Any) -> Response:
        return self.deliver(self.event(kind, properties, **event))

    def deliver(self, event: dict[str, Any], seconds: float = 900) -> Response:
        """One delivery of a request to the function, whose invocations may each run for that many seconds."""
        responded = len(self.puts)
        self.continued = [event]
        self.invocations = 0
        while self.continued:
            self.invocations += 1
            # Through JSON, as Lambda does.
            self.resource(json.loads(json.dumps(self.continued.pop())), Context(self.clock, self.clock.now() + seconds))
        assert len(self.puts) == responded + 1, "exactly one response"
        response = Response.parse(self.puts[-1][1])
        assert response.request == {name: event[name] for name in response.request}
        return response

    def owner(self, request_id: str = "an-earlier-request") -> Owner:
        """The resource that the events are about."""
        return Owner(self.stack_id, "Synonyms", request_id)

    def writes(self) -> list[str]:
        """The operations that the packages service was asked for and that change something."""
        return [name for name, _ in self.model.calls if not name.startswith(("Describe", "List", "Get"))]

    def package_ids(self) -> list[str]:
        """The packages that there are."""
        return [details["PackageID"] for details in self.model.own_packages()]

    def content(self, package_id: str) -> bytes:
        """What the service holds as the available content of a package."""
        return self.model.versions(package_id)[-1].body

    def staged(self) -> list[str]:
        """The keys in the staging bucket."""
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=STAGING).get("Contents", [])]

    def _invoke(self, function_arn: str, event: dict[str, Any]) -> None:
        assert function_arn == Context.invoked_function_arn
        self.continued.append(event)

    def _put(self, url: str, body: bytes) -> int:
        if self.put_statuses:
            return self.put_statuses.pop(0)
        self.puts.append((url, body))
        response = Response.parse(body)
        self.stacks.receive(
            response.request | {"RequestType": self._kinds.get(response.request["RequestId"], "")}, response
        )
        return 200


def _as_strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_strings(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_strings(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
