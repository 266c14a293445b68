"""The Create, Update and Delete of a domain's packages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_handler.association import resource_id
from lambda_handler.association.advice import advice
from lambda_handler.association.attributes import attributes
from lambda_handler.association.cancelled_create import CancelledCreate
from lambda_handler.association.change import Change
from lambda_handler.association.progress import ChangeProgress, Progress
from lambda_handler.association.properties import AssociationProperties, parse, parse_leniently
from lambda_handler.association.resource_id import ResourceId
from lambda_handler.association.rollback import Rollback
from lambda_handler.association.target import Target
from lambda_handler.association.unwanted import Evidence, Unwanted, listed, of_the_stack, with_ids
from lambda_handler.cloudformation.deadline import DeadlineExceeded
from lambda_handler.cloudformation.fence import NotAwaitedError
from lambda_handler.cloudformation.handlers import Outcome
from lambda_handler.cloudformation.physical_ids import says_nothing_created
from lambda_handler.errors import CALL_ERRORS, PropertyError, RequestFailedError, describe
from lambda_handler.reconcile import Pending, left_where_it_cannot_go, reconcile
from lambda_handler.taken_over import is_taken_over

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from lambda_handler.association.member import Member
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.cloudformation.stacks import Stacks
    from lambda_handler.domains import Domains
    from lambda_handler.opensearch import OpenSearch


class AssociationHandler:
    """What `Custom::OpenSearchPackageAssociation` does."""

    def __init__(self, service: OpenSearch, domains: Domains, model: ServiceModel, stacks: Stacks) -> None:
        self._service = service
        self._domains = domains
        self._model = model
        self._stacks = stacks

    def create(self, request: Request) -> Outcome:
        """Bring the packages to the domain, or go on with what an earlier delivery of this request began."""
        try:
            desired = parse(request.properties, self._model)
        except PropertyError:
            request.claim_nothing()  # no delivery of it ever associates anything
            raise
        return self._outcome(request, desired, self._associate(request, desired, Progress(request)))

    def update(self, request: Request) -> Outcome:
        """Bring the domain to what the properties say; another domain is begun anew."""
        desired = parse(request.properties, self._model)
        previous = parse_leniently(request.old_properties, self._model)
        progress = Progress(request)
        came_with = resource_id.read(request.physical_id)
        if previous.domain in ("", desired.domain):
            members = self._change(request, desired, previous, progress)
            if came_with and came_with.domain == desired.domain and not came_with.made:
                # Another id, such as that of another logical id, would have CloudFormation delete what had this one.
                return Outcome(request.physical_id, attributes(members))
            return self._outcome(request, desired, members)
        members = self._associate(request, desired, progress)
        if came_with and came_with.domain == desired.domain:
            self._remove_leftover(request, previous, progress)
        return self._outcome(request, desired, members)

    def delete(self, request: Request) -> Outcome:
        """Take the packages off the domain."""
        progress = Progress(request)
        known = resource_id.read(request.physical_id)
        told = parse_leniently(request.properties, self._model)
        if known is None:
            if not says_nothing_created(request.physical_id) and not self._is_in_use(request, told.domain):
                self._undo_cancelled(request, told, progress)
        elif not known.made:
            rollback = Rollback(self._service, self._stacks, request.owner)
            self._take_off(request, known.domain, rollback.removes(listed(told.entries)), progress)
        elif not self._is_in_use(request, known.domain):
            self._take_off(request, known.domain, with_ids(known.made), progress)
        return Outcome(request.physical_id)

    def finish(self, request: Request) -> None:
        """Nothing is needed only for the work on a request."""

    # -- Create and Update ------------------------------------------------------------------------------------------

    def _change(
        self, request: Request, desired: AssociationProperties, previous: AssociationProperties, progress: Progress
    ) -> tuple[Member, ...]:
        """The domain as desired, in place. What this request makes in vain, the rollback's Update takes back."""
        rollback = Rollback(self._service, self._stacks, request.owner)
        target = Target(
            desired.domain,
            desired.entries,
            previous.entries,
            unwanted=rollback.removes(listed(previous.entries)),
            waits=desired.waits,
        )
        change = self._changing(request, target, progress.change, progress.save, is_rollback=rollback.is_under_way)
        return self._run(request, change)

    def _associate(self, request: Request, desired: AssociationProperties, progress: Progress) -> tuple[Member, ...]:
        """The packages on a domain on which this resource has none yet; where that fails, it has none there again.

        Raises:
            RequestFailedError: it cannot be had.
        """
        made_now = Evidence(self._service, request.owner, partial(_made_at, request))
        target = Target(desired.domain, desired.entries, earlier=made_now, waits=desired.waits)
        record = self._recorder(request, desired.domain, progress)
        if not progress.failure:
            try:
                return self._run(request, self._changing(request, target, progress.change, record))
            except NotAwaitedError:
                raise
            except (RequestFailedError, *CALL_ERRORS) as error:
                progress.failure = describe(error)
                record()
        if progress.change.made:
            self._take_back(request, desired.domain, progress)
        raise RequestFailedError(progress.failure)

    def _take_back(self, request: Request, domain: str, progress: Progress) -> None:
        """Dissociate what this request has associated in vain.

        What the service does not let go yet, the next request takes off: a Create's Delete, or the rollback's Update.
        """
        made, asked = progress.change.made, progress.change.asked
        with left_where_it_cannot_go(request.deadline, f"{', '.join(made)} is left for the next request"):
            try:
                self._dissociate_in_vain(request, domain, made, progress)
            except NotAwaitedError:
                # By now others may have put there what an earlier delivery has. What this one has goes in any case.
                own, physical_id = [one for one in made if one in asked], str(ResourceId.of(domain, request.owner))
                self._dissociate_in_vain(request, domain, own, progress, in_vain=physical_id)
            request.claim_nothing()

    def _dissociate_in_vain(
        self, request: Request, domain: str, package_ids: list[str], progress: Progress, in_vain: str = ""
    ) -> None:
        target = Target(domain, unwanted=with_ids(package_ids))
        change = self._changing(request, target, progress.clean_up, progress.save, in_vain=in_vain)

        def step() -> tuple[Member, ...] | Pending:
            outcome = change.step()
            if isinstance(outcome, Pending) and change.is_held_up:
                raise RequestFailedError(f"domain {domain!r} still changes: {outcome.seen}")
            return outcome

        reconcile(step, request.deadline)

    def _remove_leftover(self, request: Request, replaced: AssociationProperties, progress: Progress) -> None:
        """Take off another domain what a replacement has put there, which this Update rolls back."""
        with left_where_it_cannot_go(request.deadline, "what a failed replacement may have left stays"):
            rollback = Rollback(self._service, self._stacks, request.owner)
            leftover = rollback.proven(listed(replaced.entries))
            target = Target(replaced.domain, unwanted=leftover)
            reconcile(self._changing(request, target, progress.clean_up, progress.save).step, request.deadline)

    def _recorder(self, request: Request, domain: str, progress: Progress) -> Callable[[], None]:
        """Claims what a failed Create leaves, and keeps what a further invocation has to know."""

        def record() -> None:
            if made := progress.change.made:
                request.claim(str(ResourceId.of(domain, request.owner, made)))
            elif progress.change.looked or progress.change.no_domain.is_met:
                request.claim_nothing()
            progress.save()

        return record

    # -- Delete -----------------------------------------------------------------------------------------------------

    def _take_off(self, request: Request, domain: str, which: Unwanted, progress: Progress) -> None:
        """Dissociate packages, and wait until they are gone."""
        target = Target(domain, unwanted=which)
        self._run(request, self._changing(request, target, progress.change, progress.save, names_it=True))

    def _undo_cancelled(self, request: Request, told: AssociationProperties, progress: Progress) -> None:
        """Undo a Create that did not tell what it has made: only what is this very stack's."""
        if not told.domain or not told.entries:
            return  # nothing is ever associated from such properties
        rollback = Rollback(self._service, self._stacks, request.owner)
        target = Target(told.domain, unwanted=rollback.removes(of_the_stack(told.entries, request.owner)))
        change = self._changing(request, target, progress.change, progress.save)
        CancelledCreate(request, told, change, progress).undo()

    def _is_in_use(self, request: Request, domain: str) -> bool:
        """Whether a later request has taken over what a failed Create has left on a domain."""
        return is_taken_over(request, self._stacks, str(ResourceId.of(domain, request.owner)))

    # -- what they have in common -----------------------------------------------------------------------------------

    def _changing(
        self,
        request: Request,
        target: Target,
        progress: ChangeProgress,
        record: Callable[[], None],
        **more: Any,
    ) -> Change:
        return Change(self._service, self._domains, request, target, progress, record, **more)

    def _run(self, request: Request, change: Change) -> tuple[Member, ...]:
        """Change the domain, and wait until it is done.

        Raises:
            DeadlineExceeded: the time is over. Where no further invocation continues, the text says how far it is.
        """
        try:
            return reconcile(change.step, request.deadline)
        except DeadlineExceeded as exceeded:
            seen = change.last_seen
            if request.deadline.allows_another_invocation or seen is None or not seen.is_busy:
                raise
            raise DeadlineExceeded(f"{exceeded}. {advice(request.kind, seen, self._domains)}") from exceeded

    def _outcome(self, request: Request, desired: AssociationProperties, members: tuple[Member, ...]) -> Outcome:
        return Outcome(str(ResourceId.of(desired.domain, request.owner)), attributes(members))


def _made_at(request: Request) -> datetime | None:
    """When CloudFormation made the request; None where nobody knows."""
    return datetime.fromtimestamp(request.deadline.started, UTC) if request.is_dated else None
