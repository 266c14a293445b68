"""Observing: everything that a decision about a domain's packages needs, and the only place where it is learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_handler.association.finding import Finder
from lambda_handler.association.member import Member
from lambda_handler.association.situation import Situation

if TYPE_CHECKING:
    from lambda_handler.association.progress import ChangeProgress
    from lambda_handler.association.properties import Entry
    from lambda_handler.association.unwanted import Evidence, Unwanted
    from lambda_handler.cloudformation.deadline import Clock
    from lambda_handler.domains import Association, Domain, Domains
    from lambda_handler.opensearch import OpenSearch


class Observer:
    """Looks at one domain and its packages.

    Args:
        service: the packages.
        domains: the domains.
        name: the name of the domain.
        entries: what is to be on it.
        previous: what the template said before.
        unwanted: what is to go.
        progress: what the request remembers.
        clock: the time.
        earlier: tells what an earlier delivery of this request has made; None where nothing of it matters.
        waits: whether to wait until the domain is as desired.
    """

    def __init__(
        self,
        service: OpenSearch,
        domains: Domains,
        name: str,
        *,
        entries: tuple[Entry, ...],
        previous: tuple[Entry, ...],
        unwanted: Unwanted,
        progress: ChangeProgress,
        clock: Clock,
        earlier: Evidence | None,
        waits: bool,
    ) -> None:
        self._service = service
        self._domains = domains
        self._name = name
        self._entries = entries
        self._previous = {entry.key: entry for entry in previous}
        self._unwanted = unwanted
        self._progress = progress
        self._clock = clock
        self._earlier = earlier
        self._waits = waits

    def observe(self) -> Situation:
        """One look.

        Raises:
            ClientError: AWS refused a call.
        """
        domain = self._domains.domain(self._name)
        if domain is None or domain.is_going_away:
            self._progress.no_domain.meet(self._clock.now())
            return self._situation(domain, (), (), ())
        associations = tuple(self._domains.associations(self._name))
        finder = Finder(self._service, domain, associations, self._entries)
        members = tuple(self._member(entry, finder) for entry in self._entries)
        if any(member.problem for member in members):
            self._progress.missing.meet(self._clock.now())
        elif any(member.may_be_lagging for member in members):
            self._progress.unchanged.meet(self._clock.now())
        self._learn_from_earlier_delivery(finder, members)
        unwanted = tuple(self._unwanted(finder, members))
        return self._situation(domain, associations, members, unwanted)

    def _learn_from_earlier_delivery(self, finder: Finder, members: tuple[Member, ...]) -> None:
        """Note once what an earlier delivery of the request has put onto the domain: Lambda may have killed it."""
        progress = self._progress
        if progress.looked:
            return
        progress.looked = True
        there = [member.association for member in members if member.association]
        if self._earlier is not None:
            made = (one.id for one in there if self._earlier.tells_of(one, finder.package(one.id)))
            progress.made = sorted({*progress.made, *made})

    def _member(self, entry: Entry, finder: Finder) -> Member:
        found = finder.find(entry)
        return Member(
            entry=entry,
            previous=self._previous.get(entry.key),
            problem=found.problem,
            found=found.package,
            association=finder.association_of(found.package.id) if found.package else None,
            prerequisites=finder.ids_of(entry.prerequisites),
            progress=self._progress,
            now=self._clock.now(),
        )

    def _situation(
        self,
        domain: Domain | None,
        associations: tuple[Association, ...],
        members: tuple[Member, ...],
        unwanted: tuple[Association, ...],
    ) -> Situation:
        return Situation(
            name=self._name,
            domain=domain,
            associations=associations,
            wants=bool(self._entries),
            members=members,
            unwanted=unwanted,
            waits=self._waits,
            progress=self._progress,
            now=self._clock.now(),
        )
