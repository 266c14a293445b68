"""Sources: S3 objects looked at, staged where the service cannot read them, and cleaned up.

The service cannot read objects that are encrypted with KMS, refuses one content type and knows no object versions.
Such an object, and text from the template, is copied to the provider's staging bucket and imported from there.
Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-packages.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_handler.cloudformation.deadline import DEFAULT_SERVICE_TIMEOUT
from lambda_handler.errors import CALL_ERRORS, RequestFailedError, code_of, describe, is_access_denied, is_transient
from lambda_handler.package.properties import S3Source, TextSource

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from lambda_handler.cloudformation.request import Request
    from lambda_handler.ownership import Owner

REFUSED_CONTENT_TYPE = "application/octet-stream"
ACCEPTED_CONTENT_TYPE = "binary/octet-stream"
KMS_ENCRYPTIONS = ("aws:kms", "aws:kms:dsse")
LONGEST_FILE_NAME = 100
# A request's time is known in whole seconds, and so is that of a copy.
TIME_IN_SECONDS = 1.0

_MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NotFound"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Location:
    """An object that the service can read."""

    bucket: str
    key: str

    @property
    def parameters(self) -> dict[str, str]:
        """The API's PackageSource."""
        return {"S3BucketName": self.bucket, "S3Key": self.key}


class SourceUnreadableError(RequestFailedError):
    """This function cannot read the source."""


class Sources:
    """What the service imports from."""

    def __init__(self, s3: S3Client, staging_bucket: str | None) -> None:
        self._s3 = s3
        self._staging_bucket = staging_bucket

    def readable(self, source: S3Source | TextSource, request: Request) -> Location:
        """Where the service can read the source: where it is, or else a staged copy.

        Raises:
            SourceUnreadableError: S3 refuses to show the object, or there is none.
            RequestFailedError: the source has to be staged, and there is no staging bucket.
        """
        if isinstance(source, TextSource):
            return self._stage_text(source, request)
        head = self._look_at(source)
        obstacle = _obstacle(source, head)
        if obstacle is None:
            return Location(source.bucket, source.key)
        return self._stage_object(source, request, head.get("ContentType", ""), obstacle)

    def clear_earlier(self, request: Request) -> None:
        """Remove the copies that earlier requests of the resource have left. Later ones may be at work."""
        own = _request_prefix(request.owner)
        # A request without a date may be as old as CloudFormation waits for one.
        made = request.deadline.started - (0 if request.is_dated else DEFAULT_SERVICE_TIMEOUT)

        def is_earlier(copy: Any) -> bool:
            return not copy["Key"].startswith(own) and copy["LastModified"].timestamp() < made + TIME_IN_SECONDS

        self._clear(request, is_earlier)

    def clear_own(self, request: Request) -> None:
        """Remove the copies of this request: its import has ended."""
        self.clear_of(request, request.owner.request)

    def clear_of(self, request: Request, maker: str) -> None:
        """Remove the copies of a request of the same resource, which is named as in a mark."""
        made_by_it = f"{_resource_prefix(request.owner)}{maker}/"
        self._clear(request, lambda copy: copy["Key"].startswith(made_by_it))

    def _clear(self, request: Request, is_to_go: Callable[[Any], bool]) -> None:
        """Remove copies. Never fails: they expire after a day."""
        if self._staging_bucket is None:
            return
        place: Any = {"Bucket": self._staging_bucket, "ExpectedBucketOwner": request.account}
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Prefix=_resource_prefix(request.owner), **place)
            for copy in [copy for page in pages for copy in page.get("Contents", []) if is_to_go(copy)]:
                self._s3.delete_object(Key=copy["Key"], **place)
        except CALL_ERRORS as error:
            logger.warning("staged copies in %s could not be removed: %s", self._staging_bucket, describe(error))

    def _look_at(self, source: S3Source) -> dict[str, Any]:
        try:
            return dict(self._s3.head_object(**_object(source)))
        except ClientError as error:
            raise _unreadable(source, error) from error

    def _stage_object(self, source: S3Source, request: Request, content_type: str, obstacle: str) -> Location:
        bucket = self._staging_bucket_for(f"{source} {obstacle}")
        location = Location(bucket, _request_prefix(request.owner) + source.key.rsplit("/", 1)[-1][-LONGEST_FILE_NAME:])
        try:
            self._s3.copy_object(
                Bucket=location.bucket,
                Key=location.key,
                ExpectedBucketOwner=request.account,
                CopySource=_object(source),
                ServerSideEncryption="AES256",
                # Neither metadata nor tags are copied: reading tags would need a permission of its own.
                MetadataDirective="REPLACE",
                TaggingDirective="REPLACE",
                ContentType=content_type if content_type not in ("", REFUSED_CONTENT_TYPE) else ACCEPTED_CONTENT_TYPE,
            )
        except ClientError as error:
            raise _unreadable(source, error, copied_to=location) from error
        return location

    def _stage_text(self, source: TextSource, request: Request) -> Location:
        bucket = self._staging_bucket_for("PackageContent")
        location = Location(bucket, _request_prefix(request.owner) + _file_name(source))
        try:
            self._s3.put_object(
                Bucket=location.bucket,
                Key=location.key,
                ExpectedBucketOwner=request.account,
                Body=source.content,
                ContentType="text/plain; charset=utf-8",
                ServerSideEncryption="AES256",
            )
        except ClientError as error:
            if is_transient(error):
                raise
            raise SourceUnreadableError(
                f"PackageContent could not be staged: s3:PutObject on s3://{location.bucket}/{location.key} "
                f"answered {code_of(error)}",
                access_denied=is_access_denied(error),
            ) from error
        return location

    def _staging_bucket_for(self, what: str) -> str:
        if self._staging_bucket is None:
            raise RequestFailedError(
                f"{what} has to be staged for Amazon OpenSearch Service, and this provider has no staging bucket: "
                "give the provider one, or upload the file with SSE-S3 encryption and another content type than "
                f"{REFUSED_CONTENT_TYPE} and name no S3ObjectVersion"
            )
        return self._staging_bucket


