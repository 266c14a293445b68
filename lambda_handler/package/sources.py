"""Sources: S3 objects looked at, staged where the service may not be able to read them, and cleaned up.

The service knows no object versions, and may not read objects that are encrypted with KMS, or dictionaries of one
content type. Such an object, and text from the template, is copied to the provider's staging bucket and imported from
there. Where there is no such bucket, the service decides what it can read.
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
from lambda_handler.package_types import DICTIONARY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from lambda_handler.cloudformation.request import Request
    from lambda_handler.ownership import Owner

# What the service refuses, for a binary dictionary at least, and what S3 itself gives to an object without a type.
REFUSED_CONTENT_TYPE = "application/octet-stream"
ACCEPTED_CONTENT_TYPE = "binary/octet-stream"
KMS_ENCRYPTIONS = ("aws:kms", "aws:kms:dsse")
LONGEST_FILE_NAME = 100
# A request's time is known in whole seconds, and so is that of a copy.
TIME_IN_SECONDS = 1.0

_MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NotFound"}
# S3 answers a HEAD without a body, so its errors have no words. What they can be.
_WITHOUT_WORDS = {
    "400": "the key of KMS that encrypts the object is disabled or pending deletion, or the object is encrypted with a "
    "key that S3 does not keep (SSE-C)",
    "301": "the bucket is in another Region",
    "307": "the bucket is in another Region, or so new that S3 does not find it yet",
    "409": "S3 is changing the object or its bucket at this moment",
}
_WITHOUT_WORDS_OF_A_VERSION = _WITHOUT_WORDS | {
    "400": f"the S3ObjectVersion is no version id of S3, or {_WITHOUT_WORDS['400']}",
    "405": "the S3ObjectVersion is that of a delete marker",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Location:
    """An object that the service can read."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

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

    def readable(self, source: S3Source | TextSource, package_type: str, request: Request) -> Location:
        """Where the service can read the source: where it is, or else a staged copy.

        Raises:
            SourceUnreadableError: S3 refuses to show the object, or there is none.
            RequestFailedError: the source has to be staged, and there is no staging bucket.
        """
        if isinstance(source, TextSource):
            return self._stage_text(source, request)
        if source.version:
            bucket = self._staging_bucket_for("an S3ObjectVersion")
            return self._stage_object(source, request, self._look_at(source), bucket)
        head = self._look_at(source)
        if self._staging_bucket is not None and _may_be_unreadable(head, package_type):
            return self._stage_object(source, request, head, self._staging_bucket)
        return Location(source.bucket, source.key)

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

    def clear_all(self, request: Request) -> None:
        """Remove all copies of the resource: no other request of it is at work."""
        self._clear(request, lambda _: True)

    def clear_of(self, request: Request, maker: str) -> None:
        """Remove the copies of a request of the same resource, which is named as in a mark."""
        made_by_it = f"{_resource_prefix(request.owner)}{maker}/"
        self._clear(request, lambda copy: copy["Key"].startswith(made_by_it))

    def _clear(self, request: Request, is_to_go: Callable[[Any], bool]) -> None:
        """Remove copies, with all their versions: a bucket that keeps them could not be deleted.

        Never fails: they expire after a day.
        """
        if self._staging_bucket is None:
            return
        place: Any = {"Bucket": self._staging_bucket, "ExpectedBucketOwner": request.account}
        try:
            pages = self._s3.get_paginator("list_object_versions")
            for page in pages.paginate(Prefix=_resource_prefix(request.owner), **place):
                for copy in filter(is_to_go, [*page.get("Versions", []), *page.get("DeleteMarkers", [])]):
                    self._s3.delete_object(Key=copy["Key"], VersionId=copy["VersionId"], **place)
        except CALL_ERRORS as error:
            logger.warning("staged copies in %s could not be removed: %s", self._staging_bucket, describe(error))

    def _look_at(self, source: S3Source) -> dict[str, Any]:
        try:
            return dict(self._s3.head_object(**_object(source)))
        except ClientError as error:
            raise _unreadable(source, error) from error

    def _stage_object(self, source: S3Source, request: Request, head: dict[str, Any], bucket: str) -> Location:
        content_type = head.get("ContentType", "")
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
                ContentType=content_type if content_type and not _is_refused(content_type) else ACCEPTED_CONTENT_TYPE,
            )
        except ClientError as error:
            raise _unreadable(source, error, copied_to=location) from error
        return location

    def _stage_text(self, source: TextSource, request: Request) -> Location:
        bucket = self._staging_bucket_for("PackageContent")
        location = Location(bucket, f"{_request_prefix(request.owner)}content.{source.ending}")
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
            needs = ". The provider's role needs s3:PutObject on the staging bucket" if is_access_denied(error) else ""
            raise SourceUnreadableError(
                f"PackageContent could not be staged as {location}: {describe(error)}{needs}",
                access_denied=is_access_denied(error),
            ) from error
        return location

    def _staging_bucket_for(self, what: str) -> str:
        if self._staging_bucket is None:
            raise RequestFailedError(
                f"{what} needs a staging bucket, from which Amazon OpenSearch Service imports a copy, and this "
                "provider has none: give the provider one, or give an object in S3 and no S3ObjectVersion"
            )
        return self._staging_bucket


def _resource_prefix(owner: Owner) -> str:
    return f"{owner.stack}/{owner.resource}/"


def _request_prefix(owner: Owner) -> str:
    return f"{_resource_prefix(owner)}{owner.request}/"


def _object(source: S3Source) -> Any:
    """The object as S3 wants it named; a dictionary of another shape for each call in boto3's types."""
    place = {"Bucket": source.bucket, "Key": source.key}
    return {**place, "VersionId": source.version} if source.version else place


def _may_be_unreadable(head: dict[str, Any], package_type: str) -> bool:
    """Whether the service may not be able to import the object from where it is."""
    if head.get("ServerSideEncryption") in KMS_ENCRYPTIONS:
        return True
    return package_type == DICTIONARY and _is_refused(head.get("ContentType", ""))


def _is_refused(content_type: str) -> bool:
    """Whether it is the media type that the service may refuse, whatever parameters it has."""
    return content_type.partition(";")[0].strip().lower() == REFUSED_CONTENT_TYPE


def _unreadable(source: S3Source, error: ClientError, copied_to: Location | None = None) -> SourceUnreadableError:
    """Which action on which object failed, and what to do. Raises the error itself where it will pass."""
    if is_transient(error):
        raise error
    action = "s3:GetObjectVersion" if source.version else "s3:GetObject"
    if copied_to is not None:
        reason = f"{source} could not be copied to {copied_to}: {describe(error)}"
        if is_access_denied(error):
            reason += (
                f". The provider's role needs {action} on the object, kms:Decrypt on its key where KMS encrypts it, "
                "and s3:PutObject on the staging bucket; and S3 answers the same for an object that does not exist"
            )
    elif is_access_denied(error):
        reason = (
            f"{source} cannot be read: {action} was denied. Either the provider's role lacks that permission "
            "(or kms:Decrypt on the object's key), or there is no such object: S3 answers the same for both"
        )
    elif code_of(error) in _MISSING:
        what = "no such bucket, object or version" if source.version else "no such bucket or object"
        reason = f"{source} cannot be read: there is {what}"
    else:
        reason = f"{source} cannot be looked at: {describe(error)}"
        if can_be := (_WITHOUT_WORDS_OF_A_VERSION if source.version else _WITHOUT_WORDS).get(code_of(error)):
            reason += f". S3 says no more than that, and it can mean: {can_be}"
    return SourceUnreadableError(reason, access_denied=is_access_denied(error))
