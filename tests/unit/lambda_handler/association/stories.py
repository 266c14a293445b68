"""One request of each kind, ready to be delivered, with what has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.association.shop import ENGINE, LOGICAL_ID, Shop

INVENTED = f"shop-{LOGICAL_ID}-1A2B3C4D5E6F"
ANOTHER = "another"
Writes = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Story:
    """A request.

    Attributes:
        event: the event.
        status: how it ends.
        writes: the changes of domains that it asks for and that are accepted.
        on_domain: what is on its domain then.
        on_another: what is on the other domain then.
    """

    event: dict[str, Any]
    writes: Writes
    on_domain: dict[str, str]
    on_another: dict[str, str] = field(default_factory=dict)
    status: str = "SUCCESS"

    def is_so(self, shop: Shop) -> bool:
        """Whether the domains are like that."""
        return (shop.on_domain(), shop.on_domain(ANOTHER)) == (self.on_domain, self.on_another)


def create(shop: Shop) -> Story:
    """Two dictionaries come to a domain."""
    first, second = shop.dictionary("first"), shop.dictionary("second")
    event = shop.event("Create", shop.properties(first, second))
    return Story(event, [("AssociatePackages", [first, second])], {first: "v1", second: "v1"})


def create_by_name(shop: Shop) -> Story:
    """A plugin of AWS's own comes to a domain, and another stack's dictionary that is there already."""
    shop.cloud.model.add_aws_package("G1", "aws-plugin", ENGINE)
    there = shop.foreign_dictionary()
    shop.associate(there)
    event = shop.event("Create", shop.named("aws-plugin", "stopwords"))
    return Story(event, [("AssociatePackages", ["G1"])], {"G1": "v1", there: "v1"})


def create_over_a_failed_one(shop: Shop) -> Story:
    """An association that had failed is made again."""
    package = shop.dictionary()
    shop.cloud.model.behaviour.faults = [Fault("AssociatePackages", "association-failed", message="no space")]
    shop.associate(package)
    event = shop.event("Create", shop.properties(package))
    return Story(event, [("DissociatePackages", [package]), ("AssociatePackages", [package])], {package: "v1"})


def create_in_vain(shop: Shop) -> Story:
    """A new version of a package that is there cannot be had, so another one goes again. What was there stays."""
    there, good, bad = shop.foreign_dictionary("there"), shop.dictionary("good"), shop.foreign_dictionary("bad")
    shop.associate(there, bad)
    shop.new_version(bad)
    event = shop.event("Create", shop.properties(there, good, bad))
    shop.cloud.model.behaviour.faults = [fails(bad)]
    return Story(
        event,
        [("AssociatePackages", [good, bad]), ("DissociatePackages", [good])],
        {there: "v1", bad: "ASSOCIATION_FAILED"},
        status="FAILED",
    )


def update(shop: Shop) -> Story:
    """One package has a new version, one comes, one goes, one stays."""
    changed, added = shop.dictionary("changed"), shop.dictionary("added")
    removed, kept = shop.dictionary("removed"), shop.dictionary("kept")
    old, new = shop.properties(changed, removed, kept), shop.properties(changed, added, kept)
    physical_id = shop.created(old)
    shop.new_version(changed)
    shop.cloud.stacks.begin_update(shop.cloud.stack_id)
    shop.stack_is("UPDATE_IN_PROGRESS")
    event = shop.event("Update", new, PhysicalResourceId=physical_id, OldResourceProperties=old)
    writes = [("AssociatePackages", [changed, added]), ("DissociatePackages", [removed])]
    return Story(event, writes, {changed: "v2", kept: "v1", added: "v1"})


def update_to_another_domain(shop: Shop) -> Story:
    """Another domain gets the package."""
    package = shop.dictionary()
    old, new = shop.properties(package), shop.properties(package, DomainName=ANOTHER)
    physical_id = shop.created(old)
    shop.cloud.stacks.begin_update(shop.cloud.stack_id)
    shop.stack_is("UPDATE_IN_PROGRESS")
    event = shop.event("Update", new, PhysicalResourceId=physical_id, OldResourceProperties=old)
    return Story(event, [("AssociatePackages", [package])], {package: "v1"}, {package: "v1"})


def roll_back(shop: Shop) -> Story:
    """An update has put a package onto the domain and has failed; one that it lists too was there before."""
    kept, added, bad = shop.dictionary("kept"), shop.dictionary("added"), shop.dictionary("bad")
    there = shop.foreign_dictionary("there")
    shop.associate(there)
    old, new = shop.properties(kept), shop.properties(kept, there, added, bad)
    physical_id = shop.created(old)
    shop.cloud.model.behaviour.faults = [fails(bad)]
    assert shop.update(physical_id, old, new).status == "FAILED"
    shop.cloud.model.calls.clear()
    shop.stack_is("UPDATE_ROLLBACK_IN_PROGRESS")
    event = shop.event("Update", old, PhysicalResourceId=physical_id, OldResourceProperties=new)
    return Story(event, [("DissociatePackages", [added, bad])], {there: "v1", kept: "v1"})


def roll_back_from_another_domain(shop: Shop) -> Story:
    """The package is on the other domain already, and goes again."""
    package = shop.dictionary()
    old, new = shop.properties(package), shop.properties(package, DomainName=ANOTHER)
    physical_id = shop.created(old)
    assert shop.update(physical_id, old, new).status == "SUCCESS"
    shop.cloud.model.calls.clear()
    shop.stack_is("UPDATE_ROLLBACK_IN_PROGRESS")
    event = shop.event("Update", old, PhysicalResourceId=physical_id, OldResourceProperties=new)
    return Story(event, [("DissociatePackages", [package])], {package: "v1"})


def delete(shop: Shop) -> Story:
    """Two packages leave the domain, and another stack's stays."""
    foreign = shop.foreign_dictionary()
    shop.associate(foreign)
    first, second = shop.dictionary("first"), shop.dictionary("second")
    properties = shop.properties(first, second)
    event = shop.event("Delete", properties, PhysicalResourceId=shop.created(properties))
    return Story(event, [("DissociatePackages", [first, second])], {foreign: "v1"})


