"""What associating and dissociating is refused for, before anything changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from local_aws.packages.catalogue import AWS_OWNER, FAILED, IMPORTING
from local_aws.packages.domains import Domain
from local_aws.packages.records import Record, ServiceError
from local_aws.packages.replies import Call, refuse

PLUGIN = "ZIP-PLUGIN"
NOT_ASSOCIATED = "Package is not associated to this domain"
# No real text is known of these [?].
NO_VERSION = "The package has no available version"
IN_USE = "The package is in use by an index of the domain"

Asked = TypeVar("Asked")
Admitted = TypeVar("Admitted")


@dataclass(frozen=True)
class Wish:
    """A package that a call asks to associate: what the service says of the package, and what the call says."""

    package: Record
    options: dict[str, Any]

    @property
    def package_id(self) -> str:
        """PackageID."""
        return str(self.package.details["PackageID"])

    @property
    def type(self) -> str:
        """PackageType."""
        return str(self.package.details["PackageType"])

    @property
    def version(self) -> str | None:
        """AvailablePackageVersion."""
        return self.package.details.get("AvailablePackageVersion")

    @property
    def is_being_imported(self) -> bool:
        """Whether another version may be available soon."""
        return self.package.status in IMPORTING


def admitted(call: Call, asked: Sequence[Asked], admit: Callable[[Asked], Admitted]) -> list[Admitted]:
    """What passes its checks: all or nothing, or whatever is left without the refused ones [?]."""
    accepted, refusals = [], []
    for one in asked:
        try:
            accepted.append(admit(one))
        except ServiceError as refusal:
            refusals.append(refusal)
    if refusals and (call.behaviour.refused_in_a_list == "nothing" or not accepted):
        raise refusals[0]
    return accepted


def admit_association(domain: Domain, wish: Wish, together: set[str], call: Call) -> Wish:
    """Check a package that is to be associated, together with others of the same call."""
    behaviour, status = call.behaviour, wish.package.status
    if status == "DELETING":
        raise ServiceError("ValidationException", f"The package is {status}")  # [I]
    if wish.is_being_imported:
        refuse(behaviour.associate_importing, f"The package is {status}")
    elif wish.version is None and wish.package.details["PackageOwner"] != AWS_OWNER:
        raise ServiceError("ValidationException", NO_VERSION)
    elif status in FAILED:
        refuse(behaviour.associate_after_failed_update, f"The package is {status}")
    held = _on_domain(domain, call.moment)
    if wish.type == PLUGIN:
        _check_plugin(domain, wish, held, call)
    if wish.package_id in held:
        _check_again(held[wish.package_id], wish, call)
    _check_prerequisites(wish, held, together)
    if len(held.keys() | together) > behaviour.packages_per_domain:
        # The code: LimitExceededException is not declared here [M].
        raise ServiceError("ValidationException", f"A domain may have {behaviour.packages_per_domain} packages.")
    return wish


def admit_dissociation(domain: Domain, package_id: str, call: Call) -> Record:
    """Check an association that is to end."""
    association = _on_domain(domain, call.moment).get(package_id)
    if association is None:
        # [O: Terraform]; ResourceNotFoundException is declared too.
        raise ServiceError("ValidationException", NOT_ASSOCIATED)
    if package_id in domain.in_use and association.details["PackageType"] != PLUGIN:
        refuse(call.behaviour.in_use, IN_USE)
    return association


def is_installed(association: Record) -> bool:
    """Whether the package is on the domain. A first association says no version until it is ACTIVE."""
    return association.status in ("ACTIVE", "DISSOCIATING", "DISSOCIATION_FAILED") or (
        "PackageVersion" in association.details
    )


def _on_domain(domain: Domain, moment: float) -> dict[str, Record]:
    return {one.details["PackageID"]: one for one in domain.packages(moment)}


def _check_plugin(domain: Domain, wish: Wish, held: dict[str, Record], call: Call) -> None:
    details = wish.package.details
    if domain.engine_version_at(call.moment) not in (None, details["EngineVersion"]):
        # "can only be associated to domains with that version" [D]
        raise ServiceError("ValidationException", "The package is for another engine version")
    for package_id, other in held.items():
        same_name = other.details["PackageName"] == details["PackageName"]
        if package_id != wish.package_id and same_name and other.details["PackageType"] == PLUGIN:
            # The text, roughly [O: Terraform issue 39363]; the code: [?].
            refuse(
                call.behaviour.same_name_installed,
                "A package with the same name is already installed on the cluster",
            )


def _check_again(held: Record, wish: Wish, call: Call) -> None:
    """A package that the domain has already, or was to have."""
    if held.status == "ASSOCIATION_FAILED":
        refuse(call.behaviour.associate_after_failure, "The association has failed before")
    if wish.is_being_imported or held.details.get("PackageVersion") != wish.version:
        return
    configured = wish.options.get("AssociationConfiguration") != held.details.get("AssociationConfiguration")
    if configured and call.behaviour.other_configuration != "already-in-desired-state":
        refuse(call.behaviour.other_configuration, "The configuration cannot be changed")
        return
    counts_as_reached = call.behaviour.failed_dissociation_is_active and held.status == "DISSOCIATION_FAILED"
    if held.status == "ACTIVE" or counts_as_reached:
        refuse(call.behaviour.already_associated, "Package is already in desired state")  # [O]


def _check_prerequisites(wish: Wish, held: dict[str, Record], together: set[str]) -> None:
    """They must be on the domain before, or come in the same call [M]."""
    installed = {package_id for package_id, one in held.items() if is_installed(one)}
    missing = [one for one in wish.options.get("PrerequisitePackageIDList", []) if one not in installed | together]
    if missing:  # the text: [?]
        raise ServiceError("ValidationException", f"Prerequisite packages are not associated: {', '.join(missing)}")
