"""A Create that did not tell its id: CloudFormation cancelled it, or its response was lost. What has it associated?"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.errors import CALL_ERRORS, describe
from lambda_handler.reconcile import Pending, is_impossible_for_good, reconcile

if TYPE_CHECKING:
    from lambda_handler.association.change import Change
    from lambda_handler.association.member import Member
    from lambda_handler.association.progress import Progress
    from lambda_handler.association.properties import AssociationProperties
    from lambda_handler.cloudformation.request import Request

# How long its Delete looks for associations, in seconds: the Create may still be on its way.
LOOK_FOR_CANCELLED_CREATE = 20.0

logger = logging.getLogger(__name__)


class CancelledCreate:
    """The Create that a Delete without a real id undoes.

    Args:
        request: the Delete.
        told: what the Create wanted.
        change: takes off the domain what may be the Create's.
        progress: what the Delete remembers.
    """

    def __init__(self, request: Request, told: AssociationProperties, change: Change, progress: Progress) -> None:
        self._request = request
        self._told = told
        self._change = change
        self._progress = progress

    def undo(self) -> None:
        """Dissociate what it has associated, and look for a while whether it does so still.

        Raises:
            RequestFailedError: something cannot be dissociated.
            DeadlineExceeded: a further invocation has to go on.
        """
        deadline, progress = self._request.deadline, self._progress
        if not progress.search_until:
            progress.search_until = min(deadline.clock.now() + LOOK_FOR_CANCELLED_CREATE, deadline.respond_by)
            progress.save()
        try:
            reconcile(self._step, deadline)
        except (*CALL_ERRORS, DeadlineExceeded) as error:
            if not is_impossible_for_good(error, deadline):
                raise
            # Nothing is ever associated without a look either, and a stack that cannot be deleted helps nobody.
            keys = ", ".join(entry.key for entry in self._told.entries)
            domain = self._told.domain
            logger.warning("domain %s cannot be looked at, so %s may stay there: %s", domain, keys, describe(error))

    def _step(self) -> tuple[Member, ...] | Pending:
        outcome = self._change.step()
        is_over = self._request.deadline.clock.now() >= self._progress.search_until
        if isinstance(outcome, Pending) or is_over:
            return outcome
        return Pending("an association of a cancelled Create", "none")
