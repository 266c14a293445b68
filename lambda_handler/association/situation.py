"""All that the decision rests on what the change of a domain's packages does next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_handler.association.brief import in_brief
from lambda_handler.association.rules import MOST_PACKAGES
from lambda_handler.domains import DISSOCIATING, DISSOCIATION_FAILED, Association, Domain
from lambda_handler.opensearch import READING_LAGS_AT_MOST, VISIBLE_WITHIN
from lambda_handler.package_types import PLUGIN

if TYPE_CHECKING:
    from lambda_handler.association.member import Member
    from lambda_handler.association.progress import ChangeProgress

# How long to leave between two writes that do the same, of which the first was refused.
PAUSE_BETWEEN_TRIES = 5.0


@dataclass(frozen=True)
class Situation:
    """All that a decision rests on.

    Attributes:
        name: the name of the domain.
        domain: the domain; None where there is none.
        told: what the service says where there is no domain; empty where there is one.
        associations: all packages on the domain.
        wants: the packages that are to be on it, by the ids and names that the template gives.
        members: the packages that are to be on it, without those that a rollback leaves as they are.
        everyone: all packages that are to be on it.
        unwanted: the associations that are to go, without those that a rollback leaves there.
        waits: whether to wait until the domain is as desired, and not only until the service has accepted that.
        progress: what the request remembers.
        now: the time of the look, in seconds since the epoch.
    """

    name: str
    domain: Domain | None
    told: str
    associations: tuple[Association, ...]
    wants: tuple[str, ...]
    members: tuple[Member, ...]
    everyone: tuple[Member, ...]
    unwanted: tuple[Association, ...]
    waits: bool
    progress: ChangeProgress
    now: float

    @property
    def has_domain(self) -> bool:
        """Whether there is a domain that will stay."""
        return self.domain is not None and not self.domain.is_going_away

    @property
    def is_being_upgraded(self) -> bool:
        """Whether the engine version of the domain changes."""
        return self.domain is not None and self.domain.is_being_upgraded

    @property
    def needs_no_upgrade(self) -> bool:
        """Whether the domain is as desired, whatever its engine version: only plugins are for one engine version."""
        if any(member.problem or member.package.type == PLUGIN or member.may_be_lagging for member in self.members):
            return False
        return self.is_reached

    @property
    def lacks_a_package_for_good(self) -> bool:
        """Whether a package is not as the template says, and will not be in a moment."""
        problems = [member.problem for member in self.members if member.problem]
        return bool(problems) and (self.progress.missing.is_over or not all(one.may_pass for one in problems))

    @property
    def is_reached(self) -> bool:
        """Whether the domain is as desired."""
        return not self.unwanted and all(member.is_reached for member in self.members)

    @property
    def is_accepted(self) -> bool:
        """Whether the service has accepted to bring it there, or has done it."""
        going = all(one.status == DISSOCIATING for one in self.unwanted)
        return going and all(member.is_accepted for member in self.members)

    @property
    def is_busy(self) -> bool:
        """Whether the domain takes no change now: it takes one at a time."""
        changing = any(one.is_changing for one in self.associations)
        return changing or (self.domain is not None and self.domain.is_changing)

    @property
    def activity(self) -> str:
        """What the domain is busy with."""
        changing = [f"{one} {one.status}" for one in self.associations if one.is_changing]
        domain = [self.domain.activity] if self.domain and self.domain.is_changing else []
        return in_brief([*domain, *changing]) or "nothing"

    @property
    def to_associate(self) -> tuple[Member, ...]:
        """The members that AssociatePackages is for. They go in one call, and the domain changes once.

        Where the service has said of one of them that nothing has to be done, that one is found first, alone.
        """
        left: dict[str, Member] = {}
        for member in self.members:
            if not member.is_reached:
                left.setdefault(member.package.id, member)  # an id and a name may mean the same package
        asking = [member for key, member in left.items() if key not in self.progress.already] or [*left.values()]
        if self.progress.one_by_one:
            asking = sorted(asking, key=lambda member: not member.looks_right)[:1]
        return tuple(asking)

    @property
    def is_refused(self) -> bool:
        """Whether the service has refused just that for long enough."""
        asking = [member.package.id for member in self.to_associate]
        return bool(asking) and self.progress.refused.is_over and self.progress.refused_of == asking

    def lacks_room_for(self, members: tuple[Member, ...]) -> bool:
        """Whether there may be no room for packages because of those that are to go: too many, or of the same name."""
        coming = [member for member in members if member.association is None]
        names = {member.package.name for member in coming}
        is_full = len(self.associations) + len(coming) > MOST_PACKAGES
        return bool(self.unwanted) and (is_full or any(one.name in names for one in self.unwanted))

    @property
    def makes_room(self) -> bool:
        """Whether packages can come only when those that are to go have gone."""
        return self.progress.needs_room and bool(self.unwanted) and bool(self.to_associate)

    @property
    def to_go_first(self) -> tuple[Association, ...]:
        """The associations that have failed, and so have to be dissociated and made again."""
        return tuple(one.association for one in self.members if one.has_to_go_first and one.association)

    @property
    def to_dissociate(self) -> tuple[Association, ...]:
        """The associations that DissociatePackages is for."""
        return self.to_go_first or self.unwanted

    def next_to_dissociate(self, going: tuple[Association, ...]) -> tuple[Association, ...]:
        """What of these goes in the next call: all, or one after the other where the service has refused several."""
        if not self.progress.dissociates_one_by_one:
            return going
        return tuple(sorted(going, key=lambda one: one.id in self.progress.refused_alone)[:1])

    @property
    def is_dissociation_awaited(self) -> bool:
        """Whether this request has asked to dissociate something, which may not show yet."""
        lag = READING_LAGS_AT_MOST if self.progress.dissociation_accepted else VISIBLE_WITHIN
        asked = [one for one in self.associations if self.progress.dissociated.get(one.id) == one.revision]
        return bool(asked) and self.now - self.progress.dissociated_at < lag

    @property
    def kept(self) -> tuple[Association, ...]:
        """The unwanted associations that this request has asked to dissociate, in vain."""
        asked = self.progress.dissociated
        failed = (one for one in self.unwanted if one.status == DISSOCIATION_FAILED and one.id in asked)
        # Where nothing tells when it failed, one that failed before looks the same.
        ought_to_show = self.progress.dissociation_accepted and not self.is_dissociation_awaited
        return tuple(one for one in failed if asked[one.id] != one.revision or ought_to_show)

    @property
    def was_refused_just_now(self) -> bool:
        """Whether the last write was refused so lately that it is not worth while to repeat it."""
        return bool(self.progress.refused_at) and self.now - self.progress.refused_at < PAUSE_BETWEEN_TRIES
