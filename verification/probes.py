"""Calls about what does not exist: they change nothing, and show whether an action is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verification.lab import NOBODYS_ID
from verification.ours import IMPOSSIBLE_NAME, MARKER, TAG

Probe = tuple[str, str, dict[str, Any]]


def reads(bucket: str, domain: str) -> Iterator[Probe]:
    """Calls that read. The domain may exist."""
    nobodys = {"PackageID": NOBODYS_ID}
    yield "opensearch", "DescribePackages", {"MaxResults": 1}
    yield "opensearch", "GetPackageVersionHistory", nobodys
    yield "opensearch", "ListDomainsForPackage", nobodys
    if domain:
        yield "opensearch", "DescribeDomain", {"DomainName": domain}
        yield "opensearch", "ListPackagesForDomain", {"DomainName": domain}
    yield "s3", "HeadBucket", {"Bucket": bucket}


def writes(bucket: str, domain: str) -> Iterator[Probe]:
    """Calls that would write if there were such a package."""
    nobodys = {"PackageID": NOBODYS_ID}
    source = {"S3BucketName": bucket, "S3Key": "probe"}
    created = {"PackageName": IMPOSSIBLE_NAME, "PackageType": "TXT-DICTIONARY", "PackageDescription": MARKER}
    yield "opensearch", "CreatePackage", {**created, "PackageSource": source}
    yield "opensearch", "UpdatePackage", {**nobodys, "PackageSource": source}
    yield "opensearch", "DeletePackage", nobodys
    if domain:
        named = {"DomainName": domain}
        yield "opensearch", "AssociatePackage", {**nobodys, **named}
        yield "opensearch", "AssociatePackages", {**named, "PackageList": [nobodys]}
        yield "opensearch", "DissociatePackage", {**nobodys, **named}


def of_no_bucket(bucket: str) -> Iterator[Probe]:
    """Calls about a bucket that there is not. S3 itself may say just that, whoever asks."""
    named = {"Bucket": bucket}
    yield "s3", "ListObjectsV2", named
    yield "s3", "GetBucketTagging", named
    yield "s3", "PutBucketTagging", {**named, "Tagging": {"TagSet": [TAG]}}
    yield "s3", "DeleteBucket", named
