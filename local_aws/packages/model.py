"""The packages service: one model, without I/O and threads of its own.

State follows from the clock: whatever is due is played when somebody asks. Parameters and results carry the
API's member names; timestamps are `datetime`s in UTC.
"""

from __future__ import annotations

import copy
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_aws import api_model
from local_aws.packages import imports
from local_aws.packages.associations import Associations
from local_aws.packages.behaviour import Behaviour, Fault
from local_aws.packages.imports import Import, InvalidContentError
from local_aws.packages.records import Record, ServiceError, StoredObject, Timeline, Version

IMPORTING = ("COPYING", "VALIDATING")
FAILED = ("COPY_FAILED", "VALIDATION_FAILED")
# AWS's optional plugins are in every account's list, one for each engine version, under one name [O]. What
# their PackageOwner says is unknown.
AWS_OWNER = "aws"
AWS_PACKAGES = (("G240285063", "OpenSearch_2.15"), ("G16029449", "OpenSearch_2.17"))


@dataclass
class Package:
    """What never changes about a package, and the time line of what does."""

    package_id: str
    name: str
    type: str
    engine_version: str | None
    owner: str
    timeline: Timeline = field(default_factory=Timeline)
    job: Import | None = None


class PackagesModel:
    """The packages service of one account and Region."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        read_object: Callable[[str, str], StoredObject | None],
        account: str = "000000000000",
        region: str = "us-east-1",
        behaviour: Behaviour | None = None,
    ) -> None:
        self.now = now
        self.read_object = read_object
        self.account = account
        self.region = region
        self.behaviour = behaviour or Behaviour()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.packages: dict[str, Package] = {}
        self.associations = Associations()
        self._made = 0
        self._lock = threading.RLock()
        self._operations: dict[str, Callable[[dict[str, Any], float, Fault | None], dict[str, Any]]] = {
            "CreatePackage": self._create,
            "UpdatePackage": self._update,
            "DeletePackage": self._delete,
            "DescribePackages": self._describe,
            "GetPackageVersionHistory": self._history,
            "ListDomainsForPackage": self._list_domains,
            "ListPackagesForDomain": self._list_packages,
            "AssociatePackage": self._associate_one,
            "AssociatePackages": self._associate_many,
            "DissociatePackage": self._dissociate_one,
            "DissociatePackages": self._dissociate_many,
        }
        for package_id, engine_version in AWS_PACKAGES:
            self.add_aws_package(package_id, "analysis-nori", engine_version)

    # What the API offers.

    def call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Play one operation. Raises `ServiceError`."""
        with self._lock:
            self.calls.append((operation, copy.deepcopy(parameters)))
            moment = self.now()
            fault = self.behaviour.next_fault(operation, parameters)
            _raise_at_once(fault)
            complaint = api_model.complaint(operation, parameters)
            if complaint:
                raise ServiceError("ValidationException", complaint)
            self._play_what_is_due(moment)
            result = self._operations[operation](copy.deepcopy(parameters), moment, fault)
            if fault and fault.kind == "error-after-apply":
                raise ServiceError(fault.code or "InternalException", fault.message or "Internal error", fault.status)
            return result

    # What tests do behind the API's back, and what they look at.

    def add_domain(self, name: str, engine_version: str | None = None) -> None:
        """Let a domain exist."""
        self.associations.domains[name] = engine_version

    def remove_domain(self, name: str) -> None:
        """Let a domain be gone, and its associations with it."""
        self.associations.domains.pop(name, None)
        for key in [key for key in self.associations.timelines if key[0] == name]:
            del self.associations.timelines[key]

    def add_aws_package(self, package_id: str, name: str, engine_version: str) -> None:
        """Let a package of AWS's own exist, as every account sees them."""
        package = Package(package_id, name, "ZIP-PLUGIN", engine_version, AWS_OWNER)
        moment = self.now() - 365 * 86400.0
        details = self._details(package, moment, {"PackageDescription": "Provided by AWS"})
        record = Record("AVAILABLE", {**details, "AvailablePackageVersion": "v1"})
        package.timeline.write(moment, record)
        self.packages[package_id] = package

    def package(self, package_id: str) -> dict[str, Any] | None:
        """A package as it really is now, whatever `stale_reads` lets callers see; `None` when it is gone."""
        moment = self.now()
        self._play_what_is_due(moment)
        found = self.packages.get(package_id)
        record = found.timeline.at(moment) if found else None
        return _shown(record) if record and record.status != "DELETED" else None

    def own_packages(self) -> list[dict[str, Any]]:
        """Every package of this account that is not gone."""
        owned = [one.package_id for one in self.packages.values() if one.owner == self.account]
        return [shown for shown in map(self.package, owned) if shown]

    def versions(self, package_id: str) -> tuple[Version, ...]:
        """A package's versions with their content, oldest first; also of a package that is gone."""
        self._play_what_is_due(self.now())
        moment = self.now()
        lines = [entry for entry in self.packages[package_id].timeline.entries if entry[0] <= moment]
        return next((record.versions for _, record in reversed(lines) if record), ())

    # Packages.

    def _create(self, parameters: dict[str, Any], moment: float, fault: Fault | None) -> dict[str, Any]:
        package_type = parameters["PackageType"]
        engine_version = parameters.get("EngineVersion")
        if package_type == "ZIP-PLUGIN" and not engine_version:
            raise ServiceError(  # [O]
                "ValidationException",
                "Operation not allowed. EngineVersion is a required parameter for this operation.",
            )
        if package_type != "ZIP-PLUGIN" and engine_version:
            raise ServiceError(  # the rule [M], not the text
                "ValidationException", "EngineVersion can only be specified for package type ZIP-PLUGIN."
            )
        self._refuse_taken_name(parameters["PackageName"], package_type, engine_version, moment)
        living = [one for one in self.packages.values() if one.owner == self.account and _lives(one, moment)]
        if len(living) >= self.behaviour.quota:
            raise ServiceError("LimitExceededException", f"You may have {self.behaviour.quota} packages.")
        job = self._import(parameters, None, moment, fault)
        package = Package(
            self._new_id(package_type), parameters["PackageName"], package_type, engine_version, self.account
        )
        self.packages[package.package_id] = package
        return self._start(package, job, Record("", self._details(package, moment, parameters)), moment)

    def _update(self, parameters: dict[str, Any], moment: float, fault: Fault | None) -> dict[str, Any]:
        package, record = self._named(parameters["PackageID"], moment)
        if package.owner != self.account:
            raise ServiceError("ValidationException", "Operation not allowed.")  # text as for DeletePackage [I]
        if record.status in IMPORTING:
            _refuse(self.behaviour.update_while_importing, f"The package is {record.status}")
        if record.status in FAILED and not record.versions:
            _refuse(self.behaviour.update_never_available, f"The package is {record.status}")
        if record.status in FAILED:
            _refuse(self.behaviour.update_after_failure, f"The package is {record.status}")
        if record.status in ("DELETING", "DELETE_FAILED"):
            _refuse("validation", f"The package is {record.status}")
        job = self._import(parameters, record, moment, fault)
        fresh = record.but(
            LastUpdatedAt=moment,
            # A member that is left out keeps its value [I].
            PackageDescription=parameters.get("PackageDescription", record.details.get("PackageDescription")),
            PackageEncryptionOptions=parameters.get(
                "PackageEncryptionOptions", record.details.get("PackageEncryptionOptions")
            ),
        )
        return self._start(package, job, fresh, moment)

    def _delete(self, parameters: dict[str, Any], moment: float, fault: Fault | None) -> dict[str, Any]:
        package, record = self._named(parameters["PackageID"], moment)
        behaviour = self.behaviour
        if package.owner != self.account:
            raise ServiceError(  # [O]
                "ValidationException", "Operation not allowed. This package cannot be deleted."
            )
        if self.associations.of_package(package.package_id, moment):
            _refuse(behaviour.delete_associated, "The package is associated with a domain")
        if record.status in IMPORTING:
            _refuse(behaviour.delete_while_importing, f"The package is {record.status}")
        if record.status == "DELETING":
            _refuse(behaviour.delete_while_deleting, "The package is DELETING")
            return {"PackageDetails": _shown(record)}
        package.job = None
        line, deleting = package.timeline, record.but("DELETING", LastUpdatedAt=moment)
        line.write(moment, deleting)
        done = moment + behaviour.deleting
        if fault and fault.kind == "delete-failed":
            details = {"ErrorType": behaviour.error_type, "ErrorMessage": fault.message or "Deletion failed"}
            line.write(done, deleting.but("DELETE_FAILED", ErrorDetails=details))
        elif not (fault and fault.kind == "stuck"):
            line.write(done, deleting.but("DELETED"))
            line.write(done + behaviour.deleted_record, None)
        return {"PackageDetails": _shown(deleting)}

    def _describe(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        seen = moment - self.behaviour.stale_reads
        records = [one.timeline.at(seen) for one in self.packages.values()]
        shown = [_shown(record) for record in records if record]
        filters = parameters.get("Filters") or []
        for one in filters:
            shown = [details for details in shown if _passes(details, one)]
        if not shown and any(one.get("Name") == "PackageID" for one in filters):
            if self.behaviour.missing_described == "validation":
                raise _missing("validation")
            if self.behaviour.missing_described == "not-found":
                raise _missing("not-found")
        page = self._page("PackageDetailsList", shown, parameters)
        return page if page["PackageDetailsList"] else {}  # where there is nothing, the member is absent [O]

    def _history(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        package, record = self._named(parameters["PackageID"], moment)
        entries = [
            _without_none(
                {
                    "PackageVersion": version.name,
                    "CommitMessage": version.commit_message,
                    "CreatedAt": _time(version.created_at),
                    "PluginProperties": version.plugin,
                    "PackageConfiguration": version.configuration,
                }
            )
            for version in record.versions
        ]
        if self.behaviour.history_order == "newest-first":
            entries.reverse()
        result = self._page("PackageVersionHistoryList", entries, parameters)
        return {"PackageID": package.package_id, **result}

    def _refuse_taken_name(self, name: str, package_type: str, engine_version: str | None, moment: float) -> None:
        for other in self.packages.values():
            # Whether AWS's own names count, and names across types: [?]. A plugin's name is unique for each
            # engine version [D].
            apart = package_type == other.type == "ZIP-PLUGIN" and engine_version != other.engine_version
            if other.name == name and other.owner == self.account and not apart and self._holds_name(other, moment):
                raise ServiceError("ResourceAlreadyExistsException", f"Package {name} already exists.")

    def _holds_name(self, package: Package, moment: float) -> bool:
        record = package.timeline.at(moment)
        if record and record.status == "DELETING":
            return self.behaviour.name_taken_while_deleting
        if record and record.status != "DELETED":
            return True  # also one that failed: its record stays [D]
        ends = [
            since
            for since, one in package.timeline.entries
            if since <= moment and (one is None or one.status == "DELETED")
        ]
        return bool(ends) and moment < ends[0] + self.behaviour.name_taken_after_delete

    def _named(self, package_id: str, moment: float) -> tuple[Package, Record]:
        package = self.packages.get(package_id)
        record = package.timeline.at(moment) if package else None
        if package is None or record is None or record.status == "DELETED":
            raise _missing(self.behaviour.missing_named)
        return package, record

    def _new_id(self, package_type: str) -> str:
        self._made += 1
        digest = hashlib.sha1(f"{self.account}/{self.region}/{self._made}".encode(), usedforsecurity=False).hexdigest()
        # `pkg-` and 40 hex digits for plugins, `F` and digits for dictionaries [O]; for licenses and
        # configurations no id has been seen: assumed to look like a dictionary's.
        return f"pkg-{digest}" if package_type == "ZIP-PLUGIN" else f"F{int(digest, 16) % 900000000 + 100000000}"

    def _details(self, package: Package, moment: float, parameters: dict[str, Any]) -> dict[str, Any]:
        """What is shown from the start. PackageSource never is [O]."""
        return _without_none(
            {
                "PackageID": package.package_id,
                "PackageName": package.name,
                "PackageType": package.type,
                "PackageDescription": parameters.get("PackageDescription"),
                "CreatedAt": moment,
                "LastUpdatedAt": moment,
                "EngineVersion": package.engine_version,
                "PackageOwner": package.owner,
                "PackageVendingOptions": parameters.get("PackageVendingOptions"),
                "PackageEncryptionOptions": parameters.get("PackageEncryptionOptions"),
            }
        )

    # Imports.

    def _import(self, parameters: dict[str, Any], before: Record | None, moment: float, fault: Fault | None) -> Import:
        """Look at the source as it is at the time of the call [M: no version can be asked for]."""
        copied = moment + (float("inf") if fault and fault.kind == "stuck" else self.behaviour.copying)
        job = Import(parameters, before, None, moment, copied, fault)
        job = Import(parameters, before, self._found(job), moment, copied, fault)
        problem = imports.unreadable(job.found, job.package_type, self.behaviour)
        if problem and self.behaviour.unreadable_source == "access-denied":
            raise ServiceError("AccessDeniedException", problem)
        if problem and self.behaviour.unreadable_source == "validation":
            raise ServiceError("ValidationException", problem)
        return job

    def _start(self, package: Package, job: Import, fresh: Record, moment: float) -> dict[str, Any]:
        package.job = job
        record = imports.started(job, fresh, self.behaviour)
        package.timeline.write(moment, record)
        self._play_what_is_due(moment)
        return {"PackageDetails": _shown(record)}

    def _play_what_is_due(self, moment: float) -> None:
        """Play what has come due."""
        for package in self.packages.values():
            if package.job and package.job.copied <= moment:
                job, package.job = package.job, None
                self._finish(package, job)

    def _finish(self, package: Package, job: Import) -> None:
        """Play the rest of an import whose copying is over.

        The object must have stayed readable until then: that the service copies later than at the call is not
        excluded, so nobody may remove it earlier.
        """
        behaviour, line = self.behaviour, package.timeline
        copying = line.at(job.copied)
        if copying is None:
            return
        if job.before:  # the description may have been held back
            description = job.parameters.get("PackageDescription", job.before.details.get("PackageDescription"))
            fresh = copying.but(PackageDescription=description)
        else:
            fresh = copying
        problem = next(
            filter(None, (imports.unreadable(one, package.type, behaviour) for one in (job.found, self._found(job)))),
            None,
        )
        if problem:
            fresh = fresh.but(LastUpdatedAt=job.copied)
            line.write(job.copied, imports.failed(job, fresh, "COPY_FAILED", problem, behaviour))
            return
        line.write(job.copied, copying.but("VALIDATING"))
        end = job.copied + behaviour.validating
        fresh = fresh.but(LastUpdatedAt=end)
        try:
            plugin = self._checked(package, job)
        except InvalidContentError as invalid:
            line.write(end, imports.failed(job, fresh, "VALIDATION_FAILED", str(invalid), behaviour))
        else:
            line.write(end, imports.available(job, fresh, end, plugin, behaviour))

    def _checked(self, package: Package, job: Import) -> dict[str, Any] | None:
        if job.fault and job.fault.kind == "invalid":
            # The form of a real one [D].
            raise InvalidContentError(
                job.fault.message
                or "PluginValidationFailureReason : Dependency Scan reported 1 vulnerabilities for the plugin"
            )
        body = job.found.body if job.found else b""
        return imports.checked(package.type, package.engine_version, job.source[1], body, self.behaviour)

    def _found(self, job: Import) -> StoredObject | None:
        if job.fault and job.fault.kind == "unreadable":
            return None
        return self.read_object(*job.source)

    # Associations.

    def _list_domains(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        package, _record = self._named(parameters["PackageID"], moment)
        return self._association_page(self.associations.of_package(package.package_id, moment), parameters)

    def _list_packages(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        return self._association_page(self.associations.of_domain(parameters["DomainName"], moment), parameters)

    def _associate_one(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        [record] = self._associate(parameters["DomainName"], [parameters], moment)
        return {"DomainPackageDetails": _shown_association(record)}

    def _associate_many(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        records = self._associate(parameters["DomainName"], parameters["PackageList"], moment)
        return {"DomainPackageDetailsList": [_shown_association(one) for one in records]}

    def _associate(self, domain: str, wanted: list[dict[str, Any]], moment: float) -> list[Record]:
        """All or nothing; what happens when some of several are refused is unknown."""
        named = [(self._named(one["PackageID"], moment)[1], one) for one in wanted]
        self.associations.refuse_when_busy(domain, moment, self.behaviour)
        for package, _ in named:
            self.associations.check_associate(domain, package, moment)
        return [
            self.associations.associate(domain, package, options, moment, self.behaviour) for package, options in named
        ]

    def _dissociate_one(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        [record] = self._dissociate(parameters["DomainName"], [parameters["PackageID"]], moment)
        return {"DomainPackageDetails": _shown_association(record)}

    def _dissociate_many(self, parameters: dict[str, Any], moment: float, _: Fault | None) -> dict[str, Any]:
        records = self._dissociate(parameters["DomainName"], parameters["PackageList"], moment)
        return {"DomainPackageDetailsList": [_shown_association(one) for one in records]}

    def _dissociate(self, domain: str, wanted: list[str], moment: float) -> list[Record]:
        self.associations.refuse_when_busy(domain, moment, self.behaviour)
        for package_id in wanted:
            self.associations.check_dissociate(domain, package_id, moment)
        return [self.associations.dissociate(domain, package_id, moment, self.behaviour) for package_id in wanted]

    def _association_page(self, records: Iterable[Record], parameters: dict[str, Any]) -> dict[str, Any]:
        return self._page("DomainPackageDetailsList", [_shown_association(one) for one in records], parameters)

    def _page(self, name: str, items: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
        token = parameters.get("NextToken") or "0"
        if not token.isdigit():
            raise ServiceError("ValidationException", "The NextToken is not valid")
        start = int(token)
        end = start + min(parameters.get("MaxResults") or self.behaviour.page_size, self.behaviour.page_size)
        page: dict[str, Any] = {name: items[start:end]}
        if end < len(items):
            page["NextToken"] = str(end)
        return page


def _raise_at_once(fault: Fault | None) -> None:
    errors = {
        "throttle": ("ThrottlingException", "Rate exceeded"),  # [O]
        "500": ("InternalException", "Internal error"),
        "access-denied": ("AccessDeniedException", "User is not authorized to perform this action"),
        "error": (fault.code, fault.message) if fault else ("", ""),
    }
    if fault and fault.kind in errors:
        code, message = errors[fault.kind]
        raise ServiceError(fault.code or code, fault.message or message, fault.status)


def _refuse(how: str, message: str) -> None:
    if how == "conflict":
        raise ServiceError("ConflictException", message)
    if how == "validation":
        raise ServiceError("ValidationException", message)


def _missing(how: str) -> ServiceError:
    # Both are taken for "gone" by Terraform [O].
    code = "ValidationException" if how == "validation" else "ResourceNotFoundException"
    return ServiceError(code, "Package not found")


def _lives(package: Package, moment: float) -> bool:
    record = package.timeline.at(moment)
    return record is not None and record.status != "DELETED"


def _passes(details: dict[str, Any], one: dict[str, Any]) -> bool:
    """Whether a package passes a filter.

    That values may hold wildcards is allowed [M], what they mean unknown.
    """
    return details.get(one.get("Name", "")) in (one.get("Value") or [])


def _shown(record: Record) -> dict[str, Any]:
    shown = copy.deepcopy(dict(record.details))
    for name in ("CreatedAt", "LastUpdatedAt"):
        shown[name] = _time(shown[name])
    return {**shown, "PackageStatus": record.status}


def _shown_association(record: Record) -> dict[str, Any]:
    shown = copy.deepcopy(dict(record.details))
    return {**shown, "LastUpdated": _time(shown["LastUpdated"]), "DomainPackageStatus": record.status}


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
