"""What is found out before anything is made: whether there is room, and whether every action is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from verification import probes
from verification.account import BAD_CREDENTIALS, RefusedError, explained
from verification.calls import DENIALS, Calls, action_of, code_of, words_of
from verification.cleaning import Cleaner, ForeignBucketError

PERMISSIONS = "verification/permissions.json"
WHAT_IS_NEEDED = f"All permissions that are needed are in {PERMISSIONS}."
# Quotas of the service, and how many places a run needs at most: what it deletes takes a while to go.
PACKAGES, PACKAGES_OF_DOMAIN = 25, 20
PLACES, PLACES_ON_DOMAIN = 8, 2


@dataclass(frozen=True)
class Findings:
    """What there is.

    Attributes:
        domain: what DescribeDomain says of the domain; empty where none is named.
        remains: what earlier runs have left.
    """

    domain: Mapping[str, Any]
    remains: list[str]


@dataclass(frozen=True)
class Preflight:
    """What comes before a run; nothing is made by it.

    Attributes:
        calls: how calls are made.
        cleaner: knows what earlier runs have made.
        domain: the name of the domain; empty where there is none.
        region: the Region.
    """

    calls: Calls
    cleaner: Cleaner
    domain: str
    region: str

    def look(self) -> Findings:
        """Read what there is. Raises `RefusedError`."""
        try:
            self._check(probes.reads(self.cleaner.bucket, self.domain))
            held = sum(1 for one in self.cleaner.all_packages() if not one["PackageID"].startswith("G"))
            if held > PACKAGES - PLACES:
                room = f"{PLACES} of {PACKAGES} have to be free"
                raise RefusedError(f"The account has {held} packages in the Region {self.region}: {room}.")
            return Findings(self._domain(), [one.what for one in self.cleaner.left()])
        except ForeignBucketError as foreign:
            raise RefusedError(f"{foreign} It is {self.cleaner.bucket}, and stays as it is.") from foreign
        except (ClientError, BotoCoreError) as error:
            raise RefusedError(explained(error, self.region)) from error

    def try_writes(self) -> None:
        """Call what a run calls, with names that nothing has, so that a denial is met before anything is made.

        CreateBucket cannot be tried in vain, nor what needs a bucket: a run does that first.

        Raises:
            RefusedError: an action is denied.
        """
        try:
            new_bucket = () if self.cleaner.has_bucket() else probes.of_no_bucket(self.cleaner.bucket)
            self._check([*probes.writes(self.cleaner.bucket, self.domain), *new_bucket])
        except (ClientError, BotoCoreError) as error:
            raise RefusedError(explained(error, self.region)) from error

    def _check(self, probed: Iterable[probes.Probe]) -> None:
        denied = [refusal for probe in probed if (refusal := self._denial(*probe))]
        if denied:
            listed = "\n  ".join(denied)
            raise RefusedError(f"Not allowed are\n  {listed}\n{WHAT_IS_NEEDED}")

    def _denial(self, service: str, operation: str, parameters: dict[str, Any]) -> str:
        """What denies an action; empty where it is allowed, whatever else comes of the call."""
        try:
            self.calls.make(service, operation, parameters)
        except ClientError as error:
            if code_of(error) in BAD_CREDENTIALS:
                raise
            if code_of(error) in DENIALS:
                other = " (or the bucket belongs to another account)" if operation == "HeadBucket" else ""
                return f"{action_of(service, operation)}: {words_of(error)}{other}"
        return ""

    def _domain(self) -> Mapping[str, Any]:
        if not self.domain:
            return {}
        named = {"DomainName": self.domain}
        try:
            found: dict[str, Any] = self.calls.make("opensearch", "DescribeDomain", named)["DomainStatus"]
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                raise RefusedError(f"There is no domain {self.domain} in the Region {self.region}.") from error
            raise
        if found.get("Processing") or found.get("UpgradeProcessing") or not found.get("Created", True):
            raise RefusedError(f"The domain {self.domain} is busy. Try again when it is Active.")
        listed = self.calls.make("opensearch", "ListPackagesForDomain", named)
        held = len(listed.get("DomainPackageDetailsList") or [])
        if held > PACKAGES_OF_DOMAIN - PLACES_ON_DOMAIN:
            raise RefusedError(f"The domain {self.domain} has {held} packages, and may have {PACKAGES_OF_DOMAIN}.")
        return found
