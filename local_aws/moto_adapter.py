"""The packages service behind moto: boto3's `opensearch` client reaches the model under `moto.mock_aws()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import moto.es.urls
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from local_aws import rest_json
from local_aws.packages import PackagesModel, StoredObject


@contextmanager
def packages_in_moto(model: PackagesModel) -> Iterator[PackagesModel]:
    """Route the packages operations to `model`. May be opened before or inside `mock_aws()`."""
    paths = moto.es.urls.url_paths
    before = dict(paths)

    def handle(request: Any, full_url: str, headers: Any) -> rest_json.Answer:
        parsed = rest_json.parse(request.method, unquote(request.path), request.args, request.get_data())
        if parsed is None:
            return 404, {"x-amzn-errortype": "UnknownOperationException"}, b"{}"
        return rest_json.answer(model.call, *parsed)

    for route in rest_json.routes():
        paths[f"{{0}}{_for_format(route.pattern.pattern)}$"] = handle
    try:
        yield model
    finally:
        paths.clear()
        paths.update(before)


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


def _for_format(pattern: str) -> str:
    """Moto runs each path through `str.format`: braces of a pattern must survive that."""
    return pattern.replace("{", "{{").replace("}", "}}")
