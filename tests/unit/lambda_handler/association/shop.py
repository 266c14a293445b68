"""A domain, packages, and an association resource of the stack that has both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lambda_handler.ownership import Owner, fingerprint
from tests.support.plugin_archives import plugin_archive
from tests.support.responses import Response
from tests.unit.lambda_handler.harness import ASSOCIATION, OTHER_STACK_ID, Cloud

DOMAIN = "shop-search"
ENGINE = "OpenSearch_2.17"
LOGICAL_ID = "ShopSynonyms"
ANOTHER_ACCOUNT = "999999999999"


@dataclass
class Shop:
    """The association resource's side of the cloud."""

    cloud: Cloud
    _source: dict[str, str] = field(default_factory=dict)

    # Packages. They are made behind the function's back: this is not about them.

    def dictionary(self, name: str = "synonyms", stack_id: str = "") -> str:
        """A dictionary that a resource of a stack owns: this one, or another. Gives its id."""
        described = {"PackageType": "TXT-DICTIONARY", "PackageName": name, "PackageSource": self._words()}
        return self._made(described, stack_id)

    def foreign_dictionary(self, name: str = "stopwords") -> str:
        """A dictionary of another stack."""
        return self.dictionary(name, OTHER_STACK_ID)

    def plugin(self, name: str = "analysis-shop", engine: str = ENGINE) -> str:
        """A plugin for an engine version."""
        version = engine.removeprefix("OpenSearch_")
        source = self.cloud.store(f"{name}-{version}.zip", plugin_archive(opensearch_version=f"{version}.0"))
        described = {"PackageType": "ZIP-PLUGIN", "PackageName": name, "EngineVersion": engine, "PackageSource": source}
        return self._made(described, "")

    def shared_plugin(self, name: str) -> str:
        """A plugin that another account shares with this one."""
        package_id = self.plugin(name)
        package = self.cloud.model.packages[package_id]
        package.owner = ANOTHER_ACCOUNT
        since, available = package.timeline.entries[-1]
        assert available is not None
        package.timeline.entries[-1] = (since, available.but(PackageOwner=ANOTHER_ACCOUNT))
        return package_id

    def new_version(self, package_id: str) -> None:
        """New content for a package. Whoever manages it has waited until it is available."""
        self.cloud.model.call("UpdatePackage", {"PackageID": package_id, "PackageSource": self._words()})
        self.cloud.clock.sleep(60)

    def _words(self) -> dict[str, str]:
        self._source = self._source or self.cloud.store("words.txt")
        return self._source

    def _made(self, described: dict[str, Any], stack_id: str) -> str:
        cloud = self.cloud
        owner = Owner(stack_id or cloud.stack_id, described["PackageName"], "an-earlier-request")
        description = owner.sign("", fingerprint("source"))
        made = cloud.model.call("CreatePackage", {**described, "PackageDescription": description})
        cloud.clock.sleep(60)
        package_id = str(made["PackageDetails"]["PackageID"])
        assert (cloud.model.package(package_id) or {})["PackageStatus"] == "AVAILABLE"
        cloud.model.calls.clear()
        return package_id

    # The domain.

    def associate(self, *package_ids: str) -> None:
        """Somebody else puts packages onto the domain, long ago."""
        packages = [{"PackageID": one} for one in package_ids]
        self.cloud.model.call("AssociatePackages", {"DomainName": DOMAIN, "PackageList": packages})
        self.cloud.clock.sleep(3600)
        self.cloud.model.calls.clear()

    def on_domain(self, domain: str = DOMAIN) -> dict[str, str]:
        """What is on the domain: the version by the PackageID, or the status where it is not ACTIVE."""
        return {
            one["PackageID"]: one.get("PackageVersion", "")
            if one["DomainPackageStatus"] == "ACTIVE"
            else one["DomainPackageStatus"]
            for one in self.cloud.model.packages_on(domain)
        }

    def writes(self) -> list[tuple[str, list[str]]]:
        """The changes of domains that were asked for: the operation, and the packages."""
        asked = []
        for operation, parameters in self.cloud.model.calls:
            if operation in ("AssociatePackages", "DissociatePackages"):
                listed = parameters["PackageList"]
                asked.append((operation, [one if isinstance(one, str) else one["PackageID"] for one in listed]))
        return asked

    # The stack.

    def stack_is(self, status: str) -> None:
        """What CloudFormation says of the stack: until then, that it is being deleted."""
        self.cloud.stacks.statuses[self.cloud.stack_id] = status

    # Requests.

    def properties(self, *package_ids: str, **properties: Any) -> dict[str, Any]:
        """Properties that name packages by their ids."""
        packages = [{"PackageID": package_id} for package_id in package_ids]
        return {"DomainName": DOMAIN, "Packages": packages, **properties}

    def named(self, *names: str, **properties: Any) -> dict[str, Any]:
        """Properties that name packages by their names."""
        return {"DomainName": DOMAIN, "Packages": [{"PackageName": name} for name in names], **properties}

    def event(self, kind: str, properties: dict[str, Any], **event: Any) -> dict[str, Any]:
        return self.cloud.event(
            kind, properties, **{"ResourceType": ASSOCIATION, "LogicalResourceId": LOGICAL_ID} | event
        )

    def create(self, properties: dict[str, Any], **event: Any) -> Response:
        return self.cloud.deliver(self.event("Create", properties, **event))

    def create_unheard(self, properties: dict[str, Any], **event: Any) -> Response:
        """A Create that CloudFormation cancels at once, or whose response is lost: it never learns the id."""
        made = self.event("Create", properties, **event)
        self.cloud.stacks.give_up(made)
        return self.cloud.deliver(made)

    def update(self, physical_id: str, old: dict[str, Any], new: dict[str, Any], **event: Any) -> Response:
        self.cloud.stacks.begin_update(self.cloud.stack_id)
        self.stack_is("UPDATE_IN_PROGRESS")
        return self._update(physical_id, old, new, **event)

    def roll_back(self, physical_id: str, old: dict[str, Any], new: dict[str, Any], **event: Any) -> Response:
        """The Update that rolls back the one from `new` to `old`."""
        self.stack_is("UPDATE_ROLLBACK_IN_PROGRESS")
        return self._update(physical_id, old, new, **event)

    def _update(self, physical_id: str, old: dict[str, Any], new: dict[str, Any], **event: Any) -> Response:
        more = {"PhysicalResourceId": physical_id, "OldResourceProperties": old, **event}
        return self.cloud.deliver(self.event("Update", new, **more))

    def delete(self, physical_id: str, properties: dict[str, Any], **event: Any) -> Response:
        return self.cloud.deliver(self.event("Delete", properties, PhysicalResourceId=physical_id, **event))

    def created(self, properties: dict[str, Any]) -> str:
        """A resource that exists, for an hour already. Gives its physical id."""
        response = self.create(properties)
        assert response.status == "SUCCESS", response.reason
        self.cloud.clock.sleep(3600)
        self.cloud.model.calls.clear()
        return response.physical_id

    def before_call(self, operation: str, then: Callable[[], object]) -> None:
        """Have something happen once, right before the next call of that operation."""
        call = self.cloud.model.call

        def and_then(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
            if name == operation:
                vars(self.cloud.model)["call"] = call
                then()
            return call(name, parameters)

        vars(self.cloud.model)["call"] = and_then
