"""What questions work with: packages and sources under names of their own, and waiting for what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from verification.calls import DENIALS, Calls, DeniedError, action_of, code_of, words_of
from verification.ours import MARKER, PREFIX
from verification.outcome import Outcome, ending
from verification.question import UndecidedError

TRANSIENT = ("COPYING", "VALIDATING", "DELETING")
DICTIONARY = "TXT-DICTIONARY"
# AWS's ids have nine digits and more: nobody has this package.
NOBODYS_ID = "F0"
Seen = TypeVar("Seen")


class Lab:
    """A bucket, a name for each package, and perhaps a domain.

    Attributes:
        calls: how calls are made.
        bucket: where sources are put.
        domain: the name of the domain; empty where there is none.
        key: the ARN of a customer managed key; empty where there is none.
        note: is told what is about to be made, before it is.
        durations: what was waited for, and for how many seconds.
    """

    def __init__(
        self,
        calls: Calls,
        bucket: str,
        run: str,
        *,
        domain: str = "",
        key: str = "",
        note: Callable[[str, str], None] = lambda kind, name: None,
    ) -> None:
        self.calls = calls
        self.bucket = bucket
        self.domain = domain
        self.key = key
        self.note = note
        self.durations: list[tuple[str, float]] = []
        self._run = run
        self._made = 0

    # Calls.

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """A call that has to succeed. Raises `DeniedError`, and `ClientError`, which leaves the question open."""
        return self.calls.needed("opensearch", operation, parameters)

    def attempt(self, operation: str, **parameters: Any) -> Outcome:
        """A call that may be refused."""
        try:
            return Outcome(self.calls.make("opensearch", operation, parameters))
        except ClientError as error:
            return Outcome({}, code_of(error), words_of(error))

    def now(self) -> float:
        """The time."""
        return self.calls.clock.now()

    def settle(self) -> None:
        """Wait until what is read is no older than the last write."""
        self.calls.clock.sleep(self.calls.pace.settling)

    def until(self, look: Callable[[], Seen], done: Callable[[Seen], bool], awaited: str, pause: float = 1.0) -> Seen:
        """Look until it is done; `pause` is in times of the pace. Raises `UndecidedError` when that takes too long."""
        begun = self.now()
        while not done(seen := look()):
            if self.now() - begun > self.calls.pace.longest_wait:
                raise UndecidedError(f"{awaited} took longer than {self.calls.pace.longest_wait:.0f} s")
            self.calls.clock.sleep(pause * self.calls.pace.between_looks)
        return seen

    # Sources and packages.

    def name(self, long: int = 0) -> str:
        """A name that no package has had so far; filled up to a length where one is given."""
        self._made += 1
        return f"{PREFIX}{self._run}-{self._made:02}".ljust(long, "x")

    def put(
        self, key: str = "words.txt", body: bytes = b"couch, sofa\n", options: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Put a source, encrypted with S3's own key unless options of PutObject say otherwise. Gives PackageSource."""
        self.note("object", key)
        encryption = {"ServerSideEncryption": "AES256", **(options or {})}
        self.calls.needed("s3", "PutObject", {"Bucket": self.bucket, "Key": key, "Body": body, **encryption})
        return {"S3BucketName": self.bucket, "S3Key": key}

    def missing(self, key: str = "missing.txt") -> dict[str, str]:
        """A source that is not there."""
        return {"S3BucketName": self.bucket, "S3Key": key}

    def creation(self, source: Mapping[str, str], **parameters: Any) -> dict[str, Any]:
        """The parameters of CreatePackage, for a dictionary unless they say otherwise."""
        named = {"PackageName": self.name(), "PackageType": DICTIONARY, "PackageDescription": MARKER, **parameters}
        return {**named, "PackageSource": dict(source)}

    def try_to_create(self, source: Mapping[str, str], **parameters: Any) -> Outcome:
        """CreatePackage, which may be refused."""
        wanted = self.creation(source, **parameters)
        self.note("package", wanted["PackageName"])
        return self.attempt("CreatePackage", **wanted)

    def create(self, source: Mapping[str, str] | None = None, **parameters: Any) -> str:
        """CreatePackage, which has to succeed. Gives the id."""
        wanted = self.creation(source or self.put(), **parameters)
        self.note("package", wanted["PackageName"])
        return str(self.call("CreatePackage", **wanted)["PackageDetails"]["PackageID"])

    def created(self, source: Mapping[str, str] | None = None, **parameters: Any) -> str:
        """The same, waited for until it is AVAILABLE."""
        package_id = self.create(source, **parameters)
        self.available(package_id)
        return package_id

    def update(self, package_id: str, source: Mapping[str, str], **parameters: Any) -> dict[str, Any]:
        """UpdatePackage, which has to succeed. Gives PackageDetails."""
        details: dict[str, Any] = self.call("UpdatePackage", **updating(package_id, source, **parameters))[
            "PackageDetails"
        ]
        return details

    def try_to_update(self, package_id: str, source: Mapping[str, str], **parameters: Any) -> Outcome:
        """UpdatePackage, which may be refused."""
        return self.attempt("UpdatePackage", **updating(package_id, source, **parameters))

    def described(self, package_id: str) -> dict[str, Any] | None:
        """What DescribePackages says of a package; `None` where it is gone."""
        outcome = self.attempt("DescribePackages", Filters=[{"Name": "PackageID", "Value": [package_id]}])
        if outcome.code in DENIALS:
            raise DeniedError(action_of("opensearch", "DescribePackages"), outcome.words)
        if outcome.code and not outcome.says_gone:
            raise UndecidedError(str(outcome))
        found = outcome.answer.get("PackageDetailsList") or []
        return next((one for one in found if one.get("PackageStatus") != "DELETED"), None)

    def stable(self, package_id: str) -> dict[str, Any]:
        """The package once it is neither imported nor deleted; empty where it is gone."""
        begun = self.now()
        self.settle()
        found = self.until(
            lambda: self.described(package_id) or {},
            lambda package: package.get("PackageStatus") not in TRANSIENT,
            f"an import or deletion of {package_id}",
        )
        self.durations.append(("import" if found else "deletion", self.now() - begun))
        return found

    def available(self, package_id: str) -> dict[str, Any]:
        """The same, which has to be AVAILABLE."""
        found = self.stable(package_id)
        if found.get("PackageStatus") != "AVAILABLE":
            raise UndecidedError(f"an import that was to succeed ended {ending(found)}")
        return found

    def deleted(self) -> str:
        """The id of a package that there was, and that is gone."""
        package_id = self.created()
        self.call("DeletePackage", PackageID=package_id)
        self.stable(package_id)
        return package_id

    # The domain.

    def wait_for_domain(self) -> None:
        """Wait until the domain is not Processing."""
        self.until(
            lambda: self.call("DescribeDomain", DomainName=self.domain)["DomainStatus"],
            lambda found: not found.get("Processing") and not found.get("UpgradeProcessing"),
            "another change of the domain",
        )

    def association(self, package_id: str) -> dict[str, Any] | None:
        """A package's entry on the domain."""
        return next((one for one in self.on_domain() if one.get("PackageID") == package_id), None)

    def on_domain(self) -> list[dict[str, Any]]:
        """All entries of the domain."""
        found: list[dict[str, Any]] = []
        parameters: dict[str, Any] = {"DomainName": self.domain}
        while True:
            page = self.call("ListPackagesForDomain", **parameters)
            found += page.get("DomainPackageDetailsList") or []
            if not page.get("NextToken"):
                return found
            parameters["NextToken"] = page["NextToken"]

    def try_to_associate(self, package_id: str, **parameters: Any) -> Outcome:
        """AssociatePackage, which may be refused."""
        self.note("association", package_id)
        return self.attempt("AssociatePackage", PackageID=package_id, DomainName=self.domain, **parameters)

    def associate(self, package_id: str) -> None:
        """AssociatePackage, which has to succeed, as soon as the domain takes a change."""
        self.note("association", package_id)
        self.when_idle("AssociatePackage", PackageID=package_id, DomainName=self.domain)

    def dissociate(self, package_id: str) -> None:
        """DissociatePackage, likewise."""
        self.when_idle("DissociatePackage", PackageID=package_id, DomainName=self.domain)

    def when_idle(self, operation: str, **parameters: Any) -> None:
        """A change of the domain, which may be busy for some time after the last one. Raises `UndecidedError`."""
        begun = self.now()
        while self.attempt(operation, **parameters).refusal != "accept":
            if self.now() - begun > self.calls.pace.longest_wait / 2:
                raise UndecidedError(f"{operation} was refused for {self.calls.pace.longest_wait / 2:.0f} s")
            self.calls.clock.sleep(self.calls.pace.between_looks)

    def associated(self, package_id: str) -> dict[str, Any]:
        """AssociatePackage, and the entry once that is over, which has to be ACTIVE."""
        self.associate(package_id)
        found = self.settled_association(package_id)
        if found.get("DomainPackageStatus") != "ACTIVE":
            raise UndecidedError(f"an association that was to succeed ended {ending(found, 'DomainPackageStatus')}")
        return found

    def settled_association(self, package_id: str) -> dict[str, Any]:
        """A package's entry on the domain once nothing is under way with it; empty where there is none."""
        begun = self.now()
        self.settle()
        found = self.until(
            lambda: self.association(package_id) or {},
            lambda one: one.get("DomainPackageStatus") not in ("ASSOCIATING", "DISSOCIATING"),
            f"an association or dissociation of {package_id}",
        )
        self.durations.append(("association" if found else "dissociation", self.now() - begun))
        return found


def updating(package_id: str, source: Mapping[str, str], **parameters: Any) -> dict[str, Any]:
    """The parameters of UpdatePackage: what they leave out may be lost, so the description is said again."""
    return {
        "PackageID": package_id,
        "PackageSource": dict(source),
        "PackageDescription": MARKER,
        **parameters,
    }
