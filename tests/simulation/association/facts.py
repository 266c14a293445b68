"""What is on the domains of a world, who put it there, and what others did to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_handler.cloudformation.stacks import ROLLING_BACK
from local_aws.packages import ServiceError
from tests.simulation.names import ANOTHER_DOMAIN, DOMAIN, DOMAINS, ENGINES

if TYPE_CHECKING:
    from tests.simulation.world import Sent, World, Write
    from tests.support.responses import Response

WRITES = ("AssociatePackages", "DissociatePackages")
CHANGING = ("ASSOCIATING", "DISSOCIATING")
# How long a domain is left alone that has refused a change, and a package that could not be associated, in seconds.
PAUSE_BETWEEN_TRIES, PAUSE_AFTER_FAILURE = 4.0, 29.0

# A package on a domain: the name of the domain, and the PackageID.
Place = tuple[str, str]
Details = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A change that the service has accepted, for one of its packages.

    Attributes:
        operation: AssociatePackages or DissociatePackages.
        request: whose it was.
        moment: when.
        place: the package, and the domain.
        version: the version that was available then.
        was: the association before; empty where there was none.
    """

    operation: str
    request: str
    moment: float
    place: Place
    version: str
    was: Details

    @property
    def made_it(self) -> bool:
        """Whether it puts a package onto the domain that was not there, or in vain: it never had a version there."""
        is_new = not self.was or (self.has_failed and "PackageVersion" not in self.was)
        return self.operation == "AssociatePackages" and is_new

    @property
    def has_failed(self) -> bool:
        """Whether it had failed before."""
        return bool(self.was) and self.was["DomainPackageStatus"] in ("ASSOCIATION_FAILED", "DISSOCIATION_FAILED")


@dataclass(frozen=True)
class Then:
    """How it was when CloudFormation received a response.

    Attributes:
        on_domains: what was on the domains.
        left: what the request had put there itself, and what was there to stay.
        busy: the domains that were busy, or seemed so to the request, for whom reading may have lagged behind.
        had: what was there when the operation began that the request is a part of.
        ours: what of it the resource had to care for, so that it can remove it; nothing where it rolls back.
    """

    on_domains: dict[Place, Details]
    left: list[Place]
    busy: set[str]
    had: dict[Place, Details]
    ours: set[Place]


@dataclass
class Operation:
    """What CloudFormation does to a resource: a request, and what undoes it where that is necessary.

    Attributes:
        kind: `Create` or `Update`.
        had: what was on the domains before.
        ours: what of it was which resource's.
        requests: its requests.
        succeeded: whether CloudFormation has heard that its first request went well.
        touched: what others have changed since.
    """

    kind: str
    had: dict[Place, Details]
    ours: dict[Place, tuple[str, str]]
    requests: list[str] = field(default_factory=list)
    succeeded: bool = False
    touched: set[Place] = field(default_factory=set)


@dataclass(frozen=True)
class Undone:
    """An operation that CloudFormation takes for undone.

    Attributes:
        operation: the operation.
        sent: the request that has undone it.
        has: what was on the domains then.
        to_be_cleaned: the domain that a clean-up is still to come for; empty where there is none.
    """

    operation: Operation
    sent: Sent
    has: dict[Place, Details]
    to_be_cleaned: str


