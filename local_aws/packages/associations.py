"""Packages on domains: associating, dissociating and the listing of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from local_aws.packages.behaviour import Behaviour
from local_aws.packages.records import Record, ServiceError, Timeline

CHANGING = ("ASSOCIATING", "DISSOCIATING")


@dataclass
class Associations:
    """The domains that exist, and what is associated with them."""

    domains: dict[str, str | None] = field(default_factory=dict)
    """Engine versions of the domains, by name; `None` takes a plugin for any engine version."""
    timelines: dict[tuple[str, str], Timeline] = field(default_factory=dict)

    def current(self, moment: float) -> list[Record]:
        """Every association there is. Those of a domain that is gone have gone with it [I]."""
        records = (line.at(moment) for (domain, _), line in self.timelines.items() if domain in self.domains)
        return [one for one in records if one]

    def of_package(self, package_id: str, moment: float) -> list[Record]:
        """A package's associations."""
        return [one for one in self.current(moment) if one.details["PackageID"] == package_id]

    def of_domain(self, name: str, moment: float) -> list[Record]:
        """A domain's associations."""
        if name not in self.domains:
            raise ServiceError("ResourceNotFoundException", f"Domain not found: {name}")  # [M]
        return [one for one in self.current(moment) if one.details["DomainName"] == name]

    def refuse_when_busy(self, name: str, moment: float, behaviour: Behaviour) -> None:
        """A domain takes one change at a time [O]; the code and the text of the refusal are unknown."""
        busy = any(one.status in CHANGING for one in self.of_domain(name, moment))
        if busy and behaviour.busy_domain != "accept":
            code = "ConflictException" if behaviour.busy_domain == "conflict" else "ValidationException"
            raise ServiceError(
                code,
                "A change/update is in progress. Please wait for it to complete before requesting another change.",
            )

    def check_associate(self, domain: str, package: Record, moment: float) -> None:
        """What AssociatePackage refuses before it changes anything."""
        details = package.details
        version = details.get("AvailablePackageVersion")
        if version is None:
            raise ServiceError("ValidationException", "The package has no available version")
        if details["PackageType"] == "ZIP-PLUGIN" and self.domains[domain] not in (
            None,
            details.get("EngineVersion"),
        ):
            # "can only be associated to domains with that version" [D]
            raise ServiceError("ValidationException", "The package is for another engine version")
        line = self.timelines.get((domain, details["PackageID"]))
        held = line.at(moment) if line else None
        if held and held.status == "ACTIVE" and held.details.get("PackageVersion") == version:
            raise ServiceError("ConflictException", "Package is already in desired state")  # [O]

    def associate(
        self, domain: str, package: Record, options: dict[str, Any], moment: float, behaviour: Behaviour
    ) -> Record:
        """Associate a package, or bring a domain to the package's newest version.

        The same call does both [D].
        """
        details = package.details
        line = self.timelines.setdefault((domain, details["PackageID"]), Timeline())
        held = line.at(moment)
        dictionary = details["PackageType"] == "TXT-DICTIONARY"
        record = (held or Record("", {})).but(
            "ASSOCIATING",
            PackageID=details["PackageID"],
            PackageName=details["PackageName"],
            PackageType=details["PackageType"],
            DomainName=domain,
            LastUpdated=moment,
            # [D] for dictionaries; for the other types no path has been seen.
            ReferencePath=f"analyzers/{details['PackageID']}" if dictionary else None,
            PrerequisitePackageIDList=options.get("PrerequisitePackageIDList"),
            AssociationConfiguration=options.get("AssociationConfiguration"),
            ErrorDetails=None,
        )
        line.write(moment, record)
        done = moment + behaviour.associating
        version = details.get("AvailablePackageVersion")
        line.write(done, record.but("ACTIVE", PackageVersion=version, LastUpdated=done))
        return record

    def check_dissociate(self, domain: str, package_id: str, moment: float) -> None:
        """What DissociatePackage refuses before it changes anything."""
        line = self.timelines.get((domain, package_id))
        if line is None or line.at(moment) is None:
            # [O: Terraform]; ResourceNotFoundException is declared too.
            raise ServiceError("ValidationException", "Package is not associated to this domain")

    def dissociate(self, domain: str, package_id: str, moment: float, behaviour: Behaviour) -> Record:
        """Take a package off a domain; when that ends, its entry disappears [D]."""
        line = self.timelines[domain, package_id]
        record = (line.at(moment) or Record("", {})).but("DISSOCIATING", LastUpdated=moment)
        line.write(moment, record)
        line.write(moment + behaviour.dissociating, None)
        return record
