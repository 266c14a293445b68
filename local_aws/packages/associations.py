"""Packages on domains: associating and dissociating them, and the listing of both."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from local_aws.packages.admission import (
    IN_USE,
    NO_VERSION,
    PLUGIN,
    Wish,
    admit_association,
    admit_dissociation,
    admitted,
)
from local_aws.packages.behaviour import Behaviour
from local_aws.packages.catalogue import AWS_OWNER, Catalogue
from local_aws.packages.domains import MODIFYING, Domain, Domains, refuse_when_busy
from local_aws.packages.records import Record, Timeline
from local_aws.packages.replies import Call, Result, copied, page, timestamp

DICTIONARY = "TXT-DICTIONARY"
# They belong to a plugin, and go with it.
ATTACHED = ("PACKAGE-LICENSE", "PACKAGE-CONFIG")
OPTIONS = ("PrerequisitePackageIDList", "AssociationConfiguration")
# No real text is known of these [?].
NOT_INSTALLED = "The package could not be installed on the domain"
NOT_REMOVED = "The package could not be removed from the domain"


@dataclass(frozen=True)
class Undecided:
    """An association of a package that is still being imported: only its end shows what comes of it."""

    line: Timeline
    associating: Record
    ends: float


class Associations:
    """The associations of one account in one Region. What nobody names never changes by itself."""

    def __init__(self, catalogue: Catalogue, domains: Domains) -> None:
        self._catalogue = catalogue
        self._domains = domains
        self._undecided: list[Undecided] = []

    def of_package(self, package_id: str, moment: float) -> list[Record]:
        """A package's associations."""
        associations = (one for domain in self._domains.existing(moment) for one in domain.packages(moment))
        return [one for one in associations if one.details["PackageID"] == package_id]

    def play(self, moment: float, behaviour: Behaviour) -> None:
        """Play what has come due, once the imports that have are played."""
        due = [one for one in self._undecided if one.ends <= moment]
        self._undecided = [one for one in self._undecided if one.ends > moment]
        for one in due:
            if one.line.at(one.ends) is one.associating:
                package = self._catalogue.packages[one.associating.details["PackageID"]].at(one.ends, behaviour)
                one.line.write(one.ends, _associated(one.associating, package, one.ends, behaviour))

    # What the API offers.

    def list_domains(self, call: Call) -> Result:
        """ListDomainsForPackage."""
        package_id = call.parameters["PackageID"]
        self._catalogue.named(package_id, call.moment, call.behaviour)
        seen = call.moment - call.behaviour.stale_associations
        return _listed(self.of_package(package_id, seen), call)

    def list_packages(self, call: Call) -> Result:
        """ListPackagesForDomain."""
        domain, seen = self._domains.seen(call)
        return _listed(domain.packages(seen), call)

    def associate_one(self, call: Call) -> Result:
        """AssociatePackage."""
        [record] = self._associate(call, [call.parameters])
        return {"DomainPackageDetails": shown(record)}

    def associate_several(self, call: Call) -> Result:
        """AssociatePackages."""
        records = self._associate(call, call.parameters["PackageList"])
        return {"DomainPackageDetailsList": [shown(one) for one in records]}

    def dissociate_one(self, call: Call) -> Result:
        """DissociatePackage."""
        [record] = self._dissociate(call, [call.parameters["PackageID"]])
        return {"DomainPackageDetails": shown(record)}

    def dissociate_several(self, call: Call) -> Result:
        """DissociatePackages."""
        records = self._dissociate(call, call.parameters["PackageList"])
        return {"DomainPackageDetailsList": [shown(one) for one in records]}

    # How it goes on.

    def _associate(self, call: Call, asked: list[dict[str, Any]]) -> list[Record]:
        """One change of the domain, however many packages it is about."""
        domain = self._domains.named(call.parameters["DomainName"], call.moment)
        refuse_when_busy(domain, call)
        together = {one["PackageID"] for one in asked}

        def admit(options: dict[str, Any]) -> Wish:
            _, package = self._catalogue.named(options["PackageID"], call.moment, call.behaviour)
            self._catalogue.check_readable(package)
            return admit_association(domain, Wish(package, options), together, call)

        wishes = admitted(call, asked, admit)
        ends = _begin_change(domain, (one.type for one in wishes), call.behaviour.associating, call)
        return [self._begin(domain, wish, ends, call) for wish in wishes]

    def _begin(self, domain: Domain, wish: Wish, ends: float, call: Call) -> Record:
        """Associate a package, or bring a domain to the package's newest version: the same call does both [D]."""
        behaviour = call.behaviour
        line = domain.associations.setdefault(wish.package_id, Timeline())
        held = line.at(call.moment) or Record("", {})
        record = held.but(
            "ASSOCIATING",
            PackageID=wish.package_id,
            PackageName=wish.package.details["PackageName"],
            PackageType=wish.type,
            DomainName=domain.name,
            LastUpdated=call.moment,
            # [D] for dictionaries; for the other types no path has been seen.
            ReferencePath=f"analyzers/{wish.package_id}" if wish.type == DICTIONARY else None,
            ErrorDetails=None,
            # A member that is left out keeps its value [I].
            **{name: wish.options[name] for name in OPTIONS if name in wish.options},
        )
        line.write(call.moment, record)
        unsettled = call.moment < domain.settled and behaviour.unsettled_domain == "association-failed"
        if unsettled or call.meets("association-failed", wish.package_id):
            line.write(ends, _failed(record, "ASSOCIATION_FAILED", call.message or NOT_INSTALLED, ends, behaviour))
        elif wish.is_being_imported and behaviour.associate_importing == "version-at-the-end":
            self._undecided.append(Undecided(line, record, ends))
        else:
            line.write(ends, _associated(record, wish.package, ends, behaviour))
        return record

    def _dissociate(self, call: Call, asked: list[str]) -> list[Record]:
        domain = self._domains.named(call.parameters["DomainName"], call.moment)
        refuse_when_busy(domain, call)
        named = admitted(call, asked, lambda package_id: admit_dissociation(domain, package_id, call))
        leaving = [*named, *_attached(domain, named, call.moment)]
        # "the blue/green deployment process remains stuck in the Processing state" [D].
        stuck = any(one.details["PackageType"] == PLUGIN and _is_used(domain, one) for one in leaving)
        types = (one.details["PackageType"] for one in leaving)
        ends = _begin_change(domain, types, call.behaviour.dissociating, call, stuck=stuck)
        return [_end(domain, one, ends, call) for one in leaving][: len(named)]


