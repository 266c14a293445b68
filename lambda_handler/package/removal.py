"""Removal: delete a package of ours, once nothing holds it any more."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.domains import DISSOCIATING
from lambda_handler.errors import CALL_ERRORS, RequestFailedError, describe, is_refused
from lambda_handler.opensearch import (
    DELETE_FAILED,
    DELETING,
    IMPORTING,
    VISIBLE_WITHIN,
    OpenSearch,
    Package,
)
from lambda_handler.reconcile import Pending

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.package.progress import Progress

logger = logging.getLogger(__name__)


class Removal:
    """The deletion of one package. Each step looks, and asks for the deletion when nothing is in its way.

    Args:
        service: the service.
        request: the request that wants it gone.
        package_id: which.
        progress: what the request remembers.
        in_vain: whether this very request has made the package in vain. Nobody else can miss it, so it goes also when
            CloudFormation does not wait any more; unless the resource is that very package by now.
    """

    def __init__(
        self, service: OpenSearch, request: Request, package_id: str, progress: Progress, *, in_vain: bool = False
    ) -> None:
        self._in_vain = in_vain
        self._service = service
        self._request = request
        self._package_id = package_id
        self._progress = progress
        self._memory = progress.removal(package_id)

    def step(self) -> bool | Pending:
        """One look and at most one DeletePackage.

        Returns:
            True when the package is gone, False when it is not this resource's; or what is being waited for.

        Raises:
            RequestFailedError: it cannot be deleted.
            DeadlineExceeded: there is no time to begin the deletion.
        """
        package = self._service.package(self._package_id)
        try:
            return self._missing() if package is None else self._act_on(package)
        finally:
            self._progress.save()

    def _act_on(self, package: Package) -> bool | Pending:
        if package.from_aws or self._request.owner.is_stranger_to(package.mark):
            logger.info("%s is not this resource's and stays", self._package_id)
            return False
        if package.status == DELETING:
            self._memory.began = True
            return Pending(self._awaited, DELETING)
        if self._asked_lately():
            return self._outcome_of(package)
        holders = self._holders()
        return holders if holders is not None else self._ask(package)

    def _missing(self) -> bool | Pending:
        """It is gone; or it is so young that it does not show yet, where CloudFormation has its id from a Create."""
        memory = self._memory
        memory.missing.meet(self._now())
        if memory.asked_at or memory.began or memory.missing.is_over or not self._is_named:
            return True
        return Pending(f"package {self._package_id} to show", "not listed")

    def _asked_lately(self) -> bool:
        return bool(self._memory.asked_at) and self._now() - self._memory.asked_at < VISIBLE_WITHIN

    def _outcome_of(self, package: Package) -> Pending:
        # What shows may still be from before, and an earlier deletion may have failed.
        shows = self._memory.began or package.revision != self._memory.asked_from
        if package.status == DELETE_FAILED and shows:
            raise RequestFailedError(f"package {self._package_id} could not be deleted: {package.error}")
        return Pending(self._awaited, package.status)

    def _holders(self) -> Pending | None:
        """What to wait for before the package can be deleted.

        Raises:
            RequestFailedError: domains hold it, and none of them is letting it go.
        """
        domains = self._service.domains_of(self._package_id)
        staying = sorted(domain for domain, status in domains.items() if status != DISSOCIATING)
        if staying:
            raise RequestFailedError(
                f"package {self._package_id} cannot be deleted while it is associated with "
                f"{_listed('domain', staying)}: dissociate it there, then delete again"
            )
        if domains:
            return Pending(
                f"package {self._package_id} to be dissociated from {_listed('domain', sorted(domains))}", DISSOCIATING
            )
        return None

    def _ask(self, package: Package) -> Pending:
        self._request.check_may_write(names_it=self._is_named, in_vain=self._package_id if self._in_vain else "")
        memory = self._memory
        before = memory.asked_at, memory.asked_from
        memory.asked_at, memory.asked_from = self._now(), package.revision
        self._progress.save()
        try:
            self._service.delete_package(self._package_id)
        except CALL_ERRORS as error:
            memory.asked_at, memory.asked_from = before
            if is_refused(error):
                return self._refused(package, error)
            raise
        logger.info("%s: DeletePackage of %s", self._request.owner.logical_id, self._package_id)
        return Pending(self._awaited, package.status)

    def _refused(self, package: Package, error: Exception) -> Pending:
        """The service will not delete it now: an import may have to end first, or an association just did."""
        self._memory.refused.meet(self._now())
        if package.status not in IMPORTING and self._memory.refused.is_over:
            raise RequestFailedError(f"package {self._package_id} could not be deleted: {describe(error)}")
        return Pending(self._awaited, f"{package.status}, {describe(error)}")

    @property
    def _is_named(self) -> bool:
        """Whether this is the Delete of the package's own id."""
        return self._request.kind == "Delete" and self._request.physical_id == self._package_id

    @property
    def _awaited(self) -> str:
        return f"the deletion of package {self._package_id}"

    def _now(self) -> float:
        return self._request.deadline.clock.now()


def _listed(noun: str, names: list[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(names)}"
