"""Importing: bring the package that a resource wants into being.

Each step looks at what is there and does at most one thing about it. Nothing is remembered between invocations: the
mark in a package's description says which request imported what, so that a retry goes on where the first try ended.
"""

from __future__ import annotations

import logging
from typing import Any

from botocore.exceptions import ClientError

from lambda_handler import opensearch
from lambda_handler.opensearch import (
    AVAILABLE,
    COPY_FAILED,
    DELETING,
    IMPORTING,
    SETTLED,
    VISIBLE_WITHIN,
    OpenSearch,
    Package,
)
from lambda_handler.properties import PackageProperties
from lambda_handler.removal import Removal
from lambda_handler.request import Request, RequestFailed, is_package_id
from lambda_handler.sources import Location, Sources
from lambda_handler.waiting import Clock, Pending

# How long to leave between two writes that do the same, of which the first was refused or came to nothing.
PAUSE_BETWEEN_TRIES = 5.0

logger = logging.getLogger(__name__)


class Import:
    """The import of one source into one package, for a Create or an Update.

    Attributes:
        to_remove: the id of a package that this request made in vain and that has to go.
    """

    def __init__(
        self,
        service: OpenSearch,
        sources: Sources,
        clock: Clock,
        request: Request,
        wanted: PackageProperties,
        old: PackageProperties | None,
    ) -> None:
        self._service = service
        self._sources = sources
        self._clock = clock
        self._request = request
        self._wanted = wanted
        self._old = old
        self._created = _known(request.made, wanted)
        self._seen = False
        self._answer_was_lost = False
        self._location: Location | None = None
        self._revision_before: tuple[object, ...] | None = None
        self._was_accepted = False
        self._had_version = False
        self._wrote_at = clock.now() if self._created else 0.0
        self._refused_since: float | None = None
        self._removals: dict[str, Removal] = {}
        self.to_remove: str | None = None

    def step(self) -> Package | Pending:
        """One look and at most one write.

        Returns:
            The package, available with the wanted content; or what is being waited for.

        Raises:
            RequestFailed: this will not come to a good end.
            ClientError: AWS refused a call.
        """
        package = self._find()
        if package is None:
            return self._create()
        if package.status in IMPORTING or package.status == DELETING:
            return Pending(f"settling package {_named(package)}", package.status)
        if self._is_not_visible_yet(package):
            return Pending(f"the update of package {_named(package)}", package.status)
        if self._shows_this_import(package):
            return package if package.status == AVAILABLE else self._failed(package)
        if self._is_as_wanted(package):
            return package
        if self._is_useless(package):
            return self._clear_away(package)
        if self._has_made_a_version_of(package):
            return package
        return self._update(package)

    # -- looking ------------------------------------------------------------------------------------------------

    def _find(self) -> Package | None:
        """The package to import into, or the one that has to go first; None where one has to be created."""
        if self._created is not None:
            created = self._service.package(self._created.id)
            self._seen = self._seen or created is not None
            return created
        current = self._current()
        if current is not None:
            if current.status == DELETING or current.identity == self._wanted.identity:
                return current
            self._check_room_beside(current)
        return self._find_by_name()

    def _current(self) -> Package | None:
        """The package that an Update is about."""
        package_id = self._request.original_physical_id
        if self._request.kind != "Update" or not is_package_id(package_id):
            return None
        package = self._service.package(package_id)
        if package is not None and package.mark is not None and not self._request.owner.owns(package.mark):
            raise RequestFailed(
                f"package {_named(package)} belongs to another resource, {package.mark.names}, and was not touched: "
                "let only one resource manage it"
            )
        return package

    def _check_room_beside(self, current: Package) -> None:
        """A replacement exists beside the old package until that is deleted; not under the same name."""
        if self._wanted.identity.takes_the_place_of(current.identity):
            raise RequestFailed(
                f"this change needs another package, and package {_named(current)} keeps its name until it is "
                "replaced: change PackageName too, or leave it out"
            )

    def _find_by_name(self) -> Package | None:
        owner = self._request.owner
        for package in self._service.packages_named(self._wanted.identity.name):
            if not self._wanted.identity.takes_the_place_of(package.identity):
                continue  # the same plugin for another engine version
            if package.is_lent(owner.account):
                continue  # vended: its name is another account's
            mine = owner.owns(package.mark) and (package.identity == self._wanted.identity or not package.version)
            if mine:
                if self._is_kept(package):
                    self._has_created_nothing()  # the Delete after a failure must leave it
                else:
                    self._request.has_created(package.id)
                if self._bears_this_import(package):  # an earlier delivery has created it: never create another
                    self._created, self._seen, self._request.made = package, True, package.id
            elif package.status != DELETING:
                self._has_created_nothing()
                raise _name_taken(self._wanted, f"package {_named(package)}, {package.status}")
            return package
        return None

    def _shows_this_import(self, package: Package) -> bool:
        """Whether what the package holds, or failed to take, comes from this request."""
        return self._created is not None or self._revision_before is not None or self._bears_this_import(package)

    def _bears_this_import(self, package: Package) -> bool:
        """Whether the mark says that this request wrote last, and imported what is wanted."""
        mark = package.mark
        return (
            mark is not None
            and self._request.owner.owns(mark)
            and (mark.request, mark.source) == (self._request.owner.request, self._wanted.fingerprint)
        )

    def _is_not_visible_yet(self, package: Package) -> bool:
        """Whether an update was sent that reading does not show: it may answer from an older copy."""
        if package.revision != self._revision_before:
            return False
        if self._clock.now() - self._wrote_at <= VISIBLE_WITHIN:
            return True
        if self._was_accepted:
            raise RequestFailed(
                f"UpdatePackage was accepted for package {_named(package)}, which has not changed since: "
                "look at it in the console, then deploy again"
            )
        self._revision_before = None  # its answer was lost, and it never arrived
        return False

    def _is_as_wanted(self, package: Package) -> bool:
        """Whether there is nothing to import."""
        if package.status != AVAILABLE or package.identity != self._wanted.identity:
            return False
        if package.mark is None:  # a person has edited the description: only the properties can tell
            return self._wanted.says_the_same_as(self._old)
        return (package.mark.source, package.text) == (self._wanted.fingerprint, self._wanted.description)

    def _has_made_a_version_of(self, package: Package) -> bool:
        """Whether an earlier delivery has imported already, and somebody edited the description since."""
        if package.status != AVAILABLE:
            return False
        return any(message.endswith(self._signature) for message in self._service.commit_messages(package.id))

    def _is_kept(self, package: Package) -> bool:
        """Whether it was there before this request, with content: a Retain policy kept it, and a failure leaves it.

        The service may have forgotten the version that an update was to follow; then the mark tells that this
        request, instead of deleting it, has updated it.
        """
        was_there = self._request.came_after(package.created_at)
        return (was_there and (bool(package.version) or self._bears_this_import(package))) or self._had_version

    def _is_useless(self, package: Package) -> bool:
        """Whether it is a leftover of this resource that nobody can use, and so cannot miss."""
        return not package.version and package.id != self._request.original_physical_id

    # -- writing ------------------------------------------------------------------------------------------------

    def _create(self) -> Pending:
        if self._created is not None:
            return self._vanished(self._created)
        self._has_created_nothing()
        wanted, owner = self._wanted, self._request.owner
        parameters: dict[str, Any] = {
            "PackageName": wanted.identity.name,
            "PackageType": wanted.identity.type,
            **self._what_to_import(),
        }
        if wanted.identity.engine_version:
            parameters["EngineVersion"] = wanted.identity.engine_version
        if wanted.identity.vended:
            parameters["PackageVendingOptions"] = {"VendingEnabled": True}
        self._request.may_have_created()
        try:
            package = self._service.create_package(parameters)
        except Exception as error:
            self._answer_was_lost = self._answer_was_lost or opensearch.may_have_been_applied(error)
            self._has_created_nothing()
            if not isinstance(error, ClientError):
                raise
            if opensearch.is_name_taken(error):
                return self._taken_by_nobody(error)
            raise self._final(f"package {wanted.identity.name!r} could not be created", error) from error
        logger.info("%s: CreatePackage made %s", owner.logical_id, _named(package))
        self._created, self._request.made = package, package.id
        self._wrote_at = self._clock.now()
        self._request.has_created(package.id)
        return Pending(f"importing package {_named(package)}", package.status)

    def _has_created_nothing(self) -> None:
        """Neither the look nor the service's answer shows a package, which is sure unless an answer was lost."""
        if self._answer_was_lost:
            self._request.may_have_created()
        else:
            self._request.has_created_nothing()

    def _update(self, package: Package) -> Pending:
        if self._refused_since is not None and self._clock.now() - self._wrote_at < PAUSE_BETWEEN_TRIES:
            return Pending(f"updating package {_named(package)}", "refused so far")
        parameters = {"PackageID": package.id, **self._what_to_import()}
        parameters["CommitMessage"] = f"{self._wanted.commit_message} {self._signature}".strip()
        self._had_version = self._had_version or bool(package.version)
        self._revision_before, self._was_accepted = package.revision, False
        self._wrote_at = self._clock.now()
        try:
            self._service.update_package(parameters)
        except ClientError as error:
            if opensearch.may_have_been_applied(error):
                raise
            self._revision_before = None
            if opensearch.is_refused(error) or opensearch.is_not_found(error):
                return self._refused(package, error)
            raise self._final(f"package {_named(package)} could not be updated", error) from error
        logger.info("%s: UpdatePackage of %s", self._request.owner.logical_id, _named(package))
        self._was_accepted = True
        return Pending(f"importing package {_named(package)}", package.status)

    def _final(self, what_failed: str, error: ClientError) -> Exception:
        """The error in the user's words, unless it is one that passes."""
        denied = opensearch.is_access_denied(error)
        if opensearch.is_transient(error) or (denied and self._request.is_young(self._clock.now())):
            return error
        hint = (
            f". The provider's role needs es:{error.operation_name}, and s3:GetObject on {self._wanted.source}: "
            "the service reads with that permission, and S3 answers the same for an object that does not exist"
        )
        return RequestFailed(f"{what_failed}: {opensearch.told_by(error)}{hint if denied else ''}")

    def _what_to_import(self) -> dict[str, Any]:
        """What CreatePackage and UpdatePackage have in common. The source is staged here, where it is needed."""
        self._request.check_may_write(self._clock.now())
        if self._location is None:
            self._location = self._sources.readable(self._wanted.source, self._request.owner)
            self._request.check_may_write(self._clock.now())  # copying may have taken long
        description = self._request.owner.sign(self._wanted.description, self._wanted.fingerprint)
        return {"PackageSource": self._location.parameters, "PackageDescription": description, **self._wanted.options}

    @property
    def _signature(self) -> str:
        """The end of the commit message of a version that this request has made."""
        return f"[request {self._request.owner.request}]"

    def _clear_away(self, package: Package) -> Pending:
        """Delete a package that has never been available; the next steps create it again."""
        removal = self._removals.setdefault(package.id, Removal(self._service, self._clock, self._request, package.id))
        outcome = removal.step()
        return outcome if isinstance(outcome, Pending) else Pending(f"deleting package {_named(package)}", "gone")

    # -- trouble ------------------------------------------------------------------------------------------------

    def _failed(self, package: Package) -> Pending:
        """The import has failed: for good, or because the service met a grant that had not reached it yet."""
        in_vain = package.id != self._request.original_physical_id and not package.version
        if in_vain and not self._is_kept(package):
            self.to_remove = package.id
        failure = RequestFailed(
            f"{self._wanted.source} could not be imported as package {_named(package)}: "
            f"{package.status}: {package.error}"
        )
        if package.status != COPY_FAILED:
            raise failure
        now = self._clock.now()
        # No code says that access was denied, and the words of a copy failure are not documented.
        if not self._request.is_young(now):
            raise RequestFailed(
                f"{failure} (the service reads with the s3:GetObject of the provider's role, and S3 answers the same "
                "for an object that does not exist)"
            )
        if now - self._wrote_at < PAUSE_BETWEEN_TRIES:
            return Pending(f"copying {self._wanted.source}", package.error)
        try:
            return self._update(package)
        except RequestFailed:
            raise failure from None

    def _refused(self, package: Package, error: ClientError) -> Pending:
        """UpdatePackage was refused: because something else has begun, which reading may not show yet, or for good."""
        now = self._clock.now()
        self._refused_since = self._refused_since or now
        there = self._service.package(package.id)
        if there is not None and there.status in SETTLED and now - self._refused_since > VISIBLE_WITHIN:
            raise RequestFailed(f"package {_named(package)} could not be updated: {opensearch.told_by(error)}")
        status = there.status if there else "gone"
        return Pending(f"updating package {_named(package)}", f"{status}, {opensearch.told_by(error)}")

    def _vanished(self, created: Package) -> Pending:
        """The package that this request created does not show: not yet, or no more."""
        if self._seen or self._clock.now() - self._wrote_at > VISIBLE_WITHIN:
            self._request.has_created_nothing()
            raise RequestFailed(f"package {_named(created)} was deleted while it was being imported")
        return Pending(f"the appearance of package {_named(created)}", "not listed")

    def _taken_by_nobody(self, error: ClientError) -> Pending:
        """The name is taken, though the last look showed no such package: the next look may."""
        self._wrote_at = self._wrote_at or self._clock.now()
        if self._clock.now() - self._wrote_at > VISIBLE_WITHIN:
            raise _name_taken(
                self._wanted, "a package that is not this account's, or that DescribePackages does not show"
            ) from error
        return Pending(f"freeing the name {self._wanted.identity.name!r}", opensearch.told_by(error))


def _known(package_id: str, wanted: PackageProperties) -> Package | None:
    """The package that an earlier invocation of the request imports into."""
    return Package({"PackageID": package_id, "PackageName": wanted.identity.name}) if package_id else None


def _named(package: Package) -> str:
    return f"{package.name!r} ({package.id})"


def _name_taken(wanted: PackageProperties, holder: str) -> RequestFailed:
    return RequestFailed(
        f"the name {wanted.identity.name!r} is taken by {holder}, which was not touched. Choose another PackageName, "
        "or refer to the existing package with Package.from_package_id, or delete it if nobody needs it"
    )