def shown(association: Record) -> Result:
    """DomainPackageDetails."""
    details = copied(dict(association.details))
    return {**details, "LastUpdated": timestamp(details["LastUpdated"]), "DomainPackageStatus": association.status}


def _listed(associations: Iterable[Record], call: Call) -> Result:
    return page("DomainPackageDetailsList", [shown(one) for one in associations], call)


def _begin_change(domain: Domain, types: Iterable[str], seconds: float, call: Call, *, stuck: bool = False) -> float:
    """Let the domain undergo what a call costs it. Gives the moment when the associations come to their end.

    A plugin takes a blue/green deployment [D]. Afterwards the domain is busy a little longer [O].
    """
    behaviour = call.behaviour
    blue_green = PLUGIN in set(types)
    total = behaviour.blue_green if blue_green else seconds
    ends = math.inf if stuck or call.meets("stuck") else call.moment + total
    told = blue_green or behaviour.dictionary_shows_processing
    domain.begin(MODIFYING if told else "", call.moment, ends)
    return max(call.moment, ends - behaviour.processing_after_active) if blue_green else ends


def _associated(associating: Record, package: Record | None, ends: float, behaviour: Behaviour) -> Record:
    """How an association ends that nothing goes wrong with; AWS's own packages may have no version [?]."""
    details = package.details if package else {}
    version = details.get("AvailablePackageVersion")
    if version is None and details.get("PackageOwner") != AWS_OWNER:
        return _failed(associating, "ASSOCIATION_FAILED", NO_VERSION, ends, behaviour)
    return associating.but("ACTIVE", PackageVersion=version, LastUpdated=ends)


def _attached(domain: Domain, leaving: list[Record], moment: float) -> list[Record]:
    """Dissociating a plugin "also removes any related configuration or license packages" [D]."""
    ids = {one.details["PackageID"] for one in leaving}
    plugins = {one.details["PackageID"] for one in leaving if one.details["PackageType"] == PLUGIN}
    return [
        one
        for one in domain.packages(moment)
        if one.details["PackageType"] in ATTACHED
        and one.details["PackageID"] not in ids
        and plugins.intersection(one.details.get("PrerequisitePackageIDList", []))
    ]


def _end(domain: Domain, association: Record, ends: float, call: Call) -> Record:
    """Take a package off a domain; when that ends, its entry disappears [D]."""
    package_id = association.details["PackageID"]
    line = domain.associations[package_id]
    record = association.but("DISSOCIATING", LastUpdated=call.moment, ErrorDetails=None)
    line.write(call.moment, record)
    fails = call.meets("dissociation-failed", package_id)
    used = association.details["PackageType"] != PLUGIN and _is_used(domain, association)
    if fails or used:
        message = (call.message if fails else "") or (IN_USE if used else NOT_REMOVED)
        line.write(ends, _failed(record, "DISSOCIATION_FAILED", message, ends, call.behaviour))
    else:
        line.write(ends, None)
    return record


def _is_used(domain: Domain, association: Record) -> bool:
    return association.details["PackageID"] in domain.in_use


def _failed(record: Record, status: str, message: str, ends: float, behaviour: Behaviour) -> Record:
    return record.but(
        status, LastUpdated=ends, ErrorDetails={"ErrorType": behaviour.error_type, "ErrorMessage": message}
    )
