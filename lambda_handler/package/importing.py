"""Importing: bring the package that a resource desires into being.

Each step observes, decides and acts: it reads everything that it needs, `decision_table.py` says what that means, and
at most one write is made. Beside what the service itself remembers (the mark in a package's description says which
request imported what), a step knows what this request did before.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lambda_handler.errors import (
    CALL_ERRORS,
    RequestFailedError,
    describe,
    is_access_denied,
    is_answered,
    is_name_taken,
    is_not_found,
    is_quota,
    is_refused,
    may_have_been_applied,
)
from lambda_handler.opensearch import OpenSearch, Package
from lambda_handler.package.decision_table import decide
from lambda_handler.package.decisions import Create, Decision, Delete, Done, Fail, Update, Wait
from lambda_handler.package.observing import Observer
from lambda_handler.package.removal import Removal
from lambda_handler.reconcile import Pending, is_retryable

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.package.progress import Progress
    from lambda_handler.package.properties import PackageProperties
    from lambda_handler.package.sources import Location, Sources

logger = logging.getLogger(__name__)


class NoRoomError(RequestFailedError):
    """The quota, or a package of this very resource that has the name, leaves no room for the package."""


class Import:
    """The import of one source into one package, for a Create or an Update."""

    def __init__(
        self,
        service: OpenSearch,
        sources: Sources,
        request: Request,
        desired: PackageProperties,
        previous: PackageProperties | None,
        progress: Progress,
    ) -> None:
        self._service = service
        self._sources = sources
        self._request = request
        self._desired = desired
        self._progress = progress
        self._memory = progress.importing
        self._location: Location | None = None
        self._observer = Observer(service, request, desired, previous, self._memory)

    def step(self) -> Package | Pending:
        """Observe, decide and act.

        Returns:
            The package, available with the desired content; or what is being waited for.

        Raises:
            RequestFailedError: this will not come to a good end.
            DeadlineExceeded: there is no time to begin a write.
            ClientError: AWS refused a call.
        """
        self._situation = self._observer.observe()
        try:
            self._record()
            return self._act(decide(self._situation))
        finally:
            self._record()

    # -- act ----------------------------------------------------------------------------------------------------

    def _act(self, decision: Decision) -> Package | Pending:
        match decision:
            case Done(package):
                return package
            case Wait(awaited, seen):
                return Pending(awaited, seen)
            case Fail():
                raise self._failed(decision)
            case Create():
                return self._create()
            case Update():
                return self._update(decision)
            case Delete(package):
                return self._delete(package)

    def _failed(self, failure: Fail) -> RequestFailedError:
        if failure.gone:
            self._memory.made = ""
        if failure.no_room:
            return NoRoomError(failure.reason)
        self._memory.failure, self._memory.in_vain = failure.reason, failure.in_vain
        return RequestFailedError(failure.reason)

    def _create(self) -> Pending:
        desired, memory = self._situation.desired, self._memory
        parameters: dict[str, Any] = {
            "PackageName": desired.identity.name,
            "PackageType": desired.identity.type,
            **self._what_to_import(again=memory.create_unanswered or bool(memory.discarded)),
        }
        if desired.identity.engine_version:
            parameters["EngineVersion"] = desired.identity.engine_version
        if desired.vending:
            parameters["PackageVendingOptions"] = desired.vending
        unanswered_before = memory.create_unanswered
        memory.create_unanswered = True
        self._record()
        try:
            package = self._service.create_package(parameters)
        except CALL_ERRORS as error:
            memory.create_unanswered = unanswered_before or may_have_been_applied(error)
            if is_name_taken(error):
                memory.name_taken.meet(self._now())
                return Pending(f"the name {desired.identity.name!r} to become free", describe(error))
            what_failed = f"package {desired.identity.name!r} could not be created"
            if is_quota(error):
                raise NoRoomError(f"{what_failed}: {describe(error)}") from error
            raise self._reason(what_failed, error) from error
        logger.info("%s: CreatePackage made %s", self._request.owner.logical_id, package)
        memory.create_unanswered, memory.made, memory.made_was_seen = False, package.id, False
        memory.wrote_at = memory.created_at = self._now()
        return Pending(f"the import of package {package}", package.status)

    def _update(self, decision: Update) -> Pending:
        package, memory = decision.package, self._memory
        if decision.failure:
            memory.copy_failure = decision.failure
            self._location = None  # the copy may be gone
        parameters = {
            "PackageID": package.id,
            "CommitMessage": f"{self._desired.commit_message} {self._request.owner.signature}".strip(),
            **self._what_to_import(),
        }
        memory.had_version = memory.had_version or bool(package.version)
        memory.updated_from, memory.update_accepted, memory.update_answered = package.revision, False, False
        memory.updated_after = package.last_updated_at.timestamp() if package.last_updated_at else 0.0
        memory.wrote_at = memory.updated_at = self._now()
        self._record()
        try:
            self._service.update_package(parameters)
        except CALL_ERRORS as error:
            if may_have_been_applied(error):
                memory.update_answered = is_answered(error)
                raise
            memory.updated_from = ""
            if is_refused(error) or is_not_found(error):
                memory.refused.meet(self._now())
                memory.refusal = "; and then: ".join(filter(None, [memory.copy_failure, describe(error)]))
                return Pending(f"the update of package {package}", f"{package.status}, {memory.refusal}")
            reason = self._reason(decision.failure or f"package {package} could not be updated", error)
            raise reason from error
        logger.info("%s: UpdatePackage of %s", self._request.owner.logical_id, package)
        memory.update_accepted = True
        return Pending(f"the import of package {package}", package.status)

    def _delete(self, package: Package) -> Pending:
        self._memory.made, self._memory.discarded = "", package.id
        self._location = None  # the copy may be gone
        # What this very request has made goes also when nobody waits any more: another delivery has responded.
        in_vain = self._situation.bears_this_import
        outcome = Removal(self._service, self._request, package.id, self._progress, in_vain=in_vain).step()
        return outcome if isinstance(outcome, Pending) else Pending(f"the deletion of package {package}", "gone")

    def _what_to_import(self, *, again: bool = False) -> dict[str, Any]:
        """What CreatePackage and UpdatePackage have in common. The source is staged here, where it is needed."""
        self._request.check_may_write(again=again)
        if self._location is None:
            self._location = self._sources.readable(self._desired.source, self._desired.identity.type, self._request)
            self._request.check_may_write(again=again)  # copying may have taken long
        description = self._request.owner.sign(self._desired.description, self._desired.fingerprint)
        return {
            "PackageSource": self._location.parameters,
            "PackageDescription": description,
            **self._desired.options,
        }

    def _reason(self, what_failed: str, error: Exception) -> Exception:
        """The error in the user's words, unless it is retryable."""
        if is_retryable(error, self._request.deadline):
            return error
        hint = (
            f". The provider's role needs es:{getattr(error, 'operation_name', '')}, and s3:GetObject on "
            f"{self._location or self._desired.source}: the service reads with that permission, and S3 answers the "
            "same for an object that does not exist"
        )
        return RequestFailedError(f"{what_failed}: {describe(error)}{hint if is_access_denied(error) else ''}")

    # -- remember -----------------------------------------------------------------------------------------------

    def _record(self) -> None:
        """Claim the physical id, and keep what a further invocation has to know.

        The watchdog may respond or continue at any moment. So this is done in every step, and right before a write:
        what the write does must be known when its response never comes.
        """
        found, made = self._situation.found.package, self._memory.made
        own = found is not None and (found.id == made or self._request.owner.owns(found.mark))
        if found is not None and own and not self._situation.is_kept:
            self._request.claim(found.id)
        elif found is None and made:
            self._request.claim(made)
        elif self._memory.create_unanswered:
            self._request.claim_unknown()
        else:
            self._request.claim_nothing()
        self._progress.save()

    def _now(self) -> float:
        return self._request.deadline.clock.now()
