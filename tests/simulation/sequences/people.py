"""What people do to packages and domains, beside the stacks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from local_aws.packages import ServiceError
from local_aws.packages.behaviour import Fault
from tests.simulation.cloudformation import StackResource
from tests.simulation.names import ENGINES
from tests.simulation.package.templates import source
from tests.simulation.world import World

# What somebody does to a domain takes at most so long, in seconds.
LONGEST_CHANGE = 310.0


class People:
    """People with access to a world. Whatever they do can be refused."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._in_use: list[tuple[str, str]] = []

    # -- packages -----------------------------------------------------------------------------------------------------

    def to_packages(self, what: str, resource: StackResource) -> Callable[[], None]:
        """Something done to what there is of a resource: `delete`, `edit` or `unmark`."""
        act = {"delete": self._delete, "edit": self._edit, "unmark": self._unmark}[what]

        def do() -> None:
            self._world.by_hand_at = self._world.clockwork.now()
            for package_id in self._world.packages.living(resource.key):
                try:
                    act(package_id)
                except ServiceError:
                    continue

        return do

    def take_name(self, name: str) -> None:
        """Make a package of that name."""
        try:
            made = self._world.packages.make_by_hand(name, "a person's")
        except ServiceError:
            return
        self._world.clockwork.sleep(200)  # until it is imported
        self._world.packages.keep_as_it_is(made)

    def delete_at_last(self, package_id: str) -> None:
        """Do what the reason of a failed Delete says: take the package off the domains, and delete it then."""
        self.tidy_up()
        for domain in self._world.associations.domains():
            self.to_domain("take off", domain, package_id)
        self._world.clockwork.sleep(LONGEST_CHANGE)
        self._world.model.call("DeletePackage", {"PackageID": package_id})
        self._world.clockwork.sleep(60)

    def _delete(self, package_id: str) -> None:
        self._world.model.call("DeletePackage", {"PackageID": package_id})
        self._world.packages.retained.discard(package_id)
        for sent in self._world.sent.values():
            sent.removed_by_hand += 1

    def _edit(self, package_id: str) -> None:
        self._write(package_id, {})

    def _unmark(self, package_id: str) -> None:
        self._write(package_id, {"PackageDescription": "edited"})
        self._world.packages.unmarked.add(package_id)

    def _write(self, package_id: str, more: dict[str, str]) -> None:
        package = self._world.model.package(package_id) or {}
        engine = package.get("EngineVersion", "").removeprefix("OpenSearch_")
        content = source("new") | ({"S3Key": f"{engine}.zip"} if engine else {})
        self._world.model.call("UpdatePackage", {"PackageID": package_id, "PackageSource": content, **more})
        self._world.packages.edited.add(package_id)

    # -- domains ------------------------------------------------------------------------------------------------------

    def to_domain(self, what: str, domain: str, package_id: str) -> None:
        """Do something to a domain.

        Args:
            what: `put on` or `take off` a package, `use` it in an index, `change` the domain for a while, `upgrade` it,
                `remove` it, `make again` one that is gone; `spoil` a package, which no domain can install from then on,
                or `mend` all of those.
            domain: its name.
            package_id: the package; empty where there is none.
        """
        facts = self._world.associations
        acts: dict[str, Callable[[], None]] = {
            "put on": lambda: facts.associate_by_hand(domain, package_id),
            "take off": lambda: facts.dissociate_by_hand(domain, package_id),
            "use": lambda: self._use(domain, package_id),
            "change": lambda: facts.modify_by_hand(domain, 40),
            "upgrade": lambda: facts.upgrade_by_hand(domain, f"OpenSearch_{ENGINES[1]}", 60),
            "remove": lambda: facts.remove_by_hand(domain),
            "make again": lambda: self._make_again(domain),
            "spoil": lambda: self._spoil(package_id),
            "mend": self._world.model.behaviour.faults.clear,
        }
        with suppress(ServiceError):
            acts[what]()
            if what not in ("change", "use", "mend"):
                self._disturb(domain)

    def _disturb(self, domain: str) -> None:
        """No request about the domain that may be at work still can be sure of anything."""
        for sent in self._world.sent.values():
            if (
                sent.event["ResourceProperties"].get("DomainName") == domain
                and self._world.clockwork.now() < sent.expires
            ):
                sent.disturbed = True

    def tidy_up(self) -> None:
        """Let no index use anything any more, and every package be good."""
        self._world.model.behaviour.faults.clear()
        for domain, package_id in self._in_use:
            with suppress(ServiceError):
                self._world.model.release_from_index(domain, package_id)
        self._world.clockwork.sleep(LONGEST_CHANGE)

    def take_all_off(self) -> None:
        """Take everything off the domains, once they are done with their changes: then nothing holds any package."""
        self._world.clockwork.sleep(LONGEST_CHANGE)
        for domain, package_id in self._world.associations.on_domains():
            self.to_domain("take off", domain, package_id)
            self._world.clockwork.sleep(LONGEST_CHANGE)

    def _use(self, domain: str, package_id: str) -> None:
        """Have an index use a dictionary. A domain that a used plugin is to leave would be busy for ever."""
        details = self._world.associations.on_domains().get((domain, package_id), {})
        if details.get("PackageType") == "TXT-DICTIONARY":
            self._world.associations.use_by_hand(domain, package_id)
            self._in_use.append((domain, package_id))

    def _spoil(self, package_id: str) -> None:
        spoilt = Fault("AssociatePackages", "association-failed", 1000, message="no space", package_ids=[package_id])
        self._world.model.behaviour.faults.append(spoilt)

    def _make_again(self, domain: str) -> None:
        if domain not in self._world.associations.domains():
            self._world.model.add_domain(domain, f"OpenSearch_{ENGINES[0]}")
