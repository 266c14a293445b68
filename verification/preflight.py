"""What is found out before anything is made: whether every action is allowed, and whether there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from verification.account import BAD_CREDENTIALS, RefusedError, explained
from verification.calls import DENIALS, Calls, action_of, code_of, words_of
from verification.cleaning import Cleaner, ForeignBucketError
from verification.lab import NOBODYS_ID
from verification.ours import MARKER, TAG

PERMISSIONS = "verification/permissions.json"
# Quotas of the service, and how many places a run needs at most: what it deletes takes a while to go.
PACKAGES, PACKAGES_OF_DOMAIN = 25, 20
PLACES, PLACES_ON_DOMAIN = 8, 2
# A name that the service refuses, but botocore does not.
IMPOSSIBLE_NAME = "-----"
Probe = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Findings:
    """What there is.

    Attributes:
        domain: what DescribeDomain says of the domain; empty where none is named.
        remains: what earlier runs have left.
    """

    domain: Mapping[str, Any]
    remains: list[str]


def look(calls: Calls, cleaner: Cleaner, domain: str, region: str) -> Findings:
    """Look at everything. Raises `RefusedError`, and nothing has been made."""
    try:
        _check_actions(calls, cleaner, domain)
        held = sum(1 for one in cleaner.all_packages() if not one["PackageID"].startswith("G"))
        if held > PACKAGES - PLACES:
            raise RefusedError(f"The account has {held} packages in {region}: {PLACES} of {PACKAGES} have to be free.")
        return Findings(_domain(calls, domain, region), [one.what for one in cleaner.left()])
    except ForeignBucketError as foreign:
        raise RefusedError(f"{foreign} It is {cleaner.bucket}, and stays as it is.") from foreign
    except (ClientError, BotoCoreError) as error:
        raise RefusedError(explained(error, region)) from error


def _check_actions(calls: Calls, cleaner: Cleaner, domain: str) -> None:
    """Call what a run calls, with names that nothing has, so that a denial is met before anything is made.

    Only CreateBucket cannot be tried in vain, and what needs a bucket: a run does that first.
    """
    probes = [*_probes(cleaner.bucket), *(_probes_of_domain(domain) if domain else ())]
    denied = [refusal for probe in probes if (refusal := _denial(calls, *probe))]
    if not any(one.startswith("s3:") for one in denied) and not cleaner.has_bucket():
        denied += [refusal for probe in _probes_of_bucket(cleaner.bucket) if (refusal := _denial(calls, *probe))]
    if denied:
        listed = "\n  ".join(denied)
        raise RefusedError(f"Not allowed are\n  {listed}\nAll permissions that are needed are in {PERMISSIONS}.")


def _probes(bucket: str) -> Iterator[Probe]:
    nobodys = {"PackageID": NOBODYS_ID}
    source = {"S3BucketName": bucket, "S3Key": "probe"}
    created = {"PackageName": IMPOSSIBLE_NAME, "PackageType": "TXT-DICTIONARY", "PackageDescription": MARKER}
    yield "opensearch", "DescribePackages", {"MaxResults": 1}
    yield "opensearch", "CreatePackage", {**created, "PackageSource": source}
    yield "opensearch", "UpdatePackage", {**nobodys, "PackageSource": source}
    yield "opensearch", "DeletePackage", nobodys
    yield "opensearch", "GetPackageVersionHistory", nobodys
    yield "opensearch", "ListDomainsForPackage", nobodys
    yield "s3", "HeadBucket", {"Bucket": bucket}


def _probes_of_domain(domain: str) -> Iterator[Probe]:
    nobodys, named = {"PackageID": NOBODYS_ID}, {"DomainName": domain}
    yield "opensearch", "DescribeDomain", named
    yield "opensearch", "ListPackagesForDomain", named
    yield "opensearch", "AssociatePackage", {**nobodys, **named}
    yield "opensearch", "AssociatePackages", {**named, "PackageList": [nobodys]}
    yield "opensearch", "DissociatePackage", {**nobodys, **named}


def _probes_of_bucket(bucket: str) -> Iterator[Probe]:
    """Of a bucket that there is not. S3 itself may say just that, whoever asks."""
    named = {"Bucket": bucket}
    yield "s3", "ListObjectsV2", named
    yield "s3", "GetBucketTagging", named
    yield "s3", "PutBucketTagging", {**named, "Tagging": {"TagSet": [TAG]}}
    yield "s3", "DeleteBucket", named


def _denial(calls: Calls, service: str, operation: str, parameters: dict[str, Any]) -> str:
    """What denies an action; empty where it is allowed, whatever else comes of the call."""
    try:
        calls.make(service, operation, parameters)
    except ClientError as error:
        if code_of(error) in BAD_CREDENTIALS:
            raise
        if code_of(error) in DENIALS:
            return f"{action_of(service, operation)}: {words_of(error)}"
    return ""


def _domain(calls: Calls, domain: str, region: str) -> Mapping[str, Any]:
    if not domain:
        return {}
    try:
        found: dict[str, Any] = calls.make("opensearch", "DescribeDomain", {"DomainName": domain})["DomainStatus"]
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            raise RefusedError(f"There is no domain {domain} in the Region {region}.") from error
        raise
    if found.get("Processing") or found.get("UpgradeProcessing") or not found.get("Created", True):
        raise RefusedError(f"The domain {domain} is busy. Try again when it is Active.")
    listed = calls.make("opensearch", "ListPackagesForDomain", {"DomainName": domain})
    held = len(listed.get("DomainPackageDetailsList") or [])
    if held > PACKAGES_OF_DOMAIN - PLACES_ON_DOMAIN:
        raise RefusedError(f"The domain {domain} has {held} packages, and may have {PACKAGES_OF_DOMAIN}.")
    return found
