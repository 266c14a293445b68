"""The upgrade of a domain to another engine version, with the plugins that are on it."""

from __future__ import annotations

from local_aws.packages.admission import PLUGIN, is_installed
from local_aws.packages.catalogue import Catalogue
from local_aws.packages.domains import UPGRADING, Domain, refuse_when_busy
from local_aws.packages.records import Record, ServiceError, Timeline
from local_aws.packages.replies import Call


def upgrade(domain: Domain, engine_version: str, seconds: float, catalogue: Catalogue, call: Call) -> None:
    """Upgrade a domain.

    The service exchanges each plugin for the package of the same name, its own [O: Terraform issue 39363] or the
    account's [D], so that another id is associated afterwards. Where there is none, it refuses the upgrade [D].
    A domain that has the version already stays as it is.
    """
    if domain.engine_version_at(call.moment) == engine_version:
        return
    refuse_when_busy(domain, call)
    associations = domain.packages(call.moment)
    plugins = [one for one in associations if one.details["PackageType"] == PLUGIN and is_installed(one)]
    successors = {one.details["PackageID"]: _successor(one, engine_version, catalogue, call) for one in plugins}
    ends = call.moment + seconds
    domain.begin(UPGRADING, call.moment, ends, engine_version)
    for old in plugins:
        new = successors[old.details["PackageID"]].details
        domain.associations[old.details["PackageID"]].write(ends, None)
        line = domain.associations.setdefault(new["PackageID"], Timeline())
        version = new.get("AvailablePackageVersion")
        line.write(ends, old.but("ACTIVE", PackageID=new["PackageID"], PackageVersion=version, LastUpdated=ends))
    for other in associations:
        named = other.details.get("PrerequisitePackageIDList", [])
        if any(one in successors for one in named) and other not in plugins:
            # Licenses and configurations stay, and belong to the new one [I].
            renamed = [successors[one].details["PackageID"] if one in successors else one for one in named]
            line = domain.associations[other.details["PackageID"]]
            line.write(ends, other.but(PrerequisitePackageIDList=renamed))


def _successor(plugin: Record, engine_version: str, catalogue: Catalogue, call: Call) -> Record:
    name = plugin.details["PackageName"]
    found = catalogue.plugins(name, engine_version, call.moment, call.behaviour)
    if not found:  # the text: [?]
        raise ServiceError("ValidationException", f"Plugin {name} is not available for {engine_version}")
    return found[0]
