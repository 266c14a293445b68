"""Observing: everything that a decision about a domain's packages needs, and the only place where it is learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_handler.association.finding import Finder
from lambda_handler.association.member import Member
from lambda_handler.association.situation import Situation
from lambda_handler.domains import DISSOCIATING, NoDomainError

if TYPE_CHECKING:
    from lambda_handler.association.progress import ChangeProgress
    from lambda_handler.association.properties import Entry
    from lambda_handler.association.target import Target
    from lambda_handler.cloudformation.deadline import Deadline
    from lambda_handler.domains import Association, Domain, Domains
    from lambda_handler.opensearch import OpenSearch


class Observer:
    """Looks at one domain and its packages.

    Args:
        service: the packages.
        domains: the domains.
        target: what is to become of the domain.
        progress: what the request remembers.
        deadline: knows the time.
    """

    def __init__(
        self, service: OpenSearch, domains: Domains, target: Target, progress: ChangeProgress, deadline: Deadline
    ) -> None:
        self._service = service
        self._domains = domains
        self._target = target
        self._previous = {entry.key: entry for entry in target.previous}
        self._progress = progress
        self._deadline = deadline

    def observe(self) -> Situation:
        """One look.

        Raises:
            ClientError: AWS refused a call.
        """
        try:
            domain = self._domains.domain(self._target.domain)
        except NoDomainError as error:
            return self._without_a_domain(None, str(error))
        if domain.is_going_away:
            return self._without_a_domain(domain)
        associations = tuple(self._domains.associations(self._target.domain))
        finder = Finder(self._service, domain, associations, self._target.entries, self._progress.meant)
        members = tuple(self._member(entry, finder) for entry in self._target.entries)
        if any(member.problem for member in members):
            self._progress.missing.meet(self._deadline.clock.now())
        elif any(member.may_be_lagging for member in members):
            self._progress.unchanged.meet(self._deadline.clock.now())
        self._learn_from_first_look(finder, members)
        unwanted = tuple(one for one in self._target.unwanted(finder, members) if one.id not in self._progress.left)
        return self._situation(domain, associations, members, unwanted)

    def _without_a_domain(self, domain: Domain | None, told: str = "") -> Situation:
        self._progress.no_domain.meet(self._deadline.clock.now())
        return self._situation(domain, (), (), (), told)

    def _learn_from_first_look(self, finder: Finder, members: tuple[Member, ...]) -> None:
        """Note once what was there, and what an earlier delivery of the request has put there: it may have died."""
        progress = self._progress
        if progress.looked:
            return
        there = [member.association for member in members if member.association]
        if self._target.earlier is not None:
            made = (one.id for one in there if self._target.earlier.tells_of(one, finder.package(one.id)))
            progress.made = sorted({*progress.made, *made})
        staying = (one for one in there if one.version and one.status != DISSOCIATING)
        progress.had = sorted({one.id for one in staying} - {*progress.made})
        progress.looked = True

    def _member(self, entry: Entry, finder: Finder) -> Member:
        found = finder.find(entry)
        association = finder.association_of(found.package.id) if found.package else None
        return Member(
            entry=entry,
            previous=self._previous.get(entry.key),
            # What is there already has its prerequisites.
            problem=found.problem or (finder.problem_of(entry.prerequisites) if association is None else None),
            found=found.package,
            association=association,
            prerequisites=finder.ids_of(entry.prerequisites),
            progress=self._progress,
            now=self._deadline.clock.now(),
        )

    def _situation(
        self,
        domain: Domain | None,
        associations: tuple[Association, ...],
        members: tuple[Member, ...],
        unwanted: tuple[Association, ...],
        told: str = "",
    ) -> Situation:
        return Situation(
            name=self._target.domain,
            domain=domain,
            told=told,
            associations=associations,
            wants=tuple(entry.key for entry in self._target.entries),
            members=tuple(one for one in members if not (one.found and one.found.id in self._progress.left)),
            everyone=members,
            unwanted=unwanted,
            waits=self._target.waits,
            progress=self._progress,
            now=self._deadline.clock.now(),
        )
