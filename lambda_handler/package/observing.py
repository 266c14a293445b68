"""Observing: everything that an import reads, and the only place where it learns something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_handler.opensearch import AVAILABLE, DELETING, OpenSearch, Package
from lambda_handler.package.situation import Found, Situation

if TYPE_CHECKING:
    from lambda_handler.cloudformation.request import Request
    from lambda_handler.package.progress import ImportProgress
    from lambda_handler.package.properties import PackageProperties


class Observer:
    """Looks at what there is."""

    def __init__(
        self,
        service: OpenSearch,
        request: Request,
        desired: PackageProperties,
        previous: PackageProperties | None,
        memory: ImportProgress,
    ) -> None:
        self._service = service
        self._request = request
        self._desired = desired
        self._previous = previous
        self._memory = memory
        self._resolved = desired  # with the name that the package keeps
        self._histories: dict[tuple[object, ...], list[str]] = {}

    def observe(self) -> Situation:
        """One look.

        Raises:
            ClientError: AWS refused a call.
        """
        self._resolved = self._desired
        found = self._look()
        situation = Situation(
            request=self._request,
            desired=self._of(found.package) if found.package else self._resolved,
            previous=self._previous,
            progress=self._memory,
            found=found,
            now=self._request.deadline.clock.now(),
        )
        if found.package is None:
            return situation
        there_before = situation.is_adoption or situation.is_the_requests_own
        if situation.bears_this_import and not (there_before or situation.package.id == self._memory.discarded):
            if situation.package.status == DELETING and not self._memory.made:
                # An earlier delivery of this request deletes it in order to make it anew.
                self._memory.discarded = situation.package.id
            else:
                # An earlier delivery of this request has made it, or taken it up: never make another.
                self._memory.made, self._memory.made_was_seen = situation.package.id, True
        return replace(situation, found=self._with_history(situation))

    def _look(self) -> Found:
        if self._request.kind == "Create" and self._desired.adopts:
            return Found(package=self._service.package(self._desired.adopts))
        if self._memory.made:
            made = self._service.package(self._memory.made)
            if made is not None and self._request.owner.is_stranger_to(made.mark):
                self._memory.made = ""
                return Found(stranger=made)
            self._memory.made_was_seen = self._memory.made_was_seen or made is not None
            return Found(package=made)
        if self._request.kind == "Update" and (current := self._service.package(self._request.physical_id)):
            if self._request.owner.is_stranger_to(current.mark):
                return Found(stranger=current)
            self._resolved = self._of(current)
            if current.status == DELETING or current.identity == self._resolved.identity:
                return Found(package=current)
            if self._resolved.identity.takes_the_place_of(current.identity):
                return Found(in_the_way=current)
        return self._look_for_adopted() or self._look_by_name()

    def _look_for_adopted(self) -> Found | None:
        """An Update that goes back to the package that the Create has adopted, whose name may be in no template."""
        adopted = self._service.package(self._desired.adopts) if self._desired.adopts else None
        if adopted is None or not self._request.owner.owns(adopted.mark):
            return None
        return Found(package=adopted) if adopted.identity == self._of(adopted).identity else None

    def _of(self, package: Package) -> PackageProperties:
        """What the package is to be."""
        return self._desired.of(package, self._previous)

    def _look_by_name(self) -> Found:
        desired, owner = self._resolved.identity, self._request.owner
        for package in self._service.packages_named(desired.name):
            if not desired.takes_the_place_of(package.identity):
                continue  # the same plugin for another engine version
            if package.is_lent(self._request.account):
                continue  # vended: its name is another account's
            if owner.owns(package.mark) and (package.identity == desired or not package.version):
                return Found(package=package)
            return Found(package=package) if package.status == DELETING else Found(holder=package)
        return Found()

    def _with_history(self, situation: Situation) -> Found:
        """Look at the versions that there were, where the decision depends on them. Histories may be long."""
        found, package = situation.found, situation.package
        about_to_update = package.status == AVAILABLE and not (
            situation.shows_this_import or situation.has_the_desired_content
        )
        if about_to_update:
            messages = self._history(situation)
            return replace(found, made_a_version=any(one.endswith(self._request.owner.signature) for one in messages))
        known = package.version or self._memory.created_at or situation.is_adoption
        if known or not self._request.owner.owns(package.mark):
            return found
        had_content = bool(self._history(situation))
        if had_content and package.identity != situation.desired.identity:
            return Found(holder=package)  # of another type: somebody may miss it
        return replace(found, had_content=had_content)

    def _history(self, situation: Situation) -> list[str]:
        """Read once, once more after each UpdatePackage, and once more before one is repeated."""
        package_id, memory = situation.package.id, self._memory
        occasion = (memory.updated_at, situation.update_should_show) if memory.updated_from else ()
        if (package_id, *occasion) not in self._histories:
            self._histories[package_id, *occasion] = self._service.commit_messages(package_id)
        return self._histories[package_id, *occasion]
