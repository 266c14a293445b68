"""A package's Create, Update and Delete."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from lambda_handler import opensearch
from lambda_handler.importing import Import
from lambda_handler.opensearch import OpenSearch, Package
from lambda_handler.properties import PackageProperties, PropertyError, parse, parse_leniently
from lambda_handler.removal import Removal
from lambda_handler.request import (
    HandOn,
    Request,
    RequestFailed,
    is_package_id,
    request_that_does_not_know,
    says_nothing_created,
)
from lambda_handler.sources import Sources, SourceUnreadable
from lambda_handler.waiting import Clock, OutOfTime, Pending, repeat

if TYPE_CHECKING:
    from botocore.model import ServiceModel

# How long a Delete with an id that CloudFormation invented looks for a package: the Create that it cancels may
# still be on its way.
LOOK_FOR_CANCELLED_CREATE = 20.0

T = TypeVar("T")

# Why a package could not be removed.
NOT_REMOVED = (RequestFailed, OutOfTime, HandOn, ClientError, BotoCoreError)

logger = logging.getLogger(__name__)


class Packages:
    """What `Custom::OpenSearchPackage` does."""

    def __init__(self, service: OpenSearch, sources: Sources, model: ServiceModel, clock: Clock) -> None:
        self._service = service
        self._sources = sources
        self._model = model
        self._clock = clock

    def create(self, request: Request) -> dict[str, str]:
        """Create the package, or go on with what an earlier delivery of this request began."""
        return self._import(request, self._parse(request), old=None)

    def update(self, request: Request) -> dict[str, str]:
        """Bring the package to what the properties say: in place, or by another package where it has to be one."""
        wanted = self._parse(request)
        return self._import(request, wanted, parse_leniently(request.old_properties, request.owner, self._model))

    def delete(self, request: Request) -> dict[str, str]:
        """Delete the package, if it is this resource's."""
        self._sources.clear(request.owner, keep_current=False)
        if is_package_id(request.physical_id):
            self._remove(request, request.physical_id)
        elif not says_nothing_created(request.physical_id):
            self._remove_cancelled(request)
        return {}

    def _parse(self, request: Request) -> PackageProperties:
        try:
            return parse(request.properties, request.owner, self._model)
        except PropertyError:
            request.has_created_nothing()  # no delivery of it ever does
            raise

    def _import(self, request: Request, wanted: PackageProperties, old: PackageProperties | None) -> dict[str, str]:
        self._sources.clear(request.owner, keep_current=True)
        try:
            package = self._bring_about(request, wanted, old)
        except HandOn:
            raise  # the service may still be reading the copy
        except Exception:
            self._sources.clear(request.owner, keep_current=False)
            raise
        self._sources.clear(request.owner, keep_current=False)
        request.physical_id = package.id
        return attributes(package)

    def _bring_about(self, request: Request, wanted: PackageProperties, old: PackageProperties | None) -> Package:
        work = Import(self._service, self._sources, self._clock, request, wanted, old)
        try:
            package = self._repeat(request, work.step)
        except RequestFailed:
            if work.to_remove is not None:
                self._remove_failed(request, work.to_remove)
            raise
        self._remove_leftover(request, package, wanted, old)
        return package

    def _remove_failed(self, request: Request, package_id: str) -> None:
        """Remove the package whose import failed, so that its name is free.

        What cannot be removed now, the next request removes: a Create's Delete, or the Update that rolls back.
        """
        try:
            self._remove(request, package_id)
        except NOT_REMOVED as error:
            logger.warning("%s is left for the next request: %s", package_id, error)
        else:
            request.has_created_nothing()

    def _remove_leftover(
        self, request: Request, package: Package, wanted: PackageProperties, old: PackageProperties | None
    ) -> None:
        """Remove the package of a replacement that failed earlier: this Update rolls it back.

        It is younger than the package that the resource goes back to; one that a Retain policy kept is older, and
        stays. What cannot be removed must not fail the rollback.
        """
        if old is None or old.identity == wanted.identity:
            return
        kept = {package.id, request.original_physical_id}
        try:
            for leftover in self._repeat(request, lambda: self._service.packages_named(old.identity.name)):
                mine = leftover.identity == old.identity and request.owner.owns(leftover.mark)
                if mine and leftover.is_younger_than(package) and leftover.id not in kept:
                    self._remove(request, leftover.id)
        except HandOn:
            raise  # a further invocation goes on with it
        except NOT_REMOVED as error:
            logger.warning("what a failed replacement may have left stays: %s", error)

    def _remove_cancelled(self, request: Request) -> None:
        """Remove the package of a Create that did not tell us its id: cancelled, or its service's answer was lost."""
        wanted = parse_leniently(request.properties, request.owner, self._model)
        if wanted is None:
            return  # nothing is ever created from such properties
        until = min(self._clock.now() + LOOK_FOR_CANCELLED_CREATE, request.answer_by)
        maker = request_that_does_not_know(request.physical_id)

        def look() -> str | Pending | None:
            for package in self._service.packages_named(wanted.identity.name):
                mark = package.mark
                if mark is None or not request.owner.owns(mark) or package.identity != wanted.identity:
                    continue
                if maker in ("", mark.request):
                    return package.id
            late = self._clock.now() >= until
            return None if late else Pending("the search for a package with this resource's mark", "none")

        package_id = self._repeat(request, look)
        if package_id is not None:
            self._remove(request, package_id)

    def _remove(self, request: Request, package_id: str) -> None:
        self._repeat(request, Removal(self._service, self._clock, request, package_id).step)

    def _repeat(self, request: Request, step: Callable[[], T | Pending]) -> T:
        try:
            return repeat(
                step,
                clock=self._clock,
                until=request.work_until,
                passing=lambda error: self._passing(request, error),
            )
        except OutOfTime as ended:
            if request.has_time_after(self._clock.now()):
                request.seen = str(ended)
                raise HandOn from None
            raise

    def _passing(self, request: Request, error: Exception) -> str | None:
        """What to say of an error that passes: the service's own trouble, or a grant that is still spreading."""
        denied = opensearch.is_access_denied(error) or (isinstance(error, SourceUnreadable) and error.access_denied)
        if not opensearch.is_transient(error) and not (denied and request.is_young(self._clock.now())):
            return None
        return opensearch.told_by(error) if isinstance(error, ClientError) else str(error)


def attributes(package: Package) -> dict[str, str]:
    """What `Fn::GetAtt` gives: always all of them, an empty string where the service says nothing."""
    details = package.details
    plugin: dict[str, Any] = dict(details.get("AvailablePluginProperties", {}))
    return {
        "PackageID": package.id,
        "PackageVersion": package.version,
        "AvailablePackageVersion": package.version,
        "PackageName": package.name,
        "PackageType": package.type,
        "PackageStatus": package.status,
        "PackageDescription": package.text,
        "PackageOwner": details.get("PackageOwner", ""),
        "EngineVersion": details.get("EngineVersion", ""),
        "CreatedAt": _iso(details.get("CreatedAt")),
        "LastUpdatedAt": _iso(details.get("LastUpdatedAt")),
        "AvailablePluginProperties.Name": plugin.get("Name", ""),
        "AvailablePluginProperties.Version": plugin.get("Version", ""),
        "AvailablePluginProperties.ClassName": plugin.get("ClassName", ""),
        "AvailablePluginProperties.Description": plugin.get("Description", ""),
        "AvailablePluginProperties.UncompressedSizeInBytes": str(plugin.get("UncompressedSizeInBytes", "")),
    }


def _iso(moment: datetime | None) -> str:
    """A moment as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""
