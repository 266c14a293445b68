"""An account in memory, on a clock on which waiting takes no time, and runs of `make verify-aws` in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from local_aws import rest_json
from local_aws.packages import PackagesModel, ServiceError, StoredObject
from verification.calls import Calls, Pace
from verification.cleaning import Cleaner
from verification.lab import Lab
from verification.ours import bucket_of
from verification.question import Question
from verification.questions import load
from verification.redaction import Redaction
from verification.report import Report
from verification.run import Run

ACCOUNT, REGION, DOMAIN = "123456789012", "eu-west-1", "shop-search"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/7f1c"
BUCKET = bucket_of(ACCOUNT, REGION)
WRITES = ("create", "update", "delete", "associate", "dissociate", "put")


class DiedError(BaseException):
    """The process is gone: no call of it is made any more."""


def error(operation: str, code: str, message: str = "") -> ClientError:
    """What boto3 raises."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Bucket:
    """A bucket of S3."""

    objects: dict[str, StoredObject] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    owner: str = ACCOUNT


class S3:
    """boto3's `s3` client, as far as the tool uses it."""

    def __init__(self, buckets: dict[str, Bucket]) -> None:
        self._buckets = buckets

    def method(self, name: str) -> Callable[..., Any]:
        def call(*, Bucket: str, ExpectedBucketOwner: str = "", **others: Any) -> Any:  # noqa: N803
            found = self._buckets.get(Bucket)
            if found and found.owner != (ExpectedBucketOwner or ACCOUNT):
                raise error(name, "403", "Forbidden")
            return getattr(self, name)(Bucket=Bucket, **others)

        return call

    def create_bucket(self, *, Bucket: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self._buckets[Bucket] = _Bucket()
        return {}

    def head_bucket(self, *, Bucket: str) -> dict[str, Any]:  # noqa: N803
        self._bucket("HeadBucket", Bucket, "404")
        return {}

    def put_bucket_tagging(self, *, Bucket: str, Tagging: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        self._bucket("PutBucketTagging", Bucket).tags = Tagging["TagSet"]
        return {}

    def get_bucket_tagging(self, *, Bucket: str) -> dict[str, Any]:  # noqa: N803
        tags = self._bucket("GetBucketTagging", Bucket).tags
        if not tags:
            raise error("GetBucketTagging", "NoSuchTagSet")
        return {"TagSet": tags}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **options: str) -> dict[str, Any]:  # noqa: N803
        stored = StoredObject(
            Body,
            options.get("ContentType", "binary/octet-stream"),
            options.get("ServerSideEncryption", "AES256"),
            options.get("SSEKMSKeyId", ""),
        )
        self._bucket("PutObject", Bucket).objects[Key] = stored
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        if Key not in self._bucket("GetObject", Bucket).objects:
            raise error("GetObject", "NoSuchKey")
        return {"ContentLength": 0}

    def list_objects_v2(self, *, Bucket: str) -> dict[str, Any]:  # noqa: N803
        return {"Contents": [{"Key": key} for key in self._bucket("ListObjectsV2", Bucket).objects]}

    def delete_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._bucket("DeleteObject", Bucket).objects.pop(Key, None)
        return {}

    def delete_bucket(self, *, Bucket: str) -> dict[str, Any]:  # noqa: N803
        if self._bucket("DeleteBucket", Bucket).objects:
            raise error("DeleteBucket", "BucketNotEmpty")
        del self._buckets[Bucket]
        return {}

    def _bucket(self, operation: str, name: str, missing: str = "NoSuchBucket") -> _Bucket:
        if name not in self._buckets:
            raise error(operation, missing)
        return self._buckets[name]


_Bucket = Bucket


class Client:
    """A client that dies at one of its calls: before it is made, or before its answer comes."""

    def __init__(self, world: World, service: str, methods: Callable[[str], Callable[..., Any]]) -> None:
        self._world = world
        self._service = service
        self._methods = methods

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._methods(name)

        def call(**parameters: Any) -> Any:
            world = self._world
            world.writes += name.startswith(WRITES)
            operation = OPERATIONS.get(name) or S3_OPERATIONS[name]
            world.called.add((self._service, operation))
            reached = world.writes >= world.dies_at
            if reached and (world.is_dead or world.dies_before):
                world.is_dead = True
                raise DiedError
            if operation in world.interrupts:
                world.interrupts.remove(operation)
                raise KeyboardInterrupt
            if operation in world.breaks:
                world.breaks.remove(operation)
                raise error(operation, "OperationAborted")
            answer = method(**parameters)
            if reached:
                world.is_dead = True
                raise DiedError
            return answer

        return call


S3_OPERATIONS = {
    xform_name(name): name
    for name in (
        *("CreateBucket", "HeadBucket", "PutBucketTagging", "GetBucketTagging", "DeleteBucket"),
        *("PutObject", "GetObject", "ListObjectsV2", "DeleteObject"),
    )
}
OPERATIONS = {xform_name(name): name for name in rest_json.OPERATIONS}


@dataclass
class World:
    """The account.

    Attributes:
        time: seconds since the epoch.
        buckets: S3's buckets.
        writes: how many calls that change something were made.
        dies_at: at which of them the process dies.
        dies_before: whether that call is not made any more.
        is_dead: whether it has died.
        report: of the last run.
        called: the services and operations that were called.
        interrupts: the operations whose next call somebody interrupts.
        breaks: the operations whose next call S3 refuses with OperationAborted, each as often as it is there.
        tell: hears what a run says.
    """

    time: float = 1_800_000_000.0
    buckets: dict[str, Bucket] = field(default_factory=dict)
    writes: int = 0
    dies_at: float = float("inf")
    dies_before: bool = False
    is_dead: bool = False
    model: PackagesModel = field(init=False)
    report: Report = field(init=False)
    called: set[tuple[str, str]] = field(default_factory=set)
    interrupts: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    tell: Callable[[str], None] = field(default=lambda text: None)

    def __post_init__(self) -> None:
        self.model = PackagesModel(now=self.now, read_object=self.read, account=ACCOUNT, region=REGION)
        self.model.add_domain(DOMAIN, "OpenSearch_2.17")

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def read(self, bucket: str, key: str) -> StoredObject | None:
        return self.buckets[bucket].objects.get(key) if bucket in self.buckets else None

    def calls(self) -> Calls:
        s3 = S3(self.buckets)
        clients = {
            "opensearch": Client(self, "opensearch", self._operation),
            "s3": Client(self, "s3", s3.method),
        }
        redaction = Redaction(ACCOUNT, {BUCKET: "<bucket>", DOMAIN: "<domain>", KEY: "<key>"})
        return Calls(clients, self, Pace(), redaction, ACCOUNT)

    def run(
        self, questions: Mapping[str, Question] | None = None, lasts: float = 1e6, domain: str = DOMAIN, key: str = KEY
    ) -> Report:
        """`make verify-aws`, from what it does first after a yes to its end."""
        calls = self.calls()
        self.report = Report.begin(None, REGION, self.time, {"EngineVersion": "OpenSearch_2.17"}, is_aws=True)
        lab = Lab(calls, BUCKET, "0a1b", domain=domain, key=key)
        asked = load() if questions is None else questions
        until = self.time + lasts if lasts else self.time - 1
        Run(lab, Cleaner(calls, BUCKET), self.report, REGION, asked, until, self.tell)()
        return self.report

    def _operation(self, name: str) -> Callable[..., Any]:
        operation = OPERATIONS[name]

        def call(**parameters: Any) -> Any:
            try:
                return self.model.call(operation, parameters)
            except ServiceError as refused:
                raise error(operation, refused.code, refused.message) from None

        return call
