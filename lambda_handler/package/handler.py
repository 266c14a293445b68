"""A package's Create, Update and Delete."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.physical_ids import request_of_unknown, says_nothing_created
from lambda_handler.errors import CALL_ERRORS, RequestFailedError, describe
from lambda_handler.opensearch import OpenSearch, Package, is_package_id
from lambda_handler.package.attributes import attributes
from lambda_handler.package.importing import Import
from lambda_handler.package.progress import Progress
from lambda_handler.package.properties import PackageProperties, parse, parse_leniently
from lambda_handler.package.removal import Removal
from lambda_handler.package.sources import Sources
from lambda_handler.reconcile import Pending, reconcile
from lambda_handler.schema import PropertyError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from lambda_handler.cloudformation.request import Request

# How long a Delete with an id that CloudFormation invented looks for a package: the Create that it cancels may
# still be on its way.
LOOK_FOR_CANCELLED_CREATE = 20.0

logger = logging.getLogger(__name__)


class PackageHandler:
    """What `Custom::OpenSearchPackage` does."""

    def __init__(self, service: OpenSearch, sources: Sources, model: ServiceModel) -> None:
        self._service = service
        self._sources = sources
        self._model = model

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
        self._sources.clear(request.owner, keep_current=False)
        progress = Progress(request)
        if is_package_id(request.physical_id):
            self._remove(request, request.physical_id, progress)
        elif not says_nothing_created(request.physical_id):
            self._remove_cancelled(request, progress)
        return Outcome(request.physical_id)

    def finish(self, request: Request) -> None:
        """Remove the copies that the request has staged."""
        if request.kind != "Delete":  # which stages nothing
            self._sources.clear(request.owner, keep_current=False)

    def _import(self, request: Request, desired: PackageProperties, previous: PackageProperties | None) -> Outcome:
        self._sources.clear(request.owner, keep_current=True)
        progress = Progress(request)
        package = self._bring_about(request, desired, previous, progress)
        if previous is not None and previous.identity != desired.identity:
            self._remove_leftover(request, package, previous, progress)
        return Outcome(package.id, attributes(package))

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
        work = Import(self._service, self._sources, request, desired, previous, progress)
        if not memory.failure:
            try:
                return reconcile(work.step, request.deadline)
            except RequestFailedError:
                if not memory.in_vain:
                    raise
        self._remove_in_vain(request, progress)
        raise RequestFailedError(memory.failure)

    def _remove_in_vain(self, request: Request, progress: Progress) -> None:
        """Remove the package whose import has failed, so that its name is free.

        What cannot be removed, the next request removes: a Create's Delete, or the Update that rolls back.
        """
        package_id = progress.importing.in_vain
        try:
            self._remove(request, package_id, progress)
        except (RequestFailedError, *CALL_ERRORS) as error:
            logger.warning("%s is left for the next request: %s", package_id, describe(error))
        except DeadlineExceeded as exceeded:
            if request.deadline.allows_another_invocation:
                raise
            logger.warning("%s is left for the next request: %s", package_id, exceeded)
        else:
            request.claim_nothing()

    def _remove_leftover(
        self, request: Request, package: Package, previous: PackageProperties, progress: Progress
    ) -> None:
        """Remove the package of a replacement that failed earlier: this Update rolls it back.

        It is younger than the package that the resource goes back to; one that a Retain policy kept is older, and
        stays. What cannot be removed must not fail the rollback.
        """
        kept = {package.id, request.physical_id}
        try:
            for leftover in reconcile(lambda: self._service.packages_named(previous.identity.name), request.deadline):
                mine = leftover.identity == previous.identity and request.owner.owns(leftover.mark)
                if mine and leftover.is_younger_than(package) and leftover.id not in kept:
                    self._remove(request, leftover.id, progress)
        except (RequestFailedError, *CALL_ERRORS) as error:
            logger.warning("what a failed replacement may have left stays: %s", describe(error))
        except DeadlineExceeded as exceeded:
            if request.deadline.allows_another_invocation:
                raise
            logger.warning("what a failed replacement may have left stays: %s", exceeded)

    def _remove_cancelled(self, request: Request, progress: Progress) -> None:
        """Remove the package of a Create that did not tell us its id: cancelled, or its response was lost."""
        desired = parse_leniently(request.properties, request.owner, self._model)
        if desired is None:
            return  # nothing is ever created from such properties
        clock, maker = request.deadline.clock, request_of_unknown(request.physical_id)
        if not progress.search_until:
            progress.search_until = min(clock.now() + LOOK_FOR_CANCELLED_CREATE, request.deadline.respond_by)
            progress.save()

        def look() -> str | Pending | None:
            for package in self._service.packages_named(desired.identity.name):
                mark = package.mark
                if mark is None or not request.owner.owns(mark) or package.identity != desired.identity:
                    continue
                if maker in ("", mark.request):
                    return package.id
            late = clock.now() >= progress.search_until
            return None if late else Pending("a package with this resource's mark", "none")

        package_id = reconcile(look, request.deadline)
        if package_id is not None:
            self._remove(request, package_id, progress)

    def _remove(self, request: Request, package_id: str, progress: Progress) -> None:
        reconcile(Removal(self._service, request, package_id, progress).step, request.deadline)
