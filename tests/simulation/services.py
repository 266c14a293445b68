"""Amazon OpenSearch Service and S3 in memory, as boto3's clients show them, without a request on any wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Protocol

from botocore.exceptions import ClientError

from local_aws import api_model
from local_aws.packages import PackagesModel, ServiceError, StoredObject
from tests.support.stacks import StackBook

OPERATIONS = {
    "create_package": "CreatePackage",
    "update_package": "UpdatePackage",
    "delete_package": "DeletePackage",
    "describe_packages": "DescribePackages",
    "list_domains_for_package": "ListDomainsForPackage",
    "get_package_version_history": "GetPackageVersionHistory",
    "describe_domain": "DescribeDomain",
    "describe_domain_change_progress": "DescribeDomainChangeProgress",
    "list_packages_for_domain": "ListPackagesForDomain",
    "associate_packages": "AssociatePackages",
    "dissociate_packages": "DissociatePackages",
}


class Line(Protocol):
    """The way out of the function: every call goes through it."""

    def __call__(self, operation: str, apply: Callable[[], Any], parameters: dict[str, Any]) -> Any:
        """Make the call."""


def error(operation: str, code: str, message: str, status: int) -> ClientError:
    """An error response, as boto3 raises it."""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )


class OpenSearchClient:
    """boto3's `opensearch` client, as far as the function uses it."""

    def __init__(self, model: PackagesModel, line: Line) -> None:
        self.meta = SimpleNamespace(service_model=api_model.service())
        self._model = model
        self._line = line

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = OPERATIONS[name]

        def call(**parameters: Any) -> Any:
            return self._line(operation, lambda: self._call(operation, parameters), parameters)

        return call

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._model.call(operation, parameters)
        except ServiceError as told:
            raise error(operation, told.code, told.message, told.http_status) from None


class CloudFormationClient:
    """boto3's `cloudformation` client, as far as the function uses it."""

    def __init__(self, stacks: StackBook, line: Line) -> None:
        self._stacks = stacks
        self._line = line

    def describe_stack_resource(self, **parameters: Any) -> Any:
        return self._line(
            "DescribeStackResource", lambda: self._stacks.describe_stack_resource(**parameters), parameters
        )

    def describe_stacks(self, **parameters: Any) -> Any:
        return self._line("DescribeStacks", lambda: self._stacks.describe_stacks(**parameters), parameters)


@dataclass
class Store:
    """What S3 holds, and since when.

    Attributes:
        now: the time.
    """

    now: Callable[[], float]
    objects: dict[tuple[str, str], StoredObject] = field(default_factory=dict)
    written_at: dict[tuple[str, str], float] = field(default_factory=dict)

    def read(self, bucket: str, key: str) -> StoredObject | None:
        """An object as the packages service finds it."""
        return self.objects.get((bucket, key))

    def write(self, bucket: str, key: str, stored: StoredObject) -> None:
        """Put an object."""
        self.objects[bucket, key] = stored
        self.written_at[bucket, key] = self.now()

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys of a bucket."""
        return sorted(key for place, key in self.objects if place == bucket and key.startswith(prefix))


class S3Client:
    """boto3's `s3` client, as far as the function uses it."""

    def __init__(self, store: Store, line: Line) -> None:
        self._store = store
        self._line = line

    def head_object(self, **place: Any) -> Any:
        def head() -> dict[str, str]:
            found = self._found("HeadObject", place)
            return {"ContentType": found.content_type, "ServerSideEncryption": found.encryption}

        return self._line("HeadObject", head, place)

    def copy_object(self, **parameters: Any) -> Any:
        def copy() -> dict[str, Any]:
            found = self._found("CopyObject", parameters["CopySource"])
            self._write(parameters, found.body)
            return {}

        return self._line("CopyObject", copy, parameters)

    def put_object(self, **parameters: Any) -> Any:
        return self._line("PutObject", lambda: self._write(parameters, parameters["Body"]), parameters)

    def delete_object(self, **place: Any) -> Any:
        return self._line("DeleteObject", lambda: self._store.objects.pop((place["Bucket"], place["Key"]), None), place)

    def get_paginator(self, name: str) -> Any:
        assert name == "list_object_versions"
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, **parameters: Any) -> Iterator[Any]:
        """Pages of one key each: a resource has hardly ever more."""
        keys = self._line(
            "ListObjectVersions", lambda: self._store.keys(parameters["Bucket"], parameters["Prefix"]), parameters
        )
        for key in keys:
            written = self._store.written_at[parameters["Bucket"], key]
            listed = {"Key": key, "VersionId": "null", "LastModified": datetime.fromtimestamp(int(written), UTC)}
            yield {"Versions": [listed]}

    def _write(self, parameters: dict[str, Any], body: bytes) -> None:
        stored = StoredObject(body, parameters["ContentType"], parameters["ServerSideEncryption"])
        self._store.write(parameters["Bucket"], parameters["Key"], stored)

    def _found(self, operation: str, place: dict[str, Any]) -> StoredObject:
        found = self._store.read(place["Bucket"], place["Key"])
        if found is None:
            raise error(operation, "404" if operation == "HeadObject" else "NoSuchKey", "Not Found", 404)
        return found
