"""Removal: delete a package of ours, once nothing holds it any more."""

from __future__ import annotations

import logging

from botocore.exceptions import ClientError

from lambda_handler import opensearch
from lambda_handler.opensearch import (
    DELETE_FAILED,
    DELETING,
    DISSOCIATING,
    IMPORTING,
    VISIBLE_WITHIN,
    OpenSearch,
    Package,
)
from lambda_handler.request import Request, RequestFailed
from lambda_handler.waiting import Clock, Pending

logger = logging.getLogger(__name__)


class Removal:
    """The deletion of one package. Each step looks, and asks for the deletion when nothing is in its way."""

    def __init__(self, service: OpenSearch, clock: Clock, request: Request, package_id: str) -> None:
        self._service = service
        self._clock = clock
        self._request = request
        self._package_id = package_id
        self._asked_at: float | None = None
        self._revision_when_asked: tuple[object, ...] = ()
        self._began = False
        self._refused_since: float | None = None

    def step(self) -> bool | Pending:
        """One look and at most one DeletePackage.

        Returns:
            True when the package is gone, False when it is not this resource's; or what is being waited for.

        Raises:
            RequestFailed: it cannot be deleted.
        """
        package = self._service.package(self._package_id)
        if package is None:
            return True
        if package.from_aws or (package.mark is not None and not self._request.owner.owns(package.mark)):
            logger.info("%s is not this resource's and stays", self._package_id)
            return False
        if package.status == DELETING:
            self._began = True
            return Pending(f"deleting package {self._package_id}", DELETING)
        if self._asked_lately():
            return self._answer_of(package)
        holders = self._holders()
        return holders if holders is not None else self._ask(package)

    def _asked_lately(self) -> bool:
        return self._asked_at is not None and self._clock.now() - self._asked_at < VISIBLE_WITHIN

    def _answer_of(self, package: Package) -> Pending:
        # What shows may still be from before, and an earlier deletion may have failed.
        if package.status == DELETE_FAILED and (self._began or package.revision != self._revision_when_asked):
            raise RequestFailed(f"package {self._package_id} could not be deleted: {package.error}")
        return Pending(f"deleting package {self._package_id}", package.status)

    def _holders(self) -> Pending | None:
        """What to wait for before the package can be deleted.

        Raises:
            RequestFailed: domains hold it, and none of them is letting it go.
        """
        domains = self._service.domains_of(self._package_id)
        staying = sorted(domain for domain, status in domains.items() if status != DISSOCIATING)
        if staying:
            raise RequestFailed(
                f"package {self._package_id} cannot be deleted while it is associated with "
                f"{_listed('domain', staying)}: dissociate it there, then delete again"
            )
        if domains:
            return Pending(
                f"dissociating package {self._package_id} from {_listed('domain', sorted(domains))}", DISSOCIATING
            )
        return None

    def _ask(self, package: Package) -> Pending:
        self._request.check_may_write(self._clock.now())
        try:
            self._service.delete_package(self._package_id)
        except ClientError as error:
            if opensearch.is_refused(error):
                return self._refused(package, error)
            raise
        logger.info("%s: DeletePackage of %s", self._request.owner.logical_id, self._package_id)
        self._asked_at = self._clock.now()
        self._revision_when_asked = package.revision
        return Pending(f"deleting package {self._package_id}", package.status)

    def _refused(self, package: Package, error: ClientError) -> Pending:
        """The service will not delete it now: an import may have to end first, or an association just did."""
        now = self._clock.now()
        self._refused_since = self._refused_since or now
        if package.status not in IMPORTING and now - self._refused_since > VISIBLE_WITHIN:
            raise RequestFailed(f"package {self._package_id} could not be deleted: {opensearch.told_by(error)}")
        return Pending(f"deleting package {self._package_id}", f"{package.status}, {opensearch.told_by(error)}")


def _listed(noun: str, names: list[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(names)}"
