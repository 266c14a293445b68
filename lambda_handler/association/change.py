"""The change of a domain's packages: bring some to a domain and take others off, for one request.

Each step observes, decides and acts: it reads everything that it needs, `decision_table.py` says what that means, and
at most one write is made. All packages of a kind of write go in one call, so that the domain changes once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from lambda_handler.association.brief import in_brief
from lambda_handler.association.decision_table import decide
from lambda_handler.association.decisions import Associate, Decision, Dissociate, Done, Fail, Wait
from lambda_handler.association.observing import Observer
from lambda_handler.association.progress import associating_refused
from lambda_handler.errors import (
    CALL_ERRORS,
    RequestFailedError,
    describe,
    is_access_denied,
    is_already_so,
    is_busy,
    is_not_found,
    is_refused,
    may_have_been_applied,
)
from lambda_handler.reconcile import Pending, is_retryable

if TYPE_CHECKING:
    from lambda_handler.association.member import Member
    from lambda_handler.association.progress import ChangeProgress
    from lambda_handler.association.situation import Situation
    from lambda_handler.association.target import Target
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.domains import Association, Domains
    from lambda_handler.opensearch import OpenSearch

logger = logging.getLogger(__name__)


class Change:
    """The change of one domain's packages.

    Args:
        service: the packages.
        domains: the domains.
        request: the request.
        target: what is to become of the domain.
        progress: what the request remembers of this change.
        record: keeps that for a further invocation, and says what the response has to name. It is called in every step
            and right before a write, because the watchdog may respond at any moment.
        names_it: whether it is the Delete of the very association that it dissociates.
        in_vain: the physical id of what this very request has made in vain, and now takes back; empty for any other
            change.
        is_rollback: tells whether the request rolls back an update of the stack.

    Attributes:
        last_seen: what the last step has seen; None before the first.
    """

    def __init__(
        self,
        service: OpenSearch,
        domains: Domains,
        request: Request,
        target: Target,
        progress: ChangeProgress,
        record: Callable[[], None],
        *,
        names_it: bool = False,
        in_vain: str = "",
        is_rollback: Callable[[], bool] = lambda: False,
    ) -> None:
        self._observer = Observer(service, domains, target, progress, request.deadline)
        self._domains = domains
        self._request = request
        self._progress = progress
        self._record = record
        self._names_it = names_it
        self._in_vain = in_vain
        self._is_rollback = is_rollback
        self.last_seen: Situation | None = None

    @property
    def is_held_up(self) -> bool:
        """Whether the domain was busy with another change when the last step looked."""
        seen = self.last_seen
        return seen is not None and seen.is_busy and not self._progress.dissociated

    def step(self) -> tuple[Member, ...] | Pending:
        """Observe, decide and act.

        Returns:
            The packages as they are on the domain; or what is being waited for.

        Raises:
            RequestFailedError: this will not come to a good end.
            DeadlineExceeded: there is no time to begin a write.
            ClientError: AWS refused a call.
        """
        self.last_seen = situation = self._observer.observe()
        try:
            return self._act(decide(situation), situation)
        finally:
            self._record()

    def _act(self, decision: Decision, situation: Situation) -> tuple[Member, ...] | Pending:
        match decision:
            case Done():
                return situation.everyone
            case Wait(awaited, seen):
                return Pending(awaited, seen)
            case Fail(reason, stays):
                if not (stays and self._is_rollback()):
                    raise RequestFailedError(reason)
                logger.warning("the rollback leaves it at that: %s", reason)
                self._progress.left = sorted({*self._progress.left, *stays})
                return Pending("the rest of the rollback", reason)
            case Associate(members):
                return self._associate(situation, members)
            case Dissociate(associations):
                return self._dissociate(situation.name, associations)

    def _associate(self, situation: Situation, members: tuple[Member, ...]) -> Pending:
        self._request.check_may_write()
        memory, domain = self._progress, situation.name
        asked, made = dict(memory.asked), list(memory.made)
        for member in members:
            memory.asked[member.package.id] = member.association.revision if member.association else ""
            memory.targets[member.package.id] = member.package.version
        ids = [member.package.id for member in members]
        memory.made = sorted({*memory.made, *(one.package.id for one in members if not one.was_there)})
        memory.asked_at, memory.accepted = self._now(), False
        memory.first_asked_at = memory.first_asked_at or memory.asked_at
        self._record()
        try:
            self._domains.associate(domain, [member.parameters for member in members])
        except CALL_ERRORS as error:
            if may_have_been_applied(error):
                memory.refusal = describe(error)
                raise
            memory.asked = asked
            if len(ids) == 1 or is_busy(error) or is_already_so(error) or not is_refused(error):
                memory.made = made  # else, of several packages some may have been accepted
            self._refused(error, f"{_names(members)} could not be associated with domain {domain!r}")
            if is_already_so(error):
                memory.one_by_one = len(ids) > 1
                memory.already = memory.already if memory.one_by_one else sorted({*memory.already, *ids})
            if not is_busy(error):
                memory.needs_room = memory.needs_room or situation.lacks_room_for(members)
                if memory.refused_of != ids:
                    memory.refused, memory.refused_of = associating_refused(), ids
                memory.refused.meet(self._now())
        else:
            memory.accepted, memory.refused = True, associating_refused()
            logger.info("%s: AssociatePackages of %s with %s", self._request.owner.logical_id, ", ".join(ids), domain)
        return Pending(f"{_names(members)} to become ACTIVE on domain {domain!r}", memory.refusal or "just asked for")

    def _dissociate(self, domain: str, associations: tuple[Association, ...]) -> Pending:
        self._request.check_may_write(names_it=self._names_it, in_vain=self._in_vain)
        memory, before = self._progress, dict(self._progress.dissociated)
        ids = [one.id for one in associations]
        for one in associations:
            memory.dissociated[one.id] = one.revision
        memory.dissociated_at, memory.dissociation_accepted = self._now(), False
        self._record()
        try:
            self._domains.dissociate(domain, ids)
        except CALL_ERRORS as error:
            if may_have_been_applied(error):
                memory.refusal = describe(error)
                raise
            memory.dissociated = before
            self._refused(error, f"{_names(associations)} could not be dissociated from domain {domain!r}")
            if not is_busy(error):
                memory.kept.meet(self._now())
                memory.dissociates_one_by_one = memory.dissociates_one_by_one or len(ids) > 1
                memory.refused_alone = sorted({*memory.refused_alone, *(ids if len(ids) == 1 else ())})
        else:
            memory.dissociation_accepted, memory.refused = True, associating_refused()
            memory.asked = {one: revision for one, revision in memory.asked.items() if one not in ids}
            told = self._request.owner.logical_id, ", ".join(ids), domain
            logger.info("%s: DissociatePackages of %s from %s", *told)
        return Pending(f"{_names(associations)} to leave domain {domain!r}", memory.refusal or "just asked for")

    def _refused(self, error: Exception, what_failed: str) -> None:
        """Note that the service refuses a write now, where it may take it later.

        Raises:
            Exception: it is another error.
        """
        if is_refused(error) or is_not_found(error):
            self._progress.refusal, self._progress.refused_at = describe(error), self._now()
            return
        if is_retryable(error, self._request.deadline):
            raise error
        hint = (
            f". The provider's role needs es:{getattr(error, 'operation_name', '')} on the domain, and for a package "
            "that is encrypted the right to use its key"
        )
        raise RequestFailedError(
            f"{what_failed}: {describe(error)}{hint if is_access_denied(error) else ''}"
        ) from error

    def _now(self) -> float:
        return self._request.deadline.clock.now()


def _names(those: tuple[Member, ...] | tuple[Association, ...]) -> str:
    noun = "packages" if len(those) > 1 else "package"
    return f"{noun} {in_brief(those)}"
