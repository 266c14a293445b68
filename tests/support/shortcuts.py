"""Short ways to AWS in memory for the calls that tests make most often, without the detour over HTTP.

botocore still checks the parameters of every call, and raises its own errors. Signing a request and finding who serves
its URL is most of what a call costs under moto; that is what is left out. Every other call takes moto's way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.parsers import create_parser
from botocore.validate import validate_parameters
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from local_aws import rest_json
from local_aws.moto_adapter import read_object
from local_aws.packages import PackagesModel, ServiceError

if TYPE_CHECKING:
    from mypy_boto3_opensearch import OpenSearchServiceClient
    from mypy_boto3_s3 import S3Client

# What botocore takes for a response: the HTTP part, of which it looks at the status, and what stands in it.
Short = tuple[SimpleNamespace, dict[str, Any]]
OK = SimpleNamespace(status_code=200)
LOOKS = {"DescribePackages", "DescribeDomain", "ListPackagesForDomain"}


@contextmanager
def packages_played_by(model: PackagesModel, client: OpenSearchServiceClient) -> Iterator[None]:
    """Have the client's operations on packages played by the model."""
    with _before(client, "opensearch", _play(model)), _looks_at(model, client):
        yield


@contextmanager
def objects_looked_up(client: S3Client) -> Iterator[None]:
    """Have the client's plain looks at S3 served by what moto holds."""
    shorts = {"CreateBucket": _create_bucket, "ListObjectVersions": _list_nothing, "HeadObject": _head_object}
    with ExitStack() as stack:
        for operation, short in shorts.items():
            stack.enter_context(_before(client, f"s3.{operation}", short))
        yield


def forget_all_objects() -> None:
    """Make moto's S3 what it is at the start."""
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].reset()


@contextmanager
def _before(client: Any, call: str, short: Callable[..., Short | None]) -> Iterator[None]:
    client.meta.events.register(f"before-call.{call}", short)
    try:
        yield
    finally:
        client.meta.events.unregister(f"before-call.{call}", short)


def _play(model: PackagesModel) -> Callable[..., Short | None]:
    """Requests as botocore writes them, and responses as it reads them."""
    parser = create_parser("rest-json")

    def short(params: dict[str, Any], **event: Any) -> Short | None:
        request = rest_json.parse(params["method"], params["url_path"], params["query_string"], params["body"])
        if request is None:
            return None
        status, headers, body = rest_json.respond(model.call, *request)
        response = {"status_code": status, "headers": headers, "body": body}
        return SimpleNamespace(status_code=status), parser.parse(response, event["model"].output_shape)

    return short


@contextmanager
def _looks_at(model: PackagesModel, client: Any) -> Iterator[None]:
    """The looks, which are nine calls of ten, not even written and read: the parameters are checked."""
    make_api_call = client._make_api_call

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        if operation not in LOOKS:
            return make_api_call(operation, parameters)
        validate_parameters(parameters, client.meta.service_model.operation_model(operation).input_shape)
        try:
            return model.call(operation, parameters)
        except ServiceError as error:
            told = {
                "Error": {"Code": error.code, "Message": error.message},
                "ResponseMetadata": {"HTTPStatusCode": error.http_status},
            }
            raise client.exceptions.from_code(error.code)(told, operation) from None

    client._make_api_call = call
    try:
        yield
    finally:
        del client._make_api_call


def _create_bucket(context: dict[str, Any], **event: Any) -> Short | None:
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(_parameters(context)["Bucket"], "us-east-1")
    return OK, {}


def _list_nothing(context: dict[str, Any], **event: Any) -> Short | None:
    """A list of a bucket in which nothing is."""
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(_parameters(context)["Bucket"])
    if bucket is None or len(bucket.keys):
        return None
    return OK, {"IsTruncated": False, "KeyCount": 0}


def _head_object(context: dict[str, Any], **event: Any) -> Short | None:
    """What an object is like that is there and whose version does not matter."""
    parameters = _parameters(context)
    found = None if "VersionId" in parameters else read_object(parameters["Bucket"], parameters["Key"])
    if found is None:
        return None
    return OK, {"ContentType": found.content_type, "ServerSideEncryption": found.encryption}


def _parameters(context: dict[str, Any]) -> dict[str, Any]:
    """What the caller gave; botocore keeps it for S3's redirects."""
    parameters: dict[str, Any] = context["s3_redirect"]["params"]
    return parameters
