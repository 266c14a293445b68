"""The packages themselves: what an account has, and what AWS provides in every account."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local_aws.packages import encryption, imports
from local_aws.packages.behaviour import Behaviour
from local_aws.packages.checks import check_lengths, passes
from local_aws.packages.encryption import UseKey
from local_aws.packages.imports import Import, InvalidContentError
from local_aws.packages.records import Record, ServiceError, StoredObject, Timeline, Version
from local_aws.packages.replies import Call, Result, copied, page, refuse, timestamp, without_none

IMPORTING = ("COPYING", "VALIDATING")
FAILED = ("COPY_FAILED", "VALIDATION_FAILED")
# Whose AWS's own packages are in here; what PackageOwner says of them is unknown.
AWS_OWNER = "aws"
A_YEAR = 365 * 86400.0


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

    def at(self, moment: float, behaviour: Behaviour) -> Record | None:
        """What the service says of it at a moment."""
        record = self.timeline.at(moment)
        if record and self.owner == AWS_OWNER:
            return record.but(AvailablePackageVersion=behaviour.aws_package_version)
        return record


class Catalogue:
    """The packages that one account sees in one Region."""

    def __init__(
        self,
        read_object: Callable[[str, str], StoredObject | None],
        use_key: UseKey,
        account: str,
        region: str,
    ) -> None:
        self.packages: dict[str, Package] = {}
        self._read_object = read_object
        self._use_key = use_key
        self._account = account
        self._region = region
        self._made = 0

    def add_aws_package(self, package_id: str, name: str, engine_version: str, moment: float) -> None:
        """Let a package of AWS's own exist, as every account sees them."""
        package = Package(package_id, name, "ZIP-PLUGIN", engine_version, AWS_OWNER)
        made = moment - A_YEAR
        details = self._details(package, made, {"PackageDescription": "Provided by AWS"})
        package.timeline.write(made, Record("AVAILABLE", details))
        self.packages[package_id] = package

    def check_readable(self, package: Record) -> None:
        """Raises `ServiceError` where the key of a package that is to be associated cannot be used any more."""
        encryption.check_readable(self._use_key, package)

    def shown(self, package_id: str, moment: float, behaviour: Behaviour) -> Result | None:
        """A package as it is at a moment; `None` where there is none."""
        found = self.packages.get(package_id)
        record = found.at(moment, behaviour) if found else None
        return _shown(record, behaviour) if record and record.status != "DELETED" else None

    def own(self) -> Iterator[str]:
        """The ids of this account's packages, those that are gone included."""
        return (one.package_id for one in self.packages.values() if one.owner == self._account)

    def versions(self, package_id: str, moment: float) -> tuple[Version, ...]:
        """A package's versions with their content, oldest first; also of a package that is gone."""
        lines = [entry for entry in self.packages[package_id].timeline.entries if entry[0] <= moment]
        return next((record.versions for _, record in reversed(lines) if record), ())

    def named(self, package_id: str, moment: float, behaviour: Behaviour) -> tuple[Package, Record]:
        """The package that a call names by its id. Raises `ServiceError` where there is none."""
        package = self.packages.get(package_id)
        record = package.at(moment, behaviour) if package else None
        if package is None or record is None or record.status == "DELETED":
            raise _missing(behaviour.missing_named)
        return package, record

    def plugins(self, name: str, engine_version: str, moment: float, behaviour: Behaviour) -> list[Record]:
        """The plugins of that name that a domain of that engine version can have: this account's, then AWS's."""
        found = [
            (package.owner == AWS_OWNER, record)
            for package in self.packages.values()
            if package.type == "ZIP-PLUGIN" and (package.name, package.engine_version) == (name, engine_version)
            if (record := package.at(moment, behaviour)) and record.status == "AVAILABLE"
        ]
        return [record for _, record in sorted(found, key=lambda one: one[0])]

    # What the API offers.

    def create(self, call: Call) -> Result:
        """CreatePackage."""
        parameters = call.parameters
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
        check_lengths(parameters, call.behaviour)
        self._refuse_taken_name(parameters["PackageName"], package_type, engine_version, call)
        living = [one for one in self.packages.values() if one.owner == self._account and _lives(one, call.moment)]
        if len(living) >= call.behaviour.quota:
            raise ServiceError("LimitExceededException", f"You may have {call.behaviour.quota} packages.")
        package_id = self._new_id(package_type, call.behaviour)
        job = self._import(call, None, package_id, parameters.get("PackageEncryptionOptions"))
        package = Package(
            package_id,
            parameters["PackageName"],
            package_type,
            engine_version,
            self._account,
        )
        self.packages[package.package_id] = package
        return self._start(package, job, Record("", self._details(package, call.moment, parameters)), call)

    def update(self, call: Call) -> Result:
        """UpdatePackage."""
        parameters, behaviour = call.parameters, call.behaviour
        package, record = self.named(parameters["PackageID"], call.moment, behaviour)
        if package.owner != self._account:
            raise ServiceError("ValidationException", "Operation not allowed.")  # text as for DeletePackage [I]
        check_lengths(parameters, behaviour)
        if record.status in IMPORTING:
            refuse(behaviour.update_while_importing, f"The package is {record.status}")
        if record.status in FAILED and not record.versions:
            refuse(behaviour.update_never_available, f"The package is {record.status}")
        elif record.status in FAILED:
            refuse(behaviour.update_after_failure, f"The package is {record.status}")
        if record.status in ("DELETING", "DELETE_FAILED"):
            refuse("validation", f"The package is {record.status}")
        # A member that is left out keeps its value [I].
        options = parameters.get("PackageEncryptionOptions", record.details.get("PackageEncryptionOptions"))
        job = self._import(call, record, package.package_id, options)
        fresh = record.but(
            LastUpdatedAt=call.moment,
            PackageDescription=_described(parameters, record, behaviour),
            PackageEncryptionOptions=options,
        )
        return self._start(package, job, fresh, call)

    def delete(self, call: Call, *, associated: bool) -> Result:
        """DeletePackage; whether the package is associated with a domain is for the caller to know."""
        behaviour, moment = call.behaviour, call.moment
        package, record = self.named(call.parameters["PackageID"], moment, behaviour)
        if package.owner != self._account:
            raise ServiceError(  # [O]
                "ValidationException", "Operation not allowed. This package cannot be deleted."
            )
        if associated:
            refuse(behaviour.delete_associated, "The package is associated with a domain")
        if record.status in IMPORTING:
            refuse(behaviour.delete_while_importing, f"The package is {record.status}")
        if record.status == "DELETING":
            refuse(behaviour.delete_while_deleting, "The package is DELETING")
            return {"PackageDetails": _shown(record, call.behaviour)}
        package.job = None
        line, deleting = package.timeline, record.but("DELETING", LastUpdatedAt=moment)
        line.write(moment, deleting)
        done = moment + behaviour.deleting
        if call.fault and call.meets("delete-failed"):
            details = {"ErrorType": behaviour.error_type, "ErrorMessage": call.fault.message or "Deletion failed"}
            line.write(done, deleting.but("DELETE_FAILED", ErrorDetails=details))
        elif not call.meets("stuck"):
            line.write(done, deleting.but("DELETED"))
            line.write(done + behaviour.deleted_record, None)
        return {"PackageDetails": _shown(deleting, behaviour)}

    def describe(self, call: Call) -> Result:
        """DescribePackages."""
        seen = call.moment - call.behaviour.stale_reads
        filters = call.parameters.get("Filters") or []
        records = [one.at(seen, call.behaviour) for one in self.packages.values()]
        shown = [
            _shown(record, call.behaviour)
            for record in records
            if record and all(passes(record, one, call.behaviour) for one in filters)
        ]
        if not shown:
            asked_by = {one.get("Name") for one in filters}
            for name, how in (
                ("PackageID", call.behaviour.missing_described),
                ("PackageName", call.behaviour.missing_name_described),
            ):
                if name in asked_by and how != "empty":
                    raise _missing(how)
        result = page("PackageDetailsList", shown, call)
        return result if result["PackageDetailsList"] else {}  # where there is nothing, the member is absent [O]

    def history(self, call: Call) -> Result:
        """GetPackageVersionHistory."""
        package, record = self.named(call.parameters["PackageID"], call.moment, call.behaviour)
        entries = [
            without_none(
                {
                    "PackageVersion": version.name,
                    "CommitMessage": version.commit_message,
                    "CreatedAt": timestamp(version.created_at),
                    "PluginProperties": version.plugin,
                    "PackageConfiguration": version.configuration,
                }
            )
            for version in record.versions
        ]
        if call.behaviour.history_order == "newest-first":
            entries.reverse()
        return {"PackageID": package.package_id, **page("PackageVersionHistoryList", entries, call)}

    # Names, ids and details.

    def _refuse_taken_name(self, name: str, package_type: str, engine_version: str | None, call: Call) -> None:
        for other in self.packages.values():
            # Whether AWS's own names count, and names across types: [?]. A plugin's name is unique for each
            # engine version [D].
            apart = package_type == other.type == "ZIP-PLUGIN" and engine_version != other.engine_version
            apart = apart or (package_type != other.type and not call.behaviour.names_unique_across_types)
            if other.name == name and other.owner == self._account and not apart and _holds_name(other, call):
                raise ServiceError("ResourceAlreadyExistsException", f"Package {name} already exists.")

    def _new_id(self, package_type: str, behaviour: Behaviour) -> str:
        self._made += 1
        seed = f"{self._account}/{self._region}/{self._made}"
        digest = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
        # `pkg-` and 40 hex digits for plugins, `F` and digits for dictionaries [O]; for licenses and
        # configurations no id has been seen.
        form = {"ZIP-PLUGIN": "pkg-", "TXT-DICTIONARY": "F"}.get(package_type, behaviour.attached_ids)
        return f"pkg-{digest}" if form == "pkg-" else f"F{int(digest, 16) % 900000000 + 100000000}"

    def _details(self, package: Package, moment: float, parameters: dict[str, Any]) -> Result:
        """What is shown from the start. PackageSource never is [O]."""
        return without_none(
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

    def _import(self, call: Call, before: Record | None, package_id: str, options: Result | None) -> Import:
        """Look at the source as it is at the time of the call [M: no version can be asked for]."""
        moment, behaviour = call.moment, call.behaviour
        copied = moment + (float("inf") if call.meets("stuck") else behaviour.copying)
        job = Import(call.parameters, before, None, moment, copied, call.fault)
        refused = encryption.refusal(self._use_key, package_id, options, behaviour)
        job = Import(call.parameters, before, self._found(job), moment, copied, call.fault, refused)
        problem = imports.unreadable(job.found, job.package_type, behaviour)
        if problem and behaviour.unreadable_source == "access-denied":
            raise ServiceError("AccessDeniedException", problem)
        if problem and behaviour.unreadable_source == "validation":
            raise ServiceError("ValidationException", problem)
        return job

    def _start(self, package: Package, job: Import, fresh: Record, call: Call) -> Result:
        package.job = job
        record = imports.started(job, fresh, call.behaviour)
        package.timeline.write(call.moment, record)
        self.play(call.moment, call.behaviour)
        return {"PackageDetails": _shown(record, call.behaviour)}

    def play(self, moment: float, behaviour: Behaviour) -> None:
        """Play what has come due."""
        for package in self.packages.values():
            if package.job and package.job.copied <= moment:
                job, package.job = package.job, None
                self._finish(package, job, behaviour)

    def _finish(self, package: Package, job: Import, behaviour: Behaviour) -> None:
        """Play the rest of an import whose copying is over.

        The object must have stayed readable until then: that the service copies later than at the call is not
        excluded, so nobody may remove it earlier.
        """
        line = package.timeline
        copying = line.at(job.copied)
        if copying is None:
            return
        if job.before:  # the description may have been held back
            fresh = copying.but(PackageDescription=_described(job.parameters, job.before, behaviour))
        else:
            fresh = copying
        problem = job.key_refusal or next(
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
            plugin = _checked(package, job, behaviour)
        except InvalidContentError as invalid:
            line.write(end, imports.failed(job, fresh, "VALIDATION_FAILED", str(invalid), behaviour))
        else:
            line.write(end, imports.available(job, fresh, end, plugin, behaviour))

    def _found(self, job: Import) -> StoredObject | None:
        if job.fault and job.fault.kind == "unreadable":
            return None
        return self._read_object(*job.source)


def _checked(package: Package, job: Import, behaviour: Behaviour) -> dict[str, Any] | None:
    if job.fault and job.fault.kind == "invalid":
        # The form of a real one [D].
        raise InvalidContentError(
            job.fault.message
            or "PluginValidationFailureReason : Dependency Scan reported 1 vulnerabilities for the plugin"
        )
    body = job.found.body if job.found else b""
    return imports.checked(package.type, package.engine_version, job.source[1], body, behaviour)


def _missing(how: str) -> ServiceError:
    # Both are taken for "gone" by Terraform [O].
    code = "ValidationException" if how == "validation" else "ResourceNotFoundException"
    return ServiceError(code, "Package not found")


def _holds_name(package: Package, call: Call) -> bool:
    record = package.timeline.at(call.moment)
    if record and record.status == "DELETING":
        return call.behaviour.name_taken_while_deleting
    if record and record.status != "DELETED":
        return True  # also one that failed: its record stays [D]
    ends = [
        since
        for since, one in package.timeline.entries
        if since <= call.moment and (one is None or one.status == "DELETED")
    ]
    return bool(ends) and call.moment < ends[0] + call.behaviour.name_taken_after_delete


def _lives(package: Package, moment: float) -> bool:
    record = package.timeline.at(moment)
    return record is not None and record.status != "DELETED"


def _described(parameters: dict[str, Any], before: Record, behaviour: Behaviour) -> str | None:
    """A package's description after an update."""
    kept: str | None = before.details.get("PackageDescription") if behaviour.left_out_is_kept else None
    found: str | None = parameters.get("PackageDescription", kept)
    return found


def _shown(record: Record, behaviour: Behaviour) -> Result:
    shown = copied(dict(record.details))
    for name in ("CreatedAt", "LastUpdatedAt"):
        shown[name] = timestamp(shown[name])
    if shown["PackageOwner"] == AWS_OWNER:
        shown["PackageOwner"] = behaviour.aws_owner
    return {**shown, "PackageStatus": record.status}
