"""Rollbacks: what an update has put onto a domain goes again, and what was there before stays."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from lambda_handler.association.unwanted import Evidence, Unwanted, made_since
from lambda_handler.errors import CALL_ERRORS, describe, is_transient

if TYPE_CHECKING:
    from lambda_handler.association.finding import Finder
    from lambda_handler.association.member import Member
    from lambda_handler.cloudformation.stacks import Stacks
    from lambda_handler.domains import Association
    from lambda_handler.opensearch import OpenSearch
    from lambda_handler.ownership import Owner

logger = logging.getLogger(__name__)


class Rollback:
    """The update of a stack that may be being rolled back. CloudFormation is asked once, and only where it matters."""

    def __init__(self, service: OpenSearch, stacks: Stacks, owner: Owner) -> None:
        self._service = service
        self._stacks = stacks
        self._owner = owner
        self._asked = False
        self._since: datetime | None = None

    def removes(self, listed: Unwanted) -> Unwanted:
        """All of these in an ordinary update. In a rollback only those that the update has made, on evidence."""

        def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
            found = listed(finder, members)
            if not found or self._began() is None:
                return found
            return self.proven(listed)(finder, members)

        return unwanted

    def proven(self, listed: Unwanted) -> Unwanted:
        """Those of these that the update has made, on evidence; none where no update is being rolled back."""

        def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
            if not listed(finder, members):
                return []
            return made_since(listed, Evidence(self._service, self._owner, self._began()))(finder, members)

        return unwanted

    def _began(self) -> datetime | None:
        """When the update began that is being rolled back; None where none is, or nobody can tell."""
        if not self._asked:
            try:
                self._since = self._stacks.rolls_back_since(self._owner.stack_id)
            except CALL_ERRORS as error:
                if is_transient(error):
                    raise
                logger.warning("CloudFormation cannot be asked whether it rolls back: %s", describe(error))
            self._asked = True
        return self._since