def _resource_prefix(owner: Owner) -> str:
    return f"{owner.stack}/{owner.resource}/"


def _request_prefix(owner: Owner) -> str:
    return f"{_resource_prefix(owner)}{owner.request}/"


def _file_name(source: TextSource) -> str:
    """A name whose ending says what is in it: a license has to be .json or .xml, a dictionary may be anything."""
    first = source.content.lstrip()[:1]
    ending = {b"<": "xml", b"{": "json", b"[": "json"}.get(first, "txt")
    return f"content.{ending}"


def _object(source: S3Source) -> Any:
    """The object as S3 wants it named; a dictionary of another shape for each call in boto3's types."""
    place = {"Bucket": source.bucket, "Key": source.key}
    return {**place, "VersionId": source.version} if source.version else place


def _obstacle(source: S3Source, head: dict[str, Any]) -> str | None:
    """Why the service cannot read the object, or None."""
    if head.get("ServerSideEncryption") in KMS_ENCRYPTIONS:
        return "is encrypted with KMS, which the service cannot read; it"
    if head.get("ContentType") == REFUSED_CONTENT_TYPE:
        return f"has the content type {REFUSED_CONTENT_TYPE}, which the service refuses; it"
    if source.version:
        return "is asked for by version, which the service does not know; it"
    return None


def _unreadable(source: S3Source, error: ClientError, copied_to: Location | None = None) -> SourceUnreadableError:
    """Which action on which object failed, and what to do. Raises the error itself where it will pass."""
    if is_transient(error):
        raise error
    action = "s3:GetObjectVersion" if source.version else "s3:GetObject"
    if copied_to is not None:
        reason = (
            f"{source} could not be copied to s3://{copied_to.bucket}/{copied_to.key}: S3 answered {code_of(error)}. "
            f"The provider's role needs {action} on the object, kms:Decrypt on its key where KMS encrypts it, "
            "and s3:PutObject on the staging bucket"
        )
    elif is_access_denied(error):
        reason = (
            f"{source} cannot be read: {action} was denied. Either the provider's role lacks that permission "
            "(or kms:Decrypt on the object's key), or there is no such object: S3 answers the same for both"
        )
    elif code_of(error) in _MISSING:
        reason = f"{source} cannot be read: there is no such object"
    else:
        reason = f"{source} cannot be looked at: {describe(error)}"
    return SourceUnreadableError(reason, access_denied=is_access_denied(error))
