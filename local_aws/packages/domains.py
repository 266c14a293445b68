"""Domains, as far as packages meet them: what is told of them, and the changes that they undergo."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from local_aws.packages.records import Record, ServiceError, Timeline
from local_aws.packages.replies import Call, Result, refuse, timestamp, without_none

CREATING, MODIFYING, UPGRADING, DELETING = "Creating", "Modifying", "UpgradingEngineVersion", "Deleting"
# The stages of a blue/green deployment, most of them [D: managedomains-configuration-changes].
STAGES = (
    "Validation",
    "Creating a new environment",
    "Provisioning new nodes",
    "Traffic routing on new nodes",
    "Copying shards to new nodes",
    "Terminating nodes",
    "Deleting older resources",
)


@dataclass(frozen=True)
class Change:
    """Something that a domain undergoes.

    Attributes:
        change_id: a UUID [M].
        status: what DomainProcessingStatus says meanwhile; empty where the domain tells nothing of the change.
        started: since when it is under way.
        ends: until when; infinite where it is stuck.
        engine_version: what the domain has afterwards, where that changes.
    """

    change_id: str
    status: str
    started: float
    ends: float
    engine_version: str | None = None

    def is_under_way(self, moment: float) -> bool:
        """Whether the domain is busy with it."""
        return self.started <= moment < self.ends

    def part_done(self, moment: float) -> float:
        """How much of it is done, from 0 to 1. One that is stuck is half done."""
        if not self.is_under_way(moment):
            return 1.0
        return 0.5 if math.isinf(self.ends) else (moment - self.started) / (self.ends - self.started)


@dataclass
class Domain:
    """A domain.

    Attributes:
        name: DomainName.
        arn: ARN.
        domain_id: DomainId.
        engine_version: the one that it was created with; `None` takes a plugin for any engine version.
        created: since when it exists.
        settled: from when on associations work [O: an AWS sample waits 120 s after the creation].
        settings: gives whatever else DescribeDomain tells of it.
        gone: from when on it does not exist any more.
        associations: its packages by id, each as it was over time. They go with the domain [I].
        in_use: the ids of packages that an index uses.
    """

    name: str
    arn: str
    domain_id: str
    engine_version: str | None
    created: float
    settled: float
    settings: Callable[[], Result] = dict
    gone: float = math.inf
    associations: dict[str, Timeline] = field(default_factory=dict)
    in_use: set[str] = field(default_factory=set)
    _changes: list[Change] = field(default_factory=list)

    def exists(self, moment: float) -> bool:
        """Whether there is such a domain."""
        return self.created <= moment < self.gone

    def begin(self, status: str, started: float, ends: float, engine_version: str | None = None) -> None:
        """Let the domain undergo a change."""
        seed = f"{self.arn}/{self.created}/{len(self._changes)}"
        change_id = str(uuid.uuid5(uuid.NAMESPACE_URL, seed))
        self._changes.append(Change(change_id, status, started, ends, engine_version))

    def end(self, status: str, moment: float) -> None:
        """Let what the domain undergoes be over."""
        ends = [moment if one.status == status and one.is_under_way(moment) else one.ends for one in self._changes]
        self._changes = [replace(one, ends=at) for one, at in zip(self._changes, ends, strict=True)]

    def packages(self, moment: float) -> list[Record]:
        """What is associated with it."""
        return [record for line in self.associations.values() if (record := line.at(moment))]

    def is_busy(self, moment: float) -> bool:
        """Whether any change is under way, told or not."""
        return any(one.is_under_way(moment) for one in self._changes)

    def engine_version_at(self, moment: float) -> str | None:
        """EngineVersion: the old one until the end of an upgrade [I]."""
        upgrades = [one.engine_version for one in self._changes if one.engine_version and one.ends <= moment]
        return upgrades[-1] if upgrades else self.engine_version

    def status(self, moment: float) -> Result:
        """DomainStatus."""
        told = self._told(moment)
        under_way = [one for one in told if one.is_under_way(moment)]
        statuses = [one.status for one in under_way]
        return without_none(
            {
                "ClusterConfig": {"InstanceType": "r7g.medium.search", "InstanceCount": 1},
                **self.settings(),
                "DomainId": self.domain_id,
                "DomainName": self.name,
                "ARN": self.arn,
                # Already while it is being created [D: the example of CreateDomain], whatever the name says [M].
                "Created": True,
                # "a delete request has been received" [D: older text], not "deletion is complete" [M]: nothing is
                # told of a domain that is gone.
                "Deleted": DELETING in statuses,
                "Processing": bool(under_way),
                "UpgradeProcessing": UPGRADING in statuses,
                "EngineVersion": self.engine_version_at(moment),
                "DomainProcessingStatus": statuses[-1] if statuses else "Active",
                # Of the latest change, also when it is over [O: real output of DescribeDomain].
                "ChangeProgressDetails": _details(told[-1], moment),
            }
        )

    def progress(self, change_id: str | None, moment: float) -> Result:
        """ChangeProgressStatus, of the latest change where none is named [D]."""
        told = self._told(moment)
        found = [one for one in told if change_id in (None, one.change_id)]
        if not found:
            raise ServiceError("ResourceNotFoundException", f"Change not found: {change_id}")  # the code: [I]
        change = found[-1]
        under_way = change.is_under_way(moment)
        current = int(change.part_done(moment) * len(STAGES))
        details = _details(change, moment)
        return {
            **details,
            "Status": "PROCESSING" if under_way else "COMPLETED",
            "PendingProperties": [],
            "CompletedProperties": [],
            "TotalNumberOfStages": len(STAGES),
            "ChangeProgressStages": [
                {"Name": name, "Status": _stage_status(number, current), "LastUpdated": details["LastUpdatedTime"]}
                for number, name in enumerate(STAGES)
            ],
        }

    def _told(self, moment: float) -> list[Change]:
        """The changes so far of which the domain tells, the latest last; its creation is the first."""
        return [one for one in self._changes if one.status and one.started <= moment]


class Domains:
    """The domains of one account in one Region."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region
        self._domains: dict[str, Domain] = {}

    def add(
        self,
        name: str,
        engine_version: str | None,
        moment: float,
        creating: float,
        settles: float,
        settings: Callable[[], Result],
    ) -> None:
        """Let a domain exist from now on, which is still being created for a while."""
        created = moment + creating
        domain = Domain(
            name=name,
            arn=f"arn:aws:es:{self._region}:{self._account}:domain/{name}",
            domain_id=f"{self._account}/{name}",
            engine_version=engine_version,
            created=moment,
            settled=created + settles,
            settings=settings,
        )
        domain.begin(CREATING, moment, created)
        self._domains[name] = domain

    def remove(self, name: str, moment: float, deleting: float) -> None:
        """Let a domain be gone, once its deletion is over."""
        domain = self._domains.get(name)
        if domain is not None and domain.exists(moment):
            domain.gone = moment + deleting
            domain.begin(DELETING, moment, domain.gone)

    def named(self, name: str, moment: float) -> Domain:
        """The domain of that name. Raises `ServiceError` where there is none."""
        domain = self._domains.get(name)
        if domain is None or not domain.exists(moment):
            raise ServiceError("ResourceNotFoundException", f"Domain not found: {name}")  # [M]
        return domain

    def existing(self, moment: float) -> Iterator[Domain]:
        """All there are."""
        return (one for one in self._domains.values() if one.exists(moment))

    # What the API offers.

    def describe(self, call: Call) -> Result:
        """DescribeDomain."""
        domain, moment = self.seen(call)
        return {"DomainStatus": domain.status(moment)}

    def describe_progress(self, call: Call) -> Result:
        """DescribeDomainChangeProgress."""
        domain = self.named(call.parameters["DomainName"], call.moment)
        return {"ChangeProgressStatus": domain.progress(call.parameters.get("ChangeId"), call.moment)}

    def seen(self, call: Call) -> tuple[Domain, float]:
        """The domain that a call names, and the moment whose state a reader is shown.

        Never one before the domain's creation, which CloudFormation has waited for.
        """
        moment = call.moment - call.behaviour.stale_associations
        domain = self._domains.get(call.parameters["DomainName"])
        if domain is not None:
            moment = max(moment, domain.created)
        return self.named(call.parameters["DomainName"], moment), moment


def refuse_when_busy(domain: Domain, call: Call) -> None:
    """A domain takes one change at a time [O]; the code and the text of the refusal are unknown here."""
    settling = call.moment < domain.settled and call.behaviour.unsettled_domain == "busy"
    if settling or domain.is_busy(call.moment):
        refuse(  # the text [O], of UpdateDomainConfig, there as ValidationException
            call.behaviour.busy_domain,
            "A change/update is in progress. Please wait for it to complete before requesting another change.",
        )


def _details(change: Change, moment: float) -> Result:
    """ChangeProgressDetails."""
    under_way = change.is_under_way(moment)
    updated = change.started if under_way else change.ends
    return {
        "ChangeId": change.change_id,
        "ConfigChangeStatus": "ApplyingChanges" if under_way else "Completed",
        "InitiatedBy": "CUSTOMER",
        "StartTime": timestamp(change.started),
        "LastUpdatedTime": timestamp(updated),
    }


def _stage_status(number: int, current: int) -> str:
    if number == current:
        return "PROCESSING"
    return "COMPLETED" if number < current else "PENDING"
