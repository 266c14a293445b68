"""Finding and removing what runs of this tool have made, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from verification.account import BAD_CREDENTIALS
from verification.calls import DENIALS, Calls, code_of, words_of
from verification.ours import PURPOSE, TAG, is_ours

BUSY = ("ASSOCIATING", "DISSOCIATING")
MISSING_BUCKET = ("404", "NoSuchBucket", "NotFound")


# How long to try again while AWS fails or cannot be reached, in times of the longest wait: five minutes.
PATIENCE = 0.25


def is_final(error: ClientError | BotoCoreError) -> bool:
    """Whether calling again is in vain: the action is denied, or the credentials do not work any more."""
    return isinstance(error, ClientError) and code_of(error) in (*DENIALS, *BAD_CREDENTIALS)


class ForeignBucketError(Exception):
    """The bucket's name is taken by something that this tool has not made."""


@dataclass(frozen=True)
class Left:
    """Something that is there and is to go: what it is, and how to take the next step towards that."""

    what: str
    push: Callable[[], None]
    holds_domain: bool = False


@dataclass
class Cleaner:
    """Removes what this tool has made.

    Attributes:
        calls: how calls are made.
        bucket: the name of the bucket.
        refused: why something cannot be removed, by what it is; the last reason counts.
    """

    calls: Calls
    bucket: str
    refused: dict[str, str] = field(default_factory=dict)
    _denied: set[str] = field(default_factory=set)

    def packages(self) -> list[dict[str, Any]]:
        """The packages that this tool has made."""
        return [one for one in self.all_packages() if is_ours(one)]

    def all_packages(self) -> Iterator[dict[str, Any]]:
        """Every package that the account sees and that is not gone."""
        parameters: dict[str, Any] = {}
        while True:
            page = self.calls.needed("opensearch", "DescribePackages", parameters)
            yield from (one for one in page.get("PackageDetailsList") or [] if one.get("PackageStatus") != "DELETED")
            if not page.get("NextToken"):
                return
            parameters = {"NextToken": page["NextToken"]}

    def has_bucket(self) -> bool:
        """Whether the bucket is there. Raises `ForeignBucketError` where it is not ours."""
        try:
            self.calls.make("s3", "HeadBucket", {"Bucket": self.bucket})
        except ClientError as error:
            if code_of(error) in MISSING_BUCKET:
                return False
            raise
        # A run that ended between making and tagging it has left an empty one.
        if TAG not in self._tags() and self._keys():
            raise ForeignBucketError("There is a bucket of the name that this tool uses, and it is not this tool's.")
        return True

    def make_bucket(self, region: str) -> None:
        """Make the bucket, and say on it whose it is."""
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._create_bucket({"Bucket": self.bucket, **place})
        tags = {"Bucket": self.bucket, "Tagging": {"TagSet": [TAG, PURPOSE]}}
        self.calls.needed("s3", "PutBucketTagging", tags)

    def _create_bucket(self, parameters: dict[str, Any]) -> None:
        """Create it; for some time after the deletion of one of the same name, S3 answers OperationAborted."""
        clock, pace = self.calls.clock, self.calls.pace
        begun = clock.now()
        while True:
            try:
                self.calls.needed("s3", "CreateBucket", parameters)
                return
            except ClientError as error:
                if code_of(error) != "OperationAborted" or clock.now() - begun > PATIENCE * pace.longest_wait:
                    raise
            clock.sleep(pace.between_looks)

    def try_bucket(self) -> None:
        """Do in the empty bucket what a run needs. Raises `DeniedError` while there is nothing that could be left."""
        probe = {"Bucket": self.bucket, "Key": "probe"}
        self.calls.needed("s3", "GetBucketTagging", {"Bucket": self.bucket})
        self.calls.needed("s3", "ListObjectsV2", {"Bucket": self.bucket})
        self.calls.needed("s3", "DeleteObject", probe)
        self.calls.needed("s3", "PutObject", {**probe, "Body": b"", "ServerSideEncryption": "AES256"})
        self.calls.needed("s3", "GetObject", probe)

    def left(self) -> list[Left]:
        """What is still there. Associations come first, then packages, then the bucket that they may be read from."""
        left = self._packages_left(on_domains=True)
        if not left and self.has_bucket():
            left.append(Left(f"bucket {self.bucket}", self._remove_bucket))
        return left

    def _packages_left(self, *, on_domains: bool) -> list[Left]:
        packages = self.packages()
        associations = [one for package in packages for one in self._associations(package)] if on_domains else []
        held = {package_id for package_id, _, _ in associations}
        left = [self._association(*one) for one in associations]
        return left + [self._package(one) for one in packages if one["PackageID"] not in held]

    def tidy(self, *, on_domain: bool) -> None:
        """Between two questions: free the domain, and let packages go without waiting for their end."""
        begun = self.calls.clock.now()
        if on_domain:
            self.calls.clock.sleep(self.calls.pace.settling)
        while True:
            left = self._packages_left(on_domains=on_domain)
            for one in left:
                self._push(one)
            held = any(one.holds_domain for one in left)
            if not held or self.calls.clock.now() - begun > self.calls.pace.longest_wait:
                return
            self.calls.clock.sleep(self.calls.pace.between_looks)

    def remove(self) -> list[str]:
        """Remove all of it. Gives what could not be removed, with the reason."""
        clock, pace = self.calls.clock, self.calls.pace
        begun, last = clock.now(), False
        while True:
            left = self._seen_left()
            if not left and last:
                return []
            # What was made last may not show yet: only a second look believes that there is nothing.
            last = not left
            possible = [one for one in left if one.what not in self._denied]
            if left and (not possible or clock.now() - begun > pace.longest_wait):
                return [f"{one.what}: {self.refused.get(one.what, 'it takes too long')}" for one in left]
            for one in possible:
                self._push(one)
            clock.sleep(pace.settling if last else pace.between_looks)

    def _seen_left(self) -> list[Left]:
        """What is still there. One failure of AWS or of the network must not end the removal."""
        clock, pace = self.calls.clock, self.calls.pace
        begun = clock.now()
        while True:
            try:
                return self.left()
            except (ClientError, BotoCoreError) as error:
                if is_final(error) or clock.now() - begun > PATIENCE * pace.longest_wait:
                    raise
            clock.sleep(pace.between_looks)

    def _push(self, left: Left) -> None:
        try:
            left.push()
        except ClientError as error:
            self.refused[left.what] = f"{code_of(error)}: {words_of(error)}"
            if code_of(error) in DENIALS:
                self._denied.add(left.what)
        except BotoCoreError as error:
            self.refused[left.what] = str(error)

    def _associations(self, package: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        parameters: dict[str, Any] = {"PackageID": package["PackageID"]}
        while True:
            try:
                page = self.calls.needed("opensearch", "ListDomainsForPackage", parameters)
            except ClientError:  # it has gone meanwhile, or the next look tells
                return
            for one in page.get("DomainPackageDetailsList") or []:
                yield package["PackageID"], one["DomainName"], one.get("DomainPackageStatus", "")
            if not page.get("NextToken"):
                return
            parameters["NextToken"] = page["NextToken"]

    def _association(self, package_id: str, domain: str, status: str) -> Left:
        def dissociate() -> None:
            if status not in BUSY:
                self.calls.make("opensearch", "DissociatePackage", {"PackageID": package_id, "DomainName": domain})

        return Left(f"package {package_id} on a domain", dissociate, holds_domain=True)

    def _package(self, package: dict[str, Any]) -> Left:
        def delete() -> None:
            if package.get("PackageStatus") != "DELETING":
                self.calls.make("opensearch", "DeletePackage", {"PackageID": package["PackageID"]})

        return Left(f"package {package['PackageName']} ({package['PackageID']})", delete)

    def _remove_bucket(self) -> None:
        for key in self._keys():
            self.calls.make("s3", "DeleteObject", {"Bucket": self.bucket, "Key": key})
        self.calls.make("s3", "DeleteBucket", {"Bucket": self.bucket})

    def _tags(self) -> list[dict[str, str]]:
        try:
            found = self.calls.make("s3", "GetBucketTagging", {"Bucket": self.bucket})
        except ClientError as error:
            if code_of(error) == "NoSuchTagSet":
                return []
            raise
        tags: list[dict[str, str]] = found["TagSet"]
        return tags

    def _keys(self) -> list[str]:
        """The objects' keys. A run puts a few dozen; a page holds a thousand."""
        listed = self.calls.make("s3", "ListObjectsV2", {"Bucket": self.bucket})
        return [one["Key"] for one in listed.get("Contents") or []]
