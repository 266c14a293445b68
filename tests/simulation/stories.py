"""Every kind of request there is, each in the situation in which it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lambda_handler.ownership import Owner, fingerprint
from local_aws.packages import Behaviour
from tests.simulation.boundaries import Fault
from tests.simulation.cloudformation import Properties, StackResource, dictionary, source, unnamed
from tests.simulation.guarantees import Guarantee, Violation, left_over, violations
from tests.simulation.world import RECIPE, SHOP, World
from tests.support.physical_ids import INVENTED

Event = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """A kind of request.

    Attributes:
        name: what it is.
        request: prepares the situation, without faults, and gives the request.
        stacks_error: why CloudFormation cannot be asked; empty where it can.
        ends: the status of the response to it, whatever transient fault it meets.
        world: how the world differs from the usual one.
    """

    name: str
    request: Callable[[StackResource], Event]
    ends: str = "SUCCESS"
    stacks_error: str = ""
    behaviour: dict[str, Any] = field(default_factory=dict)
    function_timeout: float = 900.0

    def resource(self, world: World) -> StackResource:
        """The resource that the request is about."""
        return StackResource(world)

    def play(self, faults: dict[int, Fault] | None = None) -> Outcome:
        """The request with these faults, then what CloudFormation does next, then the deletion of the stack."""
        quick = {"copying": 1, "validating": 1, "deleting": 1, "utf8_checked": True}
        world = World(Behaviour(**{**quick, **self.behaviour}), self.function_timeout)
        world.stacks.error = self.stacks_error
        resource = self.resource(world)
        event = self.request(resource)
        world.boundaries.plan(faults or {})
        response = world.serve(event)
        crossed = world.boundaries.crossed
        world.boundaries.plan({})
        found = []
        if response is not None and response.status != self.ends:
            found.append(Violation(Guarantee.PASSES, f"{self.name}: {response.status}: {response.reason}"))
        resource.follow_up(event)
        resource.delete()
        world.run()
        return Outcome(crossed, [*found, *violations(world), *left_over(world, resource.key)])


@dataclass(frozen=True)
class Outcome:
    """What came of a story: the calls made for the request, and what did not hold."""

    crossed: list[str]
    violations: list[Violation]


def _create(wanted: Properties) -> Callable[[StackResource], Event]:
    return lambda resource: resource.creation(wanted)


def _update(wanted: Properties, old: Properties | None = None) -> Callable[[StackResource], Event]:
    def request(resource: StackResource) -> Event:
        resource.create(old or dictionary())
        return resource.change(wanted)

    return request


def _create_after_a_delete(resource: StackResource) -> Event:
    """Its name is not free yet."""
    resource.create(dictionary())
    resource.delete()
    return resource.creation(dictionary())


def _adopt(
    key: str = "new", mark: str = "a person's", holds: str = "old", **more: Any
) -> Callable[[StackResource], Event]:
    """Somebody else has made the package."""

    def request(resource: StackResource) -> Event:
        made = resource.world.make_by_hand("theirs", mark, PackageSource=source(holds))
        resource.world.clockwork.sleep(60)
        resource.world.not_ours[made] = resource.world.packages_not_ours()[made]
        return resource.creation(unnamed(dictionary(key, AdoptPackageID=made, **more)))

    return request


def _delete_of_cancelled_adoption(resource: StackResource) -> Event:
    """CloudFormation cancelled the Create, whose package has been there before."""
    event = _adopt()(resource)
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.run()
    resource.world.give_up(event)
    return resource.removal(INVENTED, event["ResourceProperties"])


def _take_up(resource: StackResource) -> Event:
    """An earlier Create made the package, and CloudFormation never learned of it."""
    resource.world.serve(resource.creation(dictionary()))
    return resource.creation(dictionary("new"))


def _take_up_useless(resource: StackResource) -> Event:
    """What an earlier Create left can be used by nobody."""
    behaviour = resource.world.model.behaviour
    behaviour.copying = 400
    resource.world.serve(resource.creation(dictionary("bad", ServiceTimeout="300")))
    behaviour.copying = 1
    resource.world.clockwork.sleep(300)
    return resource.creation(dictionary())


def _roll_back(wanted: Properties, known_as_new: bool = False) -> Callable[[StackResource], Event]:
    """The rollback of an update that went well or not, while the stack failed elsewhere."""

    def request(resource: StackResource) -> Event:
        resource.create(dictionary())
        failed = resource.world.serve(resource.change(wanted))
        assert failed is not None
        return resource.change(
            dictionary(), old=wanted, known_as=failed.physical_id if known_as_new else resource.physical_id
        )

    return request


def _roll_back_late_failure(resource: StackResource) -> Event:
    """The rollback of a replacement whose package was still being imported when its time was up."""
    resource.create(dictionary())
    resource.world.model.behaviour.copying = 272
    wanted = dictionary("bad", PackageName="thesaurus", ServiceTimeout="300")
    resource.world.serve(resource.change(wanted))
    resource.world.model.behaviour.copying = 1
    return resource.change(dictionary(), old=wanted)


def _roll_back_again(resource: StackResource) -> Event:
    """A rollback failed for want of its source; somebody put that right and lets CloudFormation continue."""
    store = resource.world.store.objects
    good, bad = store["sources", "old.txt"], store["sources", "bad.txt"]
    resource.create(dictionary())
    wanted = dictionary("bad")
    resource.world.serve(resource.change(wanted))
    store["sources", "old.txt"] = bad
    resource.world.serve(resource.change(dictionary(), old=wanted))
    store["sources", "old.txt"] = good
    return resource.change(dictionary(), old=wanted)


def _third_update(resource: StackResource) -> Event:
    resource.create(dictionary())
    resource.update(dictionary("new"))
    resource.update(dictionary("old"))
    return resource.change(dictionary("new-kms"))


def _update_of_gone(resource: StackResource) -> Event:
    resource.create(dictionary())
    resource.world.model.call("DeletePackage", {"PackageID": resource.physical_id})
    resource.world.clockwork.sleep(60)
    return resource.change(dictionary("new"))


def _update_of_edited(resource: StackResource) -> Event:
    """Somebody took the mark away."""
    resource.create(dictionary())
    edit = {"PackageID": resource.physical_id, "PackageDescription": "edited", "PackageSource": source("old")}
    resource.world.model.call("UpdatePackage", edit)
    resource.world.clockwork.sleep(60)
    return resource.change(dictionary("new"))


def _update_again_after_an_edit(resource: StackResource) -> Event:
    """A delivery comes again after its update, and somebody has taken the mark away in between."""
    resource.create(dictionary())
    event = resource.change(dictionary("new"))
    resource.world.serve(event)
    edit = {"PackageID": resource.physical_id, "PackageDescription": "edited", "PackageSource": source("new")}
    resource.world.model.call("UpdatePackage", edit)
    resource.world.clockwork.sleep(60)
    resource.world.sent[event["RequestId"]].disturbed = True
    return event


def _update_again_after_the_next(resource: StackResource) -> Event:
    """A delivery comes again when a later Update has brought something else."""
    resource.create(dictionary())
    event = resource.change(dictionary("new"))
    resource.world.serve(event)
    resource.follow_up(event)
    resource.update(dictionary("old", PackageDescription="back again"))
    resource.world.clockwork.sleep(60)
    return event


def _create_again_after_the_delete(resource: StackResource) -> Event:
    """A delivery comes again when the package has been deleted."""
    event = resource.creation(dictionary())
    resource.world.serve(event)
    resource.follow_up(event)
    resource.delete()
    resource.world.clockwork.sleep(60)
    return event


def _too_late(resource: StackResource) -> Event:
    """The delivery comes when CloudFormation has stopped listening."""
    event = resource.creation(dictionary(ServiceTimeout="100"))
    resource.world.sent[event["RequestId"]].lost = True
    resource.world.clockwork.sleep(101)
    return event


def _delete(resource: StackResource) -> Event:
    resource.create(dictionary())
    return resource.removal()


def _delete_during_import(resource: StackResource) -> Event:
    resource.create(dictionary())
    edit = {"PackageID": resource.physical_id, "PackageSource": source("old")}
    resource.world.model.call("UpdatePackage", edit)
    return resource.removal()


def _delete_of_gone(resource: StackResource) -> Event:
    resource.create(dictionary())
    event = resource.removal()
    resource.delete()
    return event


def _delete_of_nothing(resource: StackResource) -> Event:
    response = resource.world.serve(resource.creation(dictionary("bad")))
    assert response is not None
    return resource.removal(response.physical_id, dictionary("bad"))


def _delete_of_cancelled(resource: StackResource) -> Event:
    """CloudFormation cancelled the Create, so that it has only an id of its own making."""
    event = resource.creation(dictionary())
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.run()
    resource.world.give_up(event)
    return resource.removal(INVENTED, dictionary())


def _delete_of_cancelled_unreadable(resource: StackResource) -> Event:
    """The same, of properties that no package is ever made from."""
    return resource.removal(INVENTED, {"Junk": "x"})


def _delete_of_foreign(resource: StackResource) -> Event:
    theirs = next(one for one in resource.world.model.own_packages() if one["PackageName"] == "of-another-stack")
    return resource.removal(theirs["PackageID"], dictionary())


def _update_of_foreign(resource: StackResource) -> Event:
    theirs = next(one for one in resource.world.model.own_packages() if one["PackageName"] == "of-a-sibling")
    resource.physical_id, resource.properties = theirs["PackageID"], dictionary()
    return resource.change(dictionary("new"))


RENAMED = dictionary("new", PackageName="thesaurus")
A_SIBLINGS = Owner(SHOP, "Sibling", "elsewhere").sign("", fingerprint("elsewhere"))
DESCRIBED_AT_LENGTH = {
    "PackageType": "ZIP-PLUGIN",
    "PackageName": "synonyms",
    "EngineVersion": "OpenSearch_2.17",
    "PackageSource": source("old") | {"S3Key": "described-at-length.zip"},
    "PackageDescription": 700 * "語",
}
SLOW = {"copying": 15, "validating": 1}

STORIES = (
    Story("Create", _create(dictionary())),
    Story("Create, staged", _create(dictionary("old-kms"))),
    Story("Create, from text", _create(dictionary(PackageContent=f"{RECIPE}, recipe\n"))),
    Story("Create, over several invocations", _create(dictionary("old-kms")), behaviour=SLOW, function_timeout=10),
    Story("Create, while reading lags behind", _create(dictionary()), behaviour={"stale_reads": 2}),
    Story("Create, taking up", _take_up),
    Story("Create, adopting", _adopt()),
    Story("Create, adopting from a sibling", _adopt(mark=A_SIBLINGS, AdoptFrom="shop/Sibling")),
    Story("Create, adopting, over several invocations", _adopt("new-kms"), behaviour=SLOW, function_timeout=10),
    Story("Create, adopting what a sibling has", _adopt(mark=A_SIBLINGS), "FAILED"),
    Story("Create, adopting what nobody can use", _adopt(holds="bad")),
    Story("Create, adopting, invalid", _adopt("bad"), "FAILED"),
    Story("Create, adopting, staged and invalid", _adopt("bad-kms"), "FAILED"),
    Story("Create, in place of what nobody can use", _take_up_useless),
    Story(
        "Create, of a name that becomes free late",
        _create_after_a_delete,
        behaviour={"name_taken_after_delete": 40, "update_while_importing": "accept"},
    ),
    Story("Create, described at length", _create(DESCRIBED_AT_LENGTH)),
    Story("Create, delivered too late", _too_late, "FAILED"),
    Story("Create, invalid", _create(dictionary("bad")), "FAILED"),
    Story("Create, staged and invalid", _create(dictionary("bad-kms")), "FAILED"),
    Story("Create, of a name that a person has", _create(dictionary(PackageName="made-by-hand")), "FAILED"),
    Story("Create, of a name that a sibling has", _create(dictionary(PackageName="of-a-sibling")), "FAILED"),
    Story(
        "Create, longer than its time",
        _create(dictionary(ServiceTimeout="100")),
        "FAILED",
        behaviour={"copying": 130},
        function_timeout=60,
    ),
    Story("Update of the content", _update(dictionary("new"))),
    Story("Update of the content, staged", _update(dictionary("new-kms"))),
    Story("Update, while reading lags behind", _update(dictionary("new")), behaviour={"stale_reads": 2}),
    Story("Update, shown when imported", _update(dictionary("new")), behaviour={"description_shows": "on-success"}),
    Story("Update, over several invocations", _update(dictionary("new")), behaviour=SLOW, function_timeout=10),
    Story("Update of the description", _update(dictionary(PackageDescription="Shop synonyms"))),
    Story("Update of nothing", _update(dictionary(CommitMessage="why"))),
    Story("Update, the third", _third_update),
    Story("Update of a package that is gone", _update_of_gone),
    Story("Update of a package that lost its mark", _update_of_edited),
    Story("Create, delivered again after the Delete", _create_again_after_the_delete),
    Story("Update, delivered again after its end", _update_again_after_an_edit),
    Story("Update, delivered again after the next one", _update_again_after_the_next),
    Story(
        "Update, delivered again after somebody's edit, where CloudFormation cannot be asked",
        _update_again_after_an_edit,
        stacks_error="AccessDenied",
    ),
    Story("Update of a sibling's package", _update_of_foreign, "FAILED"),
    Story("Update, invalid", _update(dictionary("bad")), "FAILED"),
    Story("Replacement", _update(RENAMED)),
    Story("Replacement, invalid", _update(dictionary("bad", PackageName="thesaurus")), "FAILED"),
    Story(
        "Replacement, under the same name",
        _update(dictionary(PackageVendingOptions={"VendingEnabled": "true"})),
        "FAILED",
    ),
    Story("Rollback of an Update", _roll_back(dictionary("new"))),
    Story("Rollback of an invalid Update", _roll_back(dictionary("bad"))),
    Story("Rollback, once more", _roll_back_again),
    Story("Rollback of a replacement, old id", _roll_back(RENAMED)),
    Story("Rollback of a replacement, new id", _roll_back(RENAMED, known_as_new=True)),
    Story("Rollback of an invalid replacement", _roll_back(dictionary("bad", PackageName="thesaurus"))),
    Story("Rollback of a late replacement", _roll_back_late_failure),
    Story("Delete", _delete),
    Story("Delete during an import", _delete_during_import),
    Story("Delete of what is gone", _delete_of_gone),
    Story("Delete of nothing", _delete_of_nothing),
    Story("Delete of a cancelled Create", _delete_of_cancelled),
    Story("Delete of a cancelled Create, unreadable", _delete_of_cancelled_unreadable),
    Story("Delete of a cancelled adoption", _delete_of_cancelled_adoption),
    Story("Delete of another stack's package", _delete_of_foreign),
)
