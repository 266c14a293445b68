"""The packages service: one model, without I/O and threads of its own.

State follows from the clock: whatever is due is played when somebody asks. Parameters and results carry the
API's member names; timestamps are `datetime`s in UTC.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from local_aws import api_model
from local_aws.packages.associations import Associations, shown
from local_aws.packages.behaviour import Behaviour, Fault
from local_aws.packages.catalogue import Catalogue, Package
from local_aws.packages.domains import MODIFYING, Domain, Domains
from local_aws.packages.encryption import UseKey
from local_aws.packages.records import ServiceError, StoredObject, Version
from local_aws.packages.replies import Call, Result, copied
from local_aws.packages.seen import as_seen
from local_aws.packages.upgrades import upgrade

# AWS's optional plugins are in every account's list, one for each engine version, under one name [O].
AWS_PACKAGES = (("G240285063", "OpenSearch_2.15"), ("G16029449", "OpenSearch_2.17"))


class PackagesModel:
    """The packages service of one account and Region."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        read_object: Callable[[str, str], StoredObject | None],
        use_key: UseKey = lambda *_: None,
        account: str = "000000000000",
        region: str = "us-east-1",
        behaviour: Behaviour | None = None,
    ) -> None:
        self.now = now
        self.behaviour = behaviour or as_seen()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._catalogue = Catalogue(read_object, use_key, account, region)
        self._domains = Domains(account, region)
        self._associations = Associations(self._catalogue, self._domains)
        self._served: list[float] = []
        self._lock = threading.RLock()
        self._operations: dict[str, Callable[[Call], Result]] = {
            "CreatePackage": self._catalogue.create,
            "UpdatePackage": self._catalogue.update,
            "DeletePackage": self._delete,
            "DescribePackages": self._catalogue.describe,
            "GetPackageVersionHistory": self._catalogue.history,
            "DescribeDomain": self._domains.describe,
            "DescribeDomainChangeProgress": self._domains.describe_progress,
            "ListDomainsForPackage": self._associations.list_domains,
            "ListPackagesForDomain": self._associations.list_packages,
            "AssociatePackage": self._associations.associate_one,
            "AssociatePackages": self._associations.associate_several,
            "DissociatePackage": self._associations.dissociate_one,
            "DissociatePackages": self._associations.dissociate_several,
        }
        for package_id, engine_version in AWS_PACKAGES:
            self.add_aws_package(package_id, "analysis-nori", engine_version)

    # What the API offers.

    def call(self, operation: str, parameters: dict[str, Any]) -> Result:
        """Play one operation. Raises `ServiceError`."""
        with self._lock:
            parameters = copied(parameters)  # the caller's own may change
            self.calls.append((operation, parameters))
            moment = self.now()
            self._refuse_when_too_many(moment)
            fault = self.behaviour.next_fault(operation, parameters)
            _raise_at_once(fault)
            complaint = api_model.complaint(operation, parameters)
            if complaint:
                raise ServiceError("ValidationException", complaint)
            self._play_what_is_due(moment)
            result = self._operations[operation](Call(parameters, moment, self.behaviour, fault))
            if fault and fault.kind == "error-after-apply":
                raise ServiceError(fault.code or "InternalException", fault.message or "Internal error", fault.status)
            return result

    def _refuse_when_too_many(self, moment: float) -> None:
        """Throttle, where a rate is limited. What is throttled does not count."""
        limit = self.behaviour.calls_per_second
        if limit is None:
            return
        self._served = [one for one in self._served if moment - one < 1.0]
        if len(self._served) >= limit:
            raise ServiceError("ThrottlingException", "Rate exceeded")  # [O]
        self._served.append(moment)

    def _delete(self, call: Call) -> Result:
        associated = bool(self._associations.of_package(call.parameters["PackageID"], call.moment))
        return self._catalogue.delete(call, associated=associated)

    # Packages, as tests look at them behind the API's back.

    @property
    def packages(self) -> dict[str, Package]:
        """Every package that has ever been, by its id."""
        return self._catalogue.packages

    def add_aws_package(self, package_id: str, name: str, engine_version: str) -> None:
        """Let a package of AWS's own exist, as every account sees them."""
        self._catalogue.add_aws_package(package_id, name, engine_version, self.now())

    def package(self, package_id: str) -> Result | None:
        """A package as it really is now, whatever `stale_reads` lets callers see; `None` when it is gone."""
        return self._catalogue.shown(package_id, self._present(), self.behaviour)

    def own_packages(self) -> list[Result]:
        """Every package of this account that is not gone."""
        return [shown for shown in map(self.package, self._catalogue.own()) if shown]

    def versions(self, package_id: str) -> tuple[Version, ...]:
        """A package's versions with their content, oldest first; also of a package that is gone."""
        return self._catalogue.versions(package_id, self._present())

    # Domains, and what others do to them.

    def add_domain(
        self,
        name: str,
        engine_version: str | None = None,
        *,
        creating: float = 0.0,
        created: float | None = None,
        settings: Callable[[], Result] = dict,
    ) -> None:
        """Let a domain exist, from now on or since `created`; its creation takes `creating` seconds.

        Without an engine version it takes plugins for any. `settings` gives what DescribeDomain tells of it besides.
        """
        with self._lock:
            since = self._present() if created is None else created
            self._domains.add(name, engine_version, since, creating, self.behaviour.domain_settles, settings)

    def remove_domain(self, name: str, deleting: float = 0.0) -> None:
        """Let a domain be deleted, which takes some seconds; its associations go with it."""
        with self._lock:
            self._domains.remove(name, self._present(), deleting)

    def modify_domain(self, name: str, seconds: float) -> None:
        """Let somebody else change a domain, which is busy meanwhile."""
        with self._lock:
            moment = self._present()
            self._domains.named(name, moment).begin(MODIFYING, moment, moment + seconds)

    def end_modification(self, name: str) -> None:
        """Let that change be over now."""
        with self._lock:
            moment = self._present()
            self._domains.named(name, moment).end(MODIFYING, moment)

    def upgrade_domain(self, name: str, engine_version: str, seconds: float) -> None:
        """Let somebody upgrade a domain. Raises `ServiceError` where the service refuses it."""
        with self._lock:
            moment = self._present()
            domain = self._domains.named(name, moment)
            upgrade(domain, engine_version, seconds, self._catalogue, Call({}, moment, self.behaviour))

    def use_in_index(self, domain_name: str, package_id: str) -> None:
        """Let an index of the domain use a package."""
        self._domain(domain_name).in_use.add(package_id)

    def release_from_index(self, domain_name: str, package_id: str) -> None:
        """Let no index of the domain use a package any more."""
        self._domain(domain_name).in_use.discard(package_id)

    def packages_on(self, domain_name: str) -> list[Result]:
        """A domain's associations as they really are now, whatever `stale_associations` lets callers see."""
        with self._lock:
            return [shown(one) for one in self._domain(domain_name).packages(self._present())]

    def _domain(self, name: str) -> Domain:
        return self._domains.named(name, self._present())

    def _present(self) -> float:
        """Now, with everything played that has come due."""
        with self._lock:
            moment = self.now()
            self._play_what_is_due(moment)
            return moment

    def _play_what_is_due(self, moment: float) -> None:
        self._catalogue.play(moment, self.behaviour)
        self._associations.play(moment, self.behaviour)


def _raise_at_once(fault: Fault | None) -> None:
    errors = {
        "throttle": ("ThrottlingException", "Rate exceeded"),  # [O]
        "500": ("InternalException", "Internal error"),
        "access-denied": ("AccessDeniedException", "User is not authorized to perform this action"),
        "error": (fault.code, fault.message) if fault else ("", ""),
    }
    if fault and fault.kind in errors:
        code, message = errors[fault.kind]
        raise ServiceError(fault.code or code, fault.message or message, fault.status)
