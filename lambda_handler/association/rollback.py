"""Rollbacks: what a stack operation has put onto a domain goes again, and what was there before stays."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lambda_handler.association.unwanted import Evidence, Unwanted, made_since
from lambda_handler.reconcile import told_or

if TYPE_CHECKING:
    from lambda_handler.association.finding import Finder
    from lambda_handler.association.member import Member
    from lambda_handler.cloudformation.stacks import Stacks
    from lambda_handler.domains import Association
    from lambda_handler.opensearch import OpenSearch
    from lambda_handler.ownership import Owner


class Rollback:
    """The operation of a stack that may be being rolled back. CloudFormation is asked once, where it matters."""

    def __init__(self, service: OpenSearch, stacks: Stacks, owner: Owner) -> None:
        self._service = service
        self._stacks = stacks
        self._owner = owner
        self._asked = False
        self._since: datetime | None = None

    def removes(self, listed: Unwanted) -> Unwanted:
        """All of these in an ordinary operation. In a rollback only those that the operation has made, on evidence."""
        proven = self.proven(listed)

        def unwanted(finder: Finder, members: tuple[Member, ...]) -> list[Association]:
            found = listed(finder, members)
            return proven(finder, members) if found and self._began() is not None else found

        return unwanted

    def proven(self, listed: Unwanted) -> Unwanted:
        """Those of these that the operation has made, on evidence; none where none is being rolled back."""
        return made_since(listed, Evidence(self._service, self._owner, self._began))

    def is_under_way(self) -> bool:
        """Whether the stack rolls back. Where nobody can tell, it does not."""
        return self._began() is not None

    def _began(self) -> datetime | None:
        """When the operation began that is being rolled back; None where none is, or nobody can tell."""
        if not self._asked:
            self._since = told_or(
                None,
                lambda: self._stacks.rolls_back_since(self._owner.stack_id),
                "CloudFormation cannot be asked whether it rolls back",
            )
            self._asked = True
        return self._since