def delete_what_a_failed_create_left(shop: Shop) -> Story:
    """The Create ran out of time."""
    package, there = shop.dictionary(), shop.foreign_dictionary("there")
    shop.associate(there)
    properties = shop.properties(there, package, ServiceTimeout=600)
    behaviour = shop.cloud.model.behaviour
    usual, behaviour.associating = behaviour.associating, 550
    failed = shop.create(properties)
    behaviour.associating = usual
    assert package in failed.physical_id
    shop.cloud.model.calls.clear()
    event = shop.event("Delete", properties, PhysicalResourceId=failed.physical_id)
    return Story(event, [("DissociatePackages", [package])], {there: "v1"})


def delete_of_a_cancelled_create(shop: Shop) -> Story:
    """CloudFormation has invented the id."""
    ours, foreign = shop.dictionary("ours"), shop.foreign_dictionary("foreign")
    properties = shop.properties(ours, foreign)
    shop.associate(ours, foreign)
    event = shop.event("Delete", properties, PhysicalResourceId=INVENTED)
    return Story(event, [("DissociatePackages", [ours])], {foreign: "v1"})


STORIES: dict[str, Callable[[Shop], Story]] = {
    told.__name__.replace("_", " "): told
    for told in (
        create,
        create_by_name,
        create_over_a_failed_one,
        create_in_vain,
        update,
        update_to_another_domain,
        roll_back,
        roll_back_from_another_domain,
        delete,
        delete_what_a_failed_create_left,
        delete_of_a_cancelled_create,
    )
}


def fails(*package_ids: str) -> Fault:
    """Associating those packages always fails."""
    return Fault("AssociatePackages", "association-failed", message="no space", times=100, package_ids=package_ids)


def told(shop: Shop, name: str, **behaviour: Any) -> Story:
    """A story, with two domains for it, where the service behaves like that."""
    shop.cloud.model.add_domain(ANOTHER, ENGINE)
    shop.cloud.model.behaviour.change(behaviour)
    story = STORIES[name](shop)
    shop.cloud.model.calls.clear()
    return story
