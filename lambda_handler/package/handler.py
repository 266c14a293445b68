"""A package's Create, Update and Delete."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.physical_ids import says_nothing_created
from lambda_handler.errors import CALL_ERRORS, PropertyError, RequestFailedError, describe
from lambda_handler.opensearch import Identity, OpenSearch, Package, is_package_id
from lambda_handler.package.adoption import is_adopted_and_stays, what_stays
from lambda_handler.package.attributes import attributes
from lambda_handler.package.cancelled_create import CancelledCreate
from lambda_handler.package.importing import Import, NoRoomError
from lambda_handler.package.progress import Progress
from lambda_handler.package.properties import PackageProperties, parse, parse_leniently
from lambda_handler.package.removal import Removal
from lambda_handler.package.sources import Sources
from lambda_handler.reconcile import left_where_it_cannot_go, reconcile, told_or
from lambda_handler.taken_over import is_taken_over

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from lambda_handler.cloudformation.request import Request
    from lambda_handler.cloudformation.stacks import Stacks

logger = logging.getLogger(__name__)


class PackageHandler:
    """What `Custom::OpenSearchPackage` does."""

    def __init__(self, service: OpenSearch, sources: Sources, model: ServiceModel, stacks: Stacks) -> None:
        self._service = service
        self._sources = sources
        self._model = model
        self._stacks = stacks

    def create(self, request: Request) -> Outcome:
        """Create the package, or go on with what an earlier delivery of this request began."""
        try:
            desired = parse(request.properties, request.owner, self._model)
        except PropertyError:
            request.claim_nothing()  # no delivery of it ever creates anything
            raise
        return self._import(request, desired, previous=None)

    def update(self, request: Request) -> Outcome:
        """Bring the package to what the properties say: in place, or by another package where it has to be one."""
        desired = parse(request.properties, request.owner, self._model)
        previous = parse_leniently(request.old_properties, request.owner, self._model)
        return self._import(request, desired, previous)

    def delete(self, request: Request) -> Outcome:
        """Delete the package, if it is this resource's."""
        self._sources.clear_earlier(request)
        progress = Progress(request)
        if is_package_id(request.physical_id):
            if not is_adopted_and_stays(request, self._stacks):
                self._remove(request, request.physical_id, progress)
        elif not says_nothing_created(request.physical_id):
            self._remove_cancelled(request, progress)
        return Outcome(request.physical_id)

    def finish(self, request: Request) -> None:
        """Remove the copies that the request has staged."""
        if request.kind != "Delete":  # which stages nothing
            self._sources.clear_own(request)

    def _import(self, request: Request, desired: PackageProperties, previous: PackageProperties | None) -> Outcome:
        self._sources.clear_earlier(request)
        progress = Progress(request)
        if previous is None or previous.identity == desired.identity:
            package = self._bring_about(request, desired, previous, progress)
        else:
            package = self._replace(request, desired, previous, progress)
        return Outcome(package.id, attributes(package))

    def _replace(
        self, request: Request, desired: PackageProperties, previous: PackageProperties, progress: Progress
    ) -> Package:
        """Another package than before; where this Update rolls such a change back, nothing of that change stays.

        Raises:
            RequestFailedError: it cannot be had.
        """
        try:
            package = self._bring_about(request, desired, previous, progress)
        except NoRoomError:
            # Somebody has deleted the package that a rollback goes back to, and what was to replace it takes up its
            # room. Only then does that go first: until then it is the only one that works.
            if not self._remove_leftover(request, previous.identity, progress):
                raise
            package = self._bring_about(request, desired, previous, progress)
        # A plugin that was adopted without a name keeps its name across engine versions; one that had a name in the
        # template does not.
        for replaced in dict.fromkeys([previous.of(package).identity, previous.identity]):
            if replaced != package.identity:
                self._remove_leftover(request, replaced, progress, kept=package.id)
        return package

    def _bring_about(
        self,
        request: Request,
        desired: PackageProperties,
        previous: PackageProperties | None,
        progress: Progress,
    ) -> Package:
        """The package as desired; where that fails, nothing is left that this request has made in vain.

        Raises:
            RequestFailedError: it cannot be had.
        """
        memory = progress.importing
        adopts = desired.adopts if request.kind == "Create" else ""
        work = Import(self._service, self._sources, request, desired, previous, progress)
        if not memory.failure:
            try:
                return reconcile(work.step, request.deadline)
            except RequestFailedError as error:
                if adopts and memory.wrote_at:
                    raise RequestFailedError(f"{error}. {what_stays(request, self._service, adopts)}") from error
                if not memory.in_vain:
                    raise
            except DeadlineExceeded as exceeded:
                if adopts and memory.wrote_at and not request.deadline.allows_another_invocation:
                    raise DeadlineExceeded(f"{exceeded}. {what_stays(request, self._service, adopts)}") from exceeded
                raise
        if memory.in_vain:
            self._remove_in_vain(request, progress)
        raise RequestFailedError(memory.failure)

    def _remove_in_vain(self, request: Request, progress: Progress) -> None:
        """Remove the package whose import has failed, so that its name is free.

        What cannot be removed, the next request removes: a Create's Delete, or the Update that rolls back.
        """
        package_id = progress.importing.in_vain
        with left_where_it_cannot_go(request.deadline, f"{package_id} is left for the next request"):
            self._remove(request, package_id, progress, in_vain=True)
            request.claim_nothing()

    def _remove_leftover(self, request: Request, replaced: Identity, progress: Progress, kept: str = "") -> bool:
        """Remove the package of a replacement that this Update rolls back. What stays must not fail the rollback.

        Args:
            request: the Update.
            replaced: what the replacement was.
            progress: what the request remembers.
            kept: the id of the package that the resource is from now on.

        Returns:
            Whether there was one, and it is gone.
        """
        removed = False
        with left_where_it_cannot_go(request.deadline, "what a failed replacement may have left stays"):
            own = reconcile(lambda: self._service.packages_of(request.owner, replaced), request.deadline)
            for leftover in [one for one in own if one.id not in (kept, request.physical_id)]:
                made_by_it = partial(self._is_of_this_operation, request, leftover)
                if reconcile(made_by_it, request.deadline):
                    removed = self._remove(request, leftover.id, progress) or removed
                else:
                    logger.warning("%s is this resource's, and may have been there before: it stays", leftover)
        return removed

    def _is_of_this_operation(self, request: Request, package: Package) -> bool:
        """Whether there is evidence that the stack operation that is being rolled back has made the package.

        It has no content and never had any; or it was made after the operation began. Everything else may be what a
        Retain policy kept.
        """
        if not package.version and not self._service.commit_messages(package.id):
            return True
        began = told_or(
            None,
            lambda: self._stacks.updated_at(request.owner.stack_id),
            "CloudFormation cannot be asked when the update began",
        )
        return began is not None and not package.came_before(began)

    def _remove_cancelled(self, request: Request, progress: Progress) -> None:
        """Remove the package of a Create that did not tell us its id: cancelled, or its response was lost."""
        desired = parse_leniently(request.properties, request.owner, self._model)
        if desired is None:
            return  # nothing is ever created from such properties
        # What was to be adopted has been there before.
        cancelled = None if desired.adopts else CancelledCreate(self._service, request, desired.identity, progress)
        package = cancelled.find() if cancelled else None
        # The Create may be at work still, or have died, and have staged its copy after this Delete was sent.
        if package is None:
            self._clear_all_copies(request)
        elif is_taken_over(request, self._stacks, package.id):
            logger.warning("%s is what the resource is by now, and stays", package)
        else:
            self._remove(request, package.id, progress)
            self._sources.clear_of(request, package.mark.request if package.mark else "")

    def _clear_all_copies(self, request: Request) -> None:
        """Remove all copies of the resource, unless a later request may be at work."""
        try:
            request.check_may_write()
        except (RequestFailedError, DeadlineExceeded, *CALL_ERRORS) as error:
            logger.info("copies that are younger than this request stay: %s", describe(error))
        else:
            self._sources.clear_all(request)

    def _remove(self, request: Request, package_id: str, progress: Progress, *, in_vain: bool = False) -> bool:
        """Remove a package. Gives whether it is gone."""
        removal = Removal(self._service, request, package_id, progress, in_vain=in_vain)
        return reconcile(removal.step, request.deadline)
