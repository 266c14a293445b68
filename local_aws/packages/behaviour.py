"""How the service behaves where its behaviour is a matter of time, or unknown: data that tests change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Refusal = Literal["accept", "conflict", "validation"]


@dataclass
class Fault:
    """A planned failure of one operation: after `skip` matching calls, for the next `times` of them.

    Kinds that fail the call:

    - `throttle`: `ThrottlingException: Rate exceeded`, HTTP 400 [O: seen on this API, not in its model].
    - `500`: `InternalException` [M].
    - `access-denied`: `AccessDeniedException` [M]; IAM is eventually consistent.
    - `error`: the error named by `code`, `message` and `status`.
    - `error-after-apply`: the operation is applied, its response is lost; the caller sees `code` (default
      `InternalException`).

    Kinds that let the call succeed, and play its outcome:

    - `unreadable`: the import ends as if S3 had refused the object (see `Behaviour.unreadable_source`).
    - `invalid`: the import ends `VALIDATION_FAILED` with `message`.
    - `stuck`: the import never leaves `COPYING`; a deletion never leaves `DELETING`; an association never
      leaves `ASSOCIATING` or `DISSOCIATING`, and its domain is busy for ever.
    - `delete-failed`: the deletion ends `DELETE_FAILED`.
    - `association-failed`, `dissociation-failed`: that is how the association ends, with `message`; in a call
      about several packages only for `package_ids`, or for all where that is empty.
    """

    operation: str
    kind: Literal[
        "throttle",
        "500",
        "access-denied",
        "error",
        "error-after-apply",
        "unreadable",
        "invalid",
        "stuck",
        "delete-failed",
        "association-failed",
        "dissociation-failed",
    ]
    times: int = 1
    skip: int = 0
    code: str = ""
    message: str = ""
    status: int = 0
    when: Callable[[dict[str, Any]], bool] | None = None
    package_ids: Sequence[str] = ()

    def strikes(self, operation: str, parameters: dict[str, Any]) -> bool:
        """Whether this call is one of those that fail; counts it."""
        if operation != self.operation or (self.when is not None and not self.when(parameters)):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times <= 0:
            return False
        self.times -= 1
        return True


@dataclass
class Behaviour:
    """Each field says what is known; where nothing is, the default is what is likeliest."""

    # How long things take, in seconds. In reality: a dictionary some tens of seconds [O: a whole create,
    # read, delete cycle took 47 s], a plugin about three minutes [D], an association of a dictionary two to
    # three minutes [O], the blue/green deployment that a plugin needs "15 minutes to several hours" [D].
    copying: float = 0.5
    validating: float = 0.5
    deleting: float = 0.5
    associating: float = 1.0
    dissociating: float = 1.0
    blue_green: float = 3.0
    # How long of that a domain is still Processing when the association has come to its end [O].
    processing_after_active: float = 0.5
    # How long a domain that the local AWS's CloudFormation or CreateDomain has made is still Processing, and one that
    # they have deleted is still described. CloudFormation waits for both, except in its express mode [D].
    domain_creating: float = 0.0
    domain_deleting: float = 0.0
    # How long a new domain refuses associations although DescribeDomain says that it is done [O: an AWS sample
    # waits 120 s; in which Regions it has to, and for how long: ?].
    domain_settles: float = 0.0

    # [?] What happens to a source that cannot be read: missing, refused to the caller, encrypted with KMS,
    # of a content type that is refused. COPY_FAILED is a status of the API [M], so that is the likeliest.
    unreadable_source: Literal["copy-failed", "access-denied", "validation"] = "copy-failed"
    # "can't access files in S3 that you protect using an AWS KMS key" [D]; whether that holds for a caller
    # that may decrypt: [?].
    kms_unreadable: bool = True
    # The same for a customer managed key; two organizations import from buckets encrypted with one [O].
    customer_key_unreadable: bool = True
    # The key of PackageEncryptionOptions has to be a symmetric one, and the caller has to be allowed CreateGrant,
    # Decrypt, DescribeKey, GenerateDataKey and GenerateDataKeyWithoutPlaintext with it [D]. What happens otherwise: an
    # association of a package whose key cannot be read is refused with AccessDeniedException [D]; an import: [?].
    key_refused: Literal["access-denied", "validation", "copy-failed"] = "access-denied"
    # What kms:ViaService says then: custom-packages [D]; or es, as the service is called elsewhere [I].
    key_via: Literal["custom-packages", "es"] = "custom-packages"
    # Production dictionaries and plugins of the type application/octet-stream import [O: objects that the JavaScript
    # SDKs and Terraform's acceptance tests upload]. "Using application/octet-stream will cause the package import to
    # fail" [D] is said of binary dictionaries; whether it is true of them: [?].
    octet_stream_refused: Literal["binary-dictionaries", "every-type", "nothing"] = "binary-dictionaries"
    # [?] "only UTF-8 is supported" [D] for dictionaries, but binary ones exist, so it cannot be checked
    # strictly.
    utf8_checked: bool = False
    # ErrorType was an empty string in the documentation's own example [D].
    error_type: str = ""

    # [?] Likely rejected [I]; UpdatePackage declares no ConflictException [M].
    update_while_importing: Refusal = "validation"
    # "rebuild, UpdatePackage" is the documentation's remedy for a bad plugin [D], so it is accepted.
    update_after_failure: Refusal = "accept"
    # [?] The same for a package whose first import failed: "a failed package cannot always be updated" [O: a library's
    # own script, which then makes such a package anew].
    update_never_available: Refusal = "accept"
    # [?] Whether the version before stays available after an update that failed. Likely [I]: domains keep
    # theirs.
    failed_update_keeps_version: bool = True
    # [?] Whether an update with the very same bytes makes a version.
    identical_update_makes_version: bool = True
    # [?] Whether an update that changes the description alone makes a version.
    description_update_makes_version: bool = True
    # [?] Whether an update keeps the description where it says nothing of it.
    left_out_is_kept: bool = True
    # [?] When an update's new description shows: at once, when its import has succeeded, or at once and
    # back again when the import has failed.
    description_shows: Literal["at-once", "on-success", "at-once-and-reverts"] = "at-once"

    # DeletePackage of a package that is COPYING was accepted [O]. Whether it always is: [?]; it declares
    # ConflictException [M].
    delete_while_importing: Refusal = "accept"
    # [?] A second DeletePackage of a package that is being deleted.
    delete_while_deleting: Refusal = "conflict"
    # [?] ConflictException is "the client attempts to remove a resource that is currently in use" [M].
    delete_associated: Refusal = "conflict"
    # How long DescribePackages shows a package with status DELETED [O: "not returned by DescribePackages or
    # DELETED"; for how long: ?].
    deleted_record: float = 0.0
    # What DescribePackages says when asked by id for a package that is not there: an empty list [O], or an
    # error [O: Terraform takes both `ValidationException` "Package not found" and
    # `ResourceNotFoundException`].
    missing_described: Literal["empty", "validation", "not-found"] = "empty"
    # The same when asked by name: an empty list [O].
    missing_name_described: Literal["empty", "validation", "not-found"] = "empty"
    # The same for operations that name one package: update, delete, history, domains [O: as above].
    missing_named: Literal["validation", "not-found"] = "validation"
    # [?] Whether a name is still taken while its package is being deleted, and for how long after it is gone.
    name_taken_while_deleting: bool = True
    name_taken_after_delete: float = 0.0

    # Names of 38 and 48 characters were created [O], 256 are allowed [M]; the limit of the service: [?].
    longest_name: int = 256
    # [?] Whether a name counts as taken for a package of another type.
    names_unique_across_types: bool = True
    # [?] In what the 1,024 of a description [M] are counted.
    description_counted_in: Literal["characters", "utf-16", "bytes"] = "characters"
    # [?] Whether the ids of licenses and configurations look like those of dictionaries or of plugins.
    attached_ids: Literal["F", "pkg-"] = "F"

    # [?] How old the state is that DescribePackages shows, in seconds; a younger package is missing there.
    stale_reads: float = 0.0
    # [?] The order of GetPackageVersionHistory.
    history_order: Literal["newest-first", "oldest-first"] = "newest-first"
    # Values of filters may hold wildcards [M]; whether `*` and `?` mean anything there: [?].
    filter_wildcards: bool = False
    # How many calls a second are served before ThrottlingException [O: it happens; at which rate: ?]. `None`: any.
    calls_per_second: int | None = None
    # "25, not adjustable" [D]. Whether dictionaries and plugins share it: [?].
    quota: int = 25
    # MaxResults goes up to 100 [M]; what a page holds without it is not stated. Small values make tests page.
    page_size: int = 100

    # [?] A second change to a domain that is busy with one [O: such an error exists, its code is unknown].
    busy_domain: Refusal = "conflict"
    # [?] What happens on a domain that has not settled: the call is refused as on a busy one, or the association
    # fails [O: "association failed", in one sentence of a pull request].
    unsettled_domain: Literal["busy", "association-failed"] = "busy"
    # [?] Whether a domain is Processing while a dictionary is associated or dissociated. It needs no blue/green
    # deployment [I], and is busy all the same [O].
    dictionary_shows_processing: bool = False
    # [?] How old the state is that ListPackagesForDomain, ListDomainsForPackage and DescribeDomain show, in seconds.
    stale_associations: float = 0.0

    # [?] What becomes of the others when AssociatePackages or DissociatePackages names a package that is refused.
    refused_in_a_list: Literal["nothing", "the-others-go-on"] = "nothing"
    # AssociatePackage of a package that was COPYING was accepted, and became ACTIVE [O]. With which version, and
    # whether it always is: [?]. Where there is none then, the association fails [I].
    associate_importing: Literal["version-at-the-end", "version-at-the-call", "conflict", "validation"] = (
        "version-at-the-end"
    )
    # [?] AssociatePackage of a package whose last update has failed and that has a version from before.
    associate_after_failed_update: Refusal = "accept"
    # "Package is already in desired state" [O: ConflictException].
    already_associated: Refusal = "conflict"
    # [?] AssociatePackage after ASSOCIATION_FAILED. DissociatePackage works [O: in production somebody dissociates,
    # then associates again].
    associate_after_failure: Refusal = "accept"
    # [?] Another AssociationConfiguration for a package that the domain has with the same version.
    other_configuration: Literal["accept", "already-in-desired-state", "validation"] = "accept"
    # [?] Whether AssociatePackage says after DISSOCIATION_FAILED that the package is "already in desired state".
    failed_dissociation_is_active: bool = False
    # "otherwise the dissociation fails" [D]: whether at the call or later: [?]. For dictionaries; a plugin in use
    # leaves the domain "stuck in the Processing state" [D].
    in_use: Literal["dissociation-failed", "conflict", "validation"] = "dissociation-failed"
    # [?] The code of "a package with the same name is already installed on the cluster" [O].
    same_name_installed: Literal["conflict", "validation"] = "conflict"
    # "20, not adjustable" [D]. Whether plugins and dictionaries share it: [?].
    packages_per_domain: int = 20
    # [?] What PackageOwner says of AWS's own packages.
    aws_owner: str = "aws"
    # [?] What AvailablePackageVersion says of AWS's own packages, if anything.
    aws_package_version: str | None = "v1"

    faults: list[Fault] = field(default_factory=list)

    def change(self, values: dict[str, Any]) -> None:
        """Set fields from plain data, as the control path receives it; unknown names are an error."""
        known = {one.name for one in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"Behaviour has no field {name!r}")
            if name == "faults":
                value = [Fault(**one) for one in value]  # noqa: PLW2901
            setattr(self, name, value)

    def next_fault(self, operation: str, parameters: dict[str, Any]) -> Fault | None:
        """The first planned fault that strikes this call."""
        return next((one for one in self.faults if one.strikes(operation, parameters)), None)