class AssociationFacts:
    """What a world knows of packages on domains.

    Attributes:
        not_ours: associations that no request may touch, in every detail.
        asked: what the service has accepted.
        ours: what resources have put onto domains, or have taken over there, and which resource has.
        impatient: writes to a domain of which the request had just seen that it is busy.
        not_its_own: what a rollback takes off a domain although its operation has not put it there.
        undone: operations that CloudFormation takes for undone.
        rollbacks: the requests with which CloudFormation rolls back.
        held: packages on domains that an index uses.
        excused: what may stay where it is, because of a limit that the docs name.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.not_ours: dict[Place, Details] = {}
        self.asked: list[Asked] = []
        self.ours: dict[Place, tuple[str, str]] = {}
        self.impatient: list[Write] = []
        self.not_its_own: list[tuple[Write, Place]] = []
        self.undone: list[Undone] = []
        self.rollbacks: set[str] = set()
        self.held: set[Place] = set()
        self.excused: set[Place] = set()
        self._busy: dict[int, bool] = {}  # what an invocation has seen last
        self._seemed_busy: dict[tuple[str, str], bool] = {}  # the same, for a request and a domain
        self._busy_until: dict[str, float] = {}  # until when others change a domain
        self._refused: dict[str, float] = {}  # when the service has refused a write of a request last
        self._before: dict[Place, Details] = {}  # the write that is under way
        self._operations: dict[tuple[str, str], Operation] = {}
        self._listed: list[tuple[str, Details]] = []  # everything that any request has named

    # What there is from the start, and what others do.

    def prepare(self) -> None:
        """Let there be domains, with what others have on them."""
        for name in DOMAINS:
            self._world.model.add_domain(name, f"OpenSearch_{ENGINES[0]}")
        by_name = {one["PackageName"]: one["PackageID"] for one in self._world.model.own_packages()}
        self.associate_by_hand(DOMAIN, by_name["made-by-hand"])
        self.associate_by_hand(ANOTHER_DOMAIN, by_name["made-by-hand"])
        self._world.clockwork.sleep(60)
        self.look_again()

    def associate_by_hand(self, domain: str, *package_ids: str) -> None:
        """Somebody puts packages onto a domain, or brings them to their newest versions there."""
        listed = [{"PackageID": one} for one in package_ids]
        self._by_hand(domain, package_ids, "AssociatePackages", listed)

    def dissociate_by_hand(self, domain: str, *package_ids: str) -> None:
        """Somebody takes packages off a domain."""
        self._by_hand(domain, package_ids, "DissociatePackages", list(package_ids))

    def modify_by_hand(self, domain: str, seconds: float) -> None:
        """Somebody changes a domain."""
        self._world.model.modify_domain(domain, seconds)
        self._busy_until[domain] = self._world.clockwork.now() + seconds

    def upgrade_by_hand(self, domain: str, engine_version: str, seconds: float) -> None:
        """Somebody upgrades a domain: its plugins become others."""
        before = self.on_domains()
        self._world.model.upgrade_domain(domain, engine_version, seconds)
        self._busy_until[domain] = self._world.clockwork.now() + seconds
        self._world.clockwork.start(lambda: self._after_upgrade(before), seconds + 0.1)

    def remove_by_hand(self, domain: str) -> None:
        """Somebody deletes a domain, and all packages are off it."""
        places = {place for place in self.on_domains() if place[0] == domain}
        self._world.model.remove_domain(domain)
        self.others_touch(places)
        self._forget(places)

    def use_by_hand(self, domain: str, package_id: str) -> None:
        """Somebody has an index use a package: nothing takes it off the domain any more."""
        self._world.model.use_in_index(domain, package_id)
        self.held.add((domain, package_id))
        self.excused.add((domain, package_id))

    def _after_upgrade(self, before: dict[Place, Details]) -> None:
        now = self.on_domains()
        for (domain, old), details in before.items():
            if (domain, old) in now:
                continue
            new = {place for place, one in now.items() if one["PackageName"] == details["PackageName"]}
            self.others_touch({(domain, old), *(place for place in new if place[0] == domain)})
        self.look_again()

    def _by_hand(self, domain: str, package_ids: Iterable[str], operation: str, listed: list[Any]) -> None:
        has = self.on_domains()
        self._world.model.call(operation, {"DomainName": domain, "PackageList": listed})
        places = {(domain, one) for one in package_ids}
        self.others_touch(places)
        self._forget(place for place in places if operation == "DissociatePackages" or place not in has)

    def _forget(self, places: Iterable[Place]) -> None:
        """What others have put onto a domain, or taken off it, is no resource's."""
        for place in places:
            self.ours.pop(place, None)

    def others_touch(self, places: set[Place], but: tuple[str, str] | None = None) -> None:
        """Somebody else than that resource changes what is on domains."""
        if but is None:
            self.not_ours = {place: one for place, one in self.not_ours.items() if place not in places}
        for key, operation in self._operations.items():
            if key != but:
                operation.touched |= places

    def came_meanwhile(self, key: tuple[str, str]) -> set[Place]:
        """What others have brought to a domain during the latest operation of a resource's stack."""
        operation, began = self._operations[key], int(self._world.stacks.began_at(key[0]))
        coming = {
            place
            for place, one in operation.had.items()
            if one["DomainPackageStatus"] == "ASSOCIATING" or one["LastUpdated"].timestamp() >= began
        }
        return coming | operation.touched

    def look_again(self) -> None:
        """From now on everything is to stay as it is that no request has named, once others are done with it."""
        self.not_ours = {
            place: details
            for place, details in self.on_domains().items()
            if details["DomainPackageStatus"] not in CHANGING and not self.is_named(self._listed, place)
        }

    def domains(self) -> list[str]:
        """The domains that there are."""
        return [name for name in DOMAINS if self._is_there(name)]

    def on_domains(self) -> dict[Place, Details]:
        """Everything that is on the domains now."""
        there: dict[Place, Details] = {}
        for domain in self.domains():
            there |= {(domain, one["PackageID"]): one for one in self._world.model.packages_on(domain)}
        return there

    def _is_there(self, domain: str) -> bool:
        try:
            self._world.model.packages_on(domain)
        except ServiceError:
            return False
        return True

    # What names mean.

    def named_by(self, properties: Details) -> list[tuple[str, Details]]:
        """The entries that properties have, each with its domain."""
        entries = properties.get("Packages", [])
        return [(properties.get("DomainName", ""), one) for one in (entries if isinstance(entries, list) else [])]

    def is_named(self, listed: Iterable[tuple[str, Details]], place: Place) -> bool:
        """Whether one of these entries means that package on that domain."""
        domain, package_id = place
        return any(domain == of and self._means(entry, package_id) for of, entry in listed)

    def _means(self, entry: Details, package_id: str) -> bool:
        """Whether an entry means a package. A plugin that an upgrade has exchanged has the name of the old one."""
        packages = self._world.model.packages
        package = packages.get(package_id)
        if package is None or entry.get("PackageID") == package_id:
            return entry.get("PackageID") == package_id
        if "PackageName" in entry:
            return bool(entry["PackageName"] == package.name)
        meant = packages.get(entry.get("PackageID", ""))
        return meant is not None and package.type == meant.type == "ZIP-PLUGIN" and package.name == meant.name

    # What happens.

    def send(self, event: dict[str, Any]) -> None:
        """CloudFormation sends a request."""
        key = event["StackId"], event["LogicalResourceId"]
        rolls_back = self._world.stacks.statuses.get(event["StackId"]) in ROLLING_BACK
        if rolls_back:
            self.rollbacks.add(event["RequestId"])
        if event["RequestType"] == "Create" or (event["RequestType"] == "Update" and not rolls_back):
            self._operations[key] = Operation(event["RequestType"], self.on_domains(), dict(self.ours))
        if key in self._operations:
            self._operations[key].requests.append(event["RequestId"])
        for told in (event["ResourceProperties"], event.get("OldResourceProperties", {})):
            self._listed += self.named_by(told)
        self.not_ours = {place: one for place, one in self.not_ours.items() if not self.is_named(self._listed, place)}

    def look(self, request: str, invocation: int, operation: str, response: Any) -> None:
        """An invocation for a request looks at a domain."""
        if operation == "DescribeDomain":
            told = response["DomainStatus"]
            self._busy[invocation] = told["Processing"] or told["DomainProcessingStatus"] != "Active"
            self._seemed_busy[request, told["DomainName"]] = self._busy[invocation]
        elif operation == "ListPackagesForDomain":
            listed = response["DomainPackageDetailsList"]
            self._busy[invocation] |= any(one["DomainPackageStatus"] in CHANGING for one in listed)

    def ask(self, write: Write) -> None:
        """A request asks for a change of a domain."""
        self._before = self.on_domains()
        refused = write.moment - self._refused.get(write.request, -math.inf) < PAUSE_BETWEEN_TRIES
        if self._busy.get(write.invocation) or refused or self._is_repeated(write):
            self.impatient.append(write)
        if write.operation == "DissociatePackages" and write.request in self.rollbacks:
            self._check_whose(write)

    def _check_whose(self, write: Write) -> None:
        operation = self._operations.get(self._world.sent[write.request].key)
        made = {one.place for one in self.asked if operation and one.request in operation.requests and one.made_it}
        for place in ((write.domain, one) for one in write.package_ids):
            if "PackageVersion" in self._before.get(place, {}) and place not in made | self.excused:
                self.not_its_own.append((write, place))

    def _is_repeated(self, write: Write) -> bool:
        """Whether the request had asked for it just now: it has failed, or does not show yet."""
        if write.operation == "DissociatePackages":
            return False  # in order to take it back
        others = (one for one in self.asked if one.request != write.request)
        taken_off = {one.place: one.moment for one in others if one.operation == "DissociatePackages"}
        asked = {
            (*one.place, one.version): one.moment
            for one in self._associated_by(write.request)
            if taken_off.get(one.place, -math.inf) < one.moment
        }
        wanted = [(write.domain, one, self._version(one)) for one in write.package_ids]
        return any(write.moment - asked.get(one, -math.inf) < PAUSE_AFTER_FAILURE for one in wanted)

    def _associated_by(self, request: str) -> list[Asked]:
        return [one for one in self.asked if one.request == request and one.operation == "AssociatePackages"]

    def _version(self, package_id: str) -> str:
        return str((self._world.model.package(package_id) or {}).get("AvailablePackageVersion", ""))

    def refuse(self, write: Write) -> None:
        """The service has refused it."""
        self._refused[write.request] = write.moment

    def apply(self, write: Write, response: Any) -> None:
        """The service has accepted it."""
        key = self._world.sent[write.request].key
        places = [(write.domain, one["PackageID"]) for one in response["DomainPackageDetailsList"]]
        self.others_touch(set(places), but=key)
        for place in places:
            was = self._before.get(place, {})
            asked = Asked(write.operation, write.request, write.moment, place, self._version(place[1]), was)
            self.asked.append(asked)
            if asked.made_it:
                self.ours[place] = key

    def receive(self, sent: Sent, response: Response, *, heard: bool) -> Then:
        """CloudFormation receives a response, and listens to it or not."""
        operation, has = self._operations.get(sent.key), self.on_domains()
        is_first = operation is not None and operation.requests[0] == sent.event["RequestId"]
        ours = {place for place, key in self.ours.items() if key == sent.key} if is_first else set()
        if heard and response.status == "SUCCESS":
            self._succeed(sent, response, operation, has)
        of_it = {one.place for one in self.asked if one.request == sent.event["RequestId"] and one.made_it}
        left = [place for place in of_it if place in has and has[place]["DomainPackageStatus"] != "DISSOCIATING"]
        return Then(has, left, self._busy_domains(sent, has), operation.had if operation else {}, ours)

    def _busy_domains(self, sent: Sent, has: dict[Place, Details]) -> set[str]:
        """The domains that are busy, or seem so to a request."""
        now = self._world.clockwork.now()
        changing = {domain for (domain, _), one in has.items() if one["DomainPackageStatus"] in CHANGING}
        seeming = {domain for domain in DOMAINS if self._seemed_busy.get((sent.event["RequestId"], domain))}
        return changing | seeming | {domain for domain, until in self._busy_until.items() if now < until}

    def _succeed(self, sent: Sent, response: Response, operation: Operation | None, has: dict[Place, Details]) -> None:
        kind = sent.event["RequestType"]
        is_first = operation is not None and operation.requests[0] == sent.event["RequestId"]
        if operation is not None and is_first:
            operation.succeeded = True
        elif operation is not None and sent.event["RequestId"] in self.rollbacks:
            self._undo(sent, response, operation, has)
        if kind != "Delete":
            wanted = self.named_by(sent.event["ResourceProperties"])
            self.ours |= {place: sent.key for place in has if self.is_named(wanted, place)}

    def _undo(self, sent: Sent, response: Response, operation: Operation, has: dict[Place, Details]) -> None:
        """CloudFormation takes an operation for undone."""
        known_as = str(sent.event["PhysicalResourceId"])
        is_replacement = sent.event["RequestType"] == "Update" and known_as != response.physical_id
        self.undone.append(Undone(operation, sent, has, known_as.split("/", maxsplit=1)[0] if is_replacement else ""))
        for place in operation.had:
            if self.ours.get(place) == sent.key != operation.ours.get(place):
                del self.ours[place]  # it was there, and nobody's or somebody else's
