"""The packages service behind moto: boto3's `opensearch` client reaches the model under `moto.mock_aws()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from local_aws import buckets, rest_json
from local_aws.api_model import PREFIX
from local_aws.packages import PackagesModel, StoredObject


@contextmanager
def packages_in_moto(model: PackagesModel) -> Iterator[PackagesModel]:
    """Route the packages operations to `model`, and let S3 refuse version ids that cannot be any.

    May be opened before or inside `mock_aws()`.

    The seam is the one method through which moto sees every request of boto3. It comes before moto's table of URLs,
    in which moto would try some 130 services for each request before it finds the right one.
    """
    stubber: Any = botocore_stubber
    before = stubber.process_request

    def process_request(request: Any) -> Any:
        url = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.netloc.startswith("es.") and url.path.startswith(PREFIX):
            parsed = rest_json.parse(request.method, url.path, query, _bytes(request.body))
            if parsed is not None:
                return rest_json.respond(model.call, *parsed)
        if refusal := buckets.refusal_of_version(
            request.method, query, _text(request.headers.get("x-amz-copy-source"))
        ):
            return refusal[0], {}, refusal[1]
        return before(request)

    stubber.process_request = process_request
    try:
        yield model
    finally:
        stubber.process_request = before


def read_object(bucket: str, key: str) -> StoredObject | None:
    """Read an object from moto's S3, without making a request that a test would count."""
    try:
        found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_object(bucket, key)
    except MissingBucket:
        return None
    if found is None:
        return None
    content_type = found.metadata.get("Content-Type", "binary/octet-stream")
    return StoredObject(found.value, content_type, found.encryption or "AES256")


def _text(header: Any) -> str:
    return header.decode() if isinstance(header, bytes) else header or ""


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
