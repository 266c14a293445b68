"""A Create that did not tell its id: CloudFormation cancelled it, or its response was lost. What has it made?"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.cloudformation.physical_ids import request_of_unknown
from lambda_handler.errors import CALL_ERRORS, describe
from lambda_handler.opensearch import Identity, OpenSearch, Package
from lambda_handler.reconcile import Pending, is_impossible_for_good, reconcile

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.package.progress import Progress

# How long its Delete looks for a package: the Create may still be on its way.
LOOK_FOR_CANCELLED_CREATE = 20.0
# By then it has made its package, in seconds after the Delete was sent.
LATEST_CANCELLED_CREATE = 30.0
# The Create and what else CloudFormation does until it sends the Delete, in seconds. What is older was kept by a Retain
# policy.
LONGEST_CREATE = 3 * 3600.0

logger = logging.getLogger(__name__)


class CancelledCreate:
    """The Create that a Delete without a real id undoes.

    Args:
        service: the service.
        request: the Delete.
        identity: what the Create wanted to make.
        progress: what the Delete remembers.
    """

    def __init__(self, service: OpenSearch, request: Request, identity: Identity, progress: Progress) -> None:
        self._service = service
        self._request = request
        self._identity = identity
        self._progress = progress

    def find(self) -> Package | None:
        """What it has made, or None.

        Raises:
            DeadlineExceeded: a further invocation has to go on looking.
        """
        deadline, progress = self._request.deadline, self._progress
        if not progress.search_until:
            progress.search_until = min(deadline.clock.now() + LOOK_FOR_CANCELLED_CREATE, deadline.respond_by)
            progress.save()
        try:
            return reconcile(self._look, deadline)
        except (*CALL_ERRORS, DeadlineExceeded) as error:
            if not is_impossible_for_good(error, deadline):
                raise
            # Nothing is ever made without a look either, and a stack that cannot be deleted helps nobody.
            owner = self._request.owner
            logger.warning(
                "it was not possible to look for a package, so none is deleted. If there is one, its name is %r and "
                "its description names %s/%s: %s",
                self._identity.name,
                owner.stack_name,
                owner.logical_id,
                describe(error),
            )
            return None

    def _look(self) -> Package | Pending | None:
        found = filter(self._may_have_made, self._service.packages_of(self._request.owner, self._identity))
        if package := next(found, None):
            return package
        if self._request.deadline.clock.now() >= self._progress.search_until:
            return None
        return Pending("a package with this resource's mark", "none")

    def _may_have_made(self, package: Package) -> bool:
        """Whether the Create may have made the package.

        One that came later is a later Create's; one that was there long before is what a Retain policy kept.
        """
        request = self._request
        maker = request_of_unknown(request.physical_id)
        if package.mark is None or maker not in ("", package.mark.request):
            return False
        if package.created_at is None or not request.is_dated:
            return True
        age = request.deadline.started - package.created_at.timestamp()
        return -LATEST_CANCELLED_CREATE <= age <= LONGEST_CREATE
