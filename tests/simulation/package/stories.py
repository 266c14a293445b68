"""Every kind of request for a package, each in the situation in which it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambda_handler.ownership import Owner, fingerprint
from tests.simulation.cloudformation import CLEANS_UP, CLEANS_UP_AFTERWARDS, Properties
from tests.simulation.names import RECIPE, SHOP
from tests.simulation.package.resource import PackageResource
from tests.simulation.package.templates import dictionary, source, unnamed
from tests.simulation.story import Event, Story


def _create(wanted: Properties) -> Callable[[PackageResource], Event]:
    return lambda resource: resource.creation(wanted)


def _update(wanted: Properties, old: Properties | None = None) -> Callable[[PackageResource], Event]:
    def request(resource: PackageResource) -> Event:
        resource.create(old or dictionary())
        return resource.change(wanted)

    return request


def _create_after_a_delete(resource: PackageResource) -> Event:
    """Its name is not free yet."""
    resource.create(dictionary())
    resource.delete()
    return resource.creation(dictionary())


def _adopt(
    key: str = "new", mark: str = "a person's", holds: str = "old", **more: Any
) -> Callable[[PackageResource], Event]:
    """Somebody else has made the package."""

    def request(resource: PackageResource) -> Event:
        made = resource.world.packages.make_by_hand("theirs", mark, PackageSource=source(holds))
        resource.world.clockwork.sleep(60)
        resource.world.packages.keep_as_it_is(made)
        return resource.creation(unnamed(dictionary(key, AdoptPackageID=made, **more)))

    return request


def _delete_of_cancelled_adoption(resource: PackageResource) -> Event:
    """CloudFormation cancelled the Create, whose package has been there before."""
    event = _adopt()(resource)
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.run()
    resource.world.give_up(event)
    return resource.removal(resource.invented_id, event["ResourceProperties"], CLEANS_UP_AFTERWARDS)


def _take_up(resource: PackageResource) -> Event:
    """An earlier Create made the package, and CloudFormation never learned of it."""
    resource.world.serve(resource.creation(dictionary()))
    return resource.creation(dictionary("new"))


def _take_up_useless(resource: PackageResource) -> Event:
    """What an earlier Create left can be used by nobody."""
    behaviour = resource.world.model.behaviour
    behaviour.copying = 400
    resource.world.serve(resource.creation(dictionary("bad", ServiceTimeout="300")))
    behaviour.copying = 1
    resource.world.clockwork.sleep(300)
    return resource.creation(dictionary())


def _roll_back(wanted: Properties, known_as_new: bool = False) -> Callable[[PackageResource], Event]:
    """The rollback of an update that went well or not, while the stack failed elsewhere."""

    def request(resource: PackageResource) -> Event:
        resource.create(dictionary())
        failed = resource.world.serve(resource.change(wanted))
        assert failed is not None
        return resource.change(
            dictionary(), old=wanted, known_as=failed.physical_id if known_as_new else resource.physical_id
        )

    return request


def _roll_back_late_failure(resource: PackageResource) -> Event:
    """The rollback of a replacement whose package was still being imported when its time was up."""
    resource.create(dictionary())
    resource.world.model.behaviour.copying = 272
    wanted = dictionary("bad", PackageName="thesaurus", ServiceTimeout="300")
    resource.world.serve(resource.change(wanted))
    resource.world.model.behaviour.copying = 1
    return resource.change(dictionary(), old=wanted)


def _roll_back_again(resource: PackageResource) -> Event:
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


def _third_update(resource: PackageResource) -> Event:
    resource.create(dictionary())
    resource.update(dictionary("new"))
    resource.update(dictionary("old"))
    return resource.change(dictionary("new-kms"))


def _update_of_gone(resource: PackageResource) -> Event:
    resource.create(dictionary())
    resource.world.model.call("DeletePackage", {"PackageID": resource.physical_id})
    resource.world.clockwork.sleep(60)
    return resource.change(dictionary("new"))


def _update_of_edited(resource: PackageResource) -> Event:
    """Somebody took the mark away."""
    resource.create(dictionary())
    edit = {"PackageID": resource.physical_id, "PackageDescription": "edited", "PackageSource": source("old")}
    resource.world.model.call("UpdatePackage", edit)
    resource.world.clockwork.sleep(60)
    return resource.change(dictionary("new"))


def _update_again_after_an_edit(resource: PackageResource) -> Event:
    """A delivery comes again after its update, and somebody has taken the mark away in between."""
    resource.create(dictionary())
    event = resource.change(dictionary("new"))
    resource.world.serve(event)
    edit = {"PackageID": resource.physical_id, "PackageDescription": "edited", "PackageSource": source("new")}
    resource.world.model.call("UpdatePackage", edit)
    resource.world.clockwork.sleep(60)
    resource.world.sent[event["RequestId"]].disturbed = True
    return event


def _update_again_after_the_next(resource: PackageResource) -> Event:
    """A delivery comes again when a later Update has brought something else."""
    resource.create(dictionary())
    event = resource.change(dictionary("new"))
    resource.world.serve(event)
    resource.follow_up(event)
    resource.update(dictionary("old", PackageDescription="back again"))
    resource.world.clockwork.sleep(60)
    return event


def _create_again_after_the_delete(resource: PackageResource) -> Event:
    """A delivery comes again when the package has been deleted."""
    event = resource.creation(dictionary())
    resource.world.serve(event)
    resource.follow_up(event)
    resource.delete()
    resource.world.clockwork.sleep(60)
    return event


def _too_late(resource: PackageResource) -> Event:
    """The delivery comes when CloudFormation has stopped listening."""
    event = resource.creation(dictionary(ServiceTimeout="100"))
    resource.world.sent[event["RequestId"]].lost = True
    resource.world.clockwork.sleep(101)
    return event


def _delete(resource: PackageResource) -> Event:
    resource.create(dictionary())
    return resource.removal()


def _delete_during_import(resource: PackageResource) -> Event:
    resource.create(dictionary())
    edit = {"PackageID": resource.physical_id, "PackageSource": source("old")}
    resource.world.model.call("UpdatePackage", edit)
    return resource.removal()


def _delete_of_gone(resource: PackageResource) -> Event:
    resource.create(dictionary())
    event = resource.removal()
    resource.delete()
    return event


def _delete_of_nothing(resource: PackageResource) -> Event:
    response = resource.world.serve(resource.creation(dictionary("bad")))
    assert response is not None
    return resource.removal(response.physical_id, dictionary("bad"), CLEANS_UP_AFTERWARDS)


def _delete_of_cancelled(resource: PackageResource) -> Event:
    """CloudFormation cancelled the Create, so that it has only an id of its own making."""
    event = resource.creation(dictionary())
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.run()
    resource.world.give_up(event)
    return resource.removal(resource.invented_id, dictionary(), CLEANS_UP_AFTERWARDS)


def _delete_of_unheard(resource: PackageResource) -> Event:
    """The response of a Create was lost. With rollback disabled the next deployment creates the resource again."""
    event = resource.creation(dictionary())
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.run()
    resource.world.give_up(event)
    again = resource.creation(dictionary())
    resource.world.serve(again)
    resource.follow_up(again)
    return resource.removal(resource.invented_id, dictionary(), CLEANS_UP)


def _delete_of_cancelled_unreadable(resource: PackageResource) -> Event:
    """The same, of properties that no package is ever made from."""
    return resource.removal(resource.invented_id, {"Junk": "x"}, CLEANS_UP_AFTERWARDS)


def _delete_of_foreign(resource: PackageResource) -> Event:
    theirs = next(one for one in resource.world.model.own_packages() if one["PackageName"] == "of-another-stack")
    return resource.removal(theirs["PackageID"], dictionary())


def _update_of_foreign(resource: PackageResource) -> Event:
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


def _story(name: str, request: Callable[[PackageResource], Event], ends: str = "SUCCESS", **more: Any) -> Story[Any]:
    return Story(name, PackageResource, request, ends, **more)


STORIES = (
    _story("Create", _create(dictionary())),
    _story("Create, staged", _create(dictionary("old-kms"))),
    _story("Create, from text", _create(dictionary(PackageContent=f"{RECIPE}, recipe\n"))),
    _story("Create, over several invocations", _create(dictionary("old-kms")), behaviour=SLOW, function_timeout=10),
    _story("Create, while reading lags behind", _create(dictionary()), behaviour={"stale_reads": 2}),
    _story("Create, taking up", _take_up),
    _story("Create, adopting", _adopt()),
    _story("Create, adopting from a sibling", _adopt(mark=A_SIBLINGS, AdoptFrom="shop/Sibling")),
    _story("Create, adopting, over several invocations", _adopt("new-kms"), behaviour=SLOW, function_timeout=10),
    _story("Create, adopting what a sibling has", _adopt(mark=A_SIBLINGS), "FAILED"),
    _story("Create, adopting what nobody can use", _adopt(holds="bad")),
    _story("Create, adopting, invalid", _adopt("bad"), "FAILED"),
    _story("Create, adopting, staged and invalid", _adopt("bad-kms"), "FAILED"),
    _story("Create, in place of what nobody can use", _take_up_useless),
    _story(
        "Create, of a name that becomes free late",
        _create_after_a_delete,
        behaviour={"name_taken_after_delete": 40, "update_while_importing": "accept"},
    ),
    _story("Create, described at length", _create(DESCRIBED_AT_LENGTH)),
    _story("Create, delivered too late", _too_late, "FAILED"),
    _story("Create, invalid", _create(dictionary("bad")), "FAILED"),
    _story("Create, staged and invalid", _create(dictionary("bad-kms")), "FAILED"),
    _story("Create, of a name that a person has", _create(dictionary(PackageName="made-by-hand")), "FAILED"),
    _story("Create, of a name that a sibling has", _create(dictionary(PackageName="of-a-sibling")), "FAILED"),
    _story(
        "Create, longer than its time",
        _create(dictionary(ServiceTimeout="100")),
        "FAILED",
        behaviour={"copying": 130},
        function_timeout=60,
        soon=100.0,
    ),
    _story("Update of the content", _update(dictionary("new"))),
    _story("Update of the content, staged", _update(dictionary("new-kms"))),
    _story("Update, while reading lags behind", _update(dictionary("new")), behaviour={"stale_reads": 2}),
    _story("Update, shown when imported", _update(dictionary("new")), behaviour={"description_shows": "on-success"}),
    _story("Update, over several invocations", _update(dictionary("new")), behaviour=SLOW, function_timeout=10),
    _story("Update of the description", _update(dictionary(PackageDescription="Shop synonyms"))),
    _story("Update of nothing", _update(dictionary(CommitMessage="why"))),
    _story("Update, the third", _third_update),
    _story("Update of a package that is gone", _update_of_gone),
    _story("Update of a package that lost its mark", _update_of_edited),
    _story("Create, delivered again after the Delete", _create_again_after_the_delete),
    _story("Update, delivered again after its end", _update_again_after_an_edit),
    _story("Update, delivered again after the next one", _update_again_after_the_next),
    _story(
        "Update, delivered again after somebody's edit, where CloudFormation cannot be asked",
        _update_again_after_an_edit,
        stacks_error="AccessDenied",
    ),
    _story("Update of a sibling's package", _update_of_foreign, "FAILED"),
    _story("Update, invalid", _update(dictionary("bad")), "FAILED"),
    _story("Replacement", _update(RENAMED)),
    _story("Replacement, invalid", _update(dictionary("bad", PackageName="thesaurus")), "FAILED"),
    _story(
        "Replacement, under the same name",
        _update(dictionary(PackageVendingOptions={"VendingEnabled": "true"})),
        "FAILED",
    ),
    _story("Rollback of an Update", _roll_back(dictionary("new"))),
    _story("Rollback of an invalid Update", _roll_back(dictionary("bad"))),
    _story("Rollback, once more", _roll_back_again),
    _story("Rollback of a replacement, old id", _roll_back(RENAMED)),
    _story("Rollback of a replacement, new id", _roll_back(RENAMED, known_as_new=True)),
    _story("Rollback of an invalid replacement", _roll_back(dictionary("bad", PackageName="thesaurus"))),
    _story("Rollback of a late replacement", _roll_back_late_failure),
    _story("Delete", _delete),
    _story("Delete during an import", _delete_during_import),
    _story("Delete of what is gone", _delete_of_gone),
    _story("Delete of nothing", _delete_of_nothing),
    _story("Delete of a Create whose response was lost, after the next", _delete_of_unheard),
    _story("Delete of a cancelled Create", _delete_of_cancelled),
    _story("Delete of a cancelled Create, unreadable", _delete_of_cancelled_unreadable),
    _story("Delete of a cancelled adoption", _delete_of_cancelled_adoption),
    _story("Delete of another stack's package", _delete_of_foreign),
)
