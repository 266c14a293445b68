"""Every kind of request for packages on a domain, each in the situation in which it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambda_handler.ownership import Owner, fingerprint
from local_aws.packages.behaviour import Fault
from tests.simulation.association.resource import AssociationResource
from tests.simulation.association.templates import entry, packages
from tests.simulation.cloudformation import CLEANS_UP, CLEANS_UP_AFTERWARDS, Properties
from tests.simulation.names import ANOTHER_DOMAIN, DOMAIN, ENGINES, OTHER, SHOP, SOURCES
from tests.simulation.package.templates import source
from tests.simulation.story import Event, Story

FOR_EVER = 100_000
# By then a request is not fresh any more, in seconds.
NOT_FRESH = 20.0
AWS_PLUGIN = "analysis-nori"
OLD_ENGINE, NEW_ENGINE = (f"OpenSearch_{engine}" for engine in ENGINES)

Request = Callable[[AssociationResource], Event]


# -- what there is ------------------------------------------------------------------------------------------------


def _package(resource: AssociationResource, name: str = "synonyms", stack_id: str = SHOP, **more: Any) -> str:
    """A package of this stack, or of another one, that has been there for long. Gives its id."""
    mark = Owner(stack_id, name, "long ago").sign("", fingerprint("long ago"))
    made = resource.world.packages.make_by_hand(name, mark, **more)
    resource.world.clockwork.sleep(60)
    resource.world.packages.keep_as_it_is(made)
    return made


def _plugin(resource: AssociationResource, engine: str, name: str = "shop-plugin") -> str:
    """A plugin of this stack for an engine version."""
    archive = {"S3BucketName": SOURCES, "S3Key": f"{engine}.zip"}
    options: dict[str, Any] = {
        "PackageType": "ZIP-PLUGIN",
        "EngineVersion": f"OpenSearch_{engine}",
        "PackageSource": archive,
    }
    return _package(resource, name, **options)


def _renew(resource: AssociationResource, package_id: str) -> None:
    """A package gets a new version."""
    resource.world.model.call("UpdatePackage", {"PackageID": package_id, "PackageSource": source("new")})
    resource.world.clockwork.sleep(60)
    resource.world.packages.keep_as_it_is(package_id)


def _import_for(resource: AssociationResource, package_id: str, seconds: float) -> None:
    """A package begins to get a new version, which takes so long."""
    behaviour, facts = resource.world.model.behaviour, resource.world.packages
    behaviour.copying = seconds
    resource.world.model.call("UpdatePackage", {"PackageID": package_id, "PackageSource": source("new")})
    behaviour.copying = 1
    del facts.not_ours[package_id]
    resource.world.clockwork.start(lambda: facts.keep_as_it_is(package_id), seconds + behaviour.validating)


def _foreign(
    resource: AssociationResource, domain: str = DOMAIN, *, name: str = "stopwords", lags: bool = False
) -> str:
    """A package of another stack that somebody has put onto a domain."""
    made = _package(resource, name, OTHER)
    resource.world.associations.associate_by_hand(domain, made)
    resource.world.clockwork.sleep(60)
    resource.world.associations.look_again()
    if lags:
        _renew(resource, made)
    return made


def _let_fail(resource: AssociationResource, *package_ids: str, times: int = FOR_EVER) -> None:
    """From now on the service cannot bring these packages to a domain."""
    resource.world.model.behaviour.faults = [
        Fault("AssociatePackages", "association-failed", message="no space", times=times, package_ids=package_ids)
    ]


def _mend(resource: AssociationResource) -> None:
    """The service works again."""
    resource.world.model.behaviour.faults = []


def _exists(resource: AssociationResource, wanted: Properties) -> None:
    """The resource has been there for long."""
    resource.create(wanted)
    assert resource.properties == wanted, "it could be made"
    resource.world.clockwork.sleep(3600)


def _late(resource: AssociationResource, event: Event, seconds: float = NOT_FRESH) -> Event:
    """A request that Lambda delivers late."""
    resource.world.clockwork.sleep(seconds)
    return event


# -- Create -------------------------------------------------------------------------------------------------------


def _create(*names: str, **more: Any) -> Request:
    def request(resource: AssociationResource) -> Event:
        return resource.creation(packages(*(_package(resource, name) for name in names), **more))

    return request


def _create_of_a_plugin(resource: AssociationResource) -> Event:
    return resource.creation(packages(_plugin(resource, ENGINES[0])))


def _create_by_name(resource: AssociationResource) -> Event:
    return resource.creation(packages(AWS_PLUGIN))


def _create_over_foreign(resource: AssociationResource, *, lags: bool = False) -> Event:
    foreign = _foreign(resource, lags=lags)
    return resource.creation(packages(foreign, _package(resource)))


def _create_over_failed(resource: AssociationResource) -> Event:
    """Somebody has tried to put the package onto the domain, in vain."""
    package = _package(resource)
    _let_fail(resource, package, times=1)
    resource.world.associations.associate_by_hand(DOMAIN, package)
    resource.world.clockwork.sleep(60)
    return resource.creation(packages(package, _package(resource, "names")))


def _create_over_failed_version(resource: AssociationResource) -> Event:
    """The package is in use on the domain, and could not be brought to its new version there; nor can it now."""
    foreign = _foreign(resource, lags=True)
    _let_fail(resource, foreign)
    resource.world.associations.associate_by_hand(DOMAIN, foreign)
    resource.world.clockwork.sleep(60)
    return resource.creation(packages(foreign, _package(resource)))


def _create_that_fails(resource: AssociationResource) -> Event:
    """One of several packages cannot be brought to its new version; others have been there before, too."""
    there, bad = _foreign(resource, lags=True), _foreign(resource, name="bad", lags=True)
    also_there, good = _package(resource, "also-there"), _package(resource)
    resource.world.associations.associate_by_hand(DOMAIN, also_there)
    _renew(resource, good)
    _let_fail(resource, bad)
    return _late(resource, resource.creation(packages(there, also_there, good, bad)))


def _create_that_fails_late(resource: AssociationResource) -> Event:
    """Of a package of another stack, which has several versions, nobody could tell later who has put it there."""
    theirs, bad = _package(resource, "theirs", OTHER), _foreign(resource, name="bad", lags=True)
    _renew(resource, theirs)
    _let_fail(resource, bad)
    return _late(resource, resource.creation(packages(theirs, bad)))


def _create_that_never_works(resource: AssociationResource) -> Event:
    """The domain may just have been made, so this is tried again for a while."""
    package, bad = _package(resource), _package(resource, "bad")
    _let_fail(resource, bad)
    return resource.creation(packages(package, bad))


def _create_that_fails_on_a_busy_domain(resource: AssociationResource) -> Event:
    """Somebody changes the domain just when an association has failed."""
    package, bad = _package(resource), _foreign(resource, name="bad", lags=True)
    _let_fail(resource, bad)
    event = _late(resource, resource.creation(packages(package, bad)))
    change = resource.world.associations.modify_by_hand
    resource.world.clockwork.start(lambda: change(DOMAIN, 300), 1.6)
    return event


def _create_that_fails_cancelled(resource: AssociationResource) -> Event:
    """Its Delete comes while it fails: it takes back what nobody else could tell to be its own."""
    event = _create_that_fails_late(resource)
    resource.world.model.behaviour.associating = 2
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.clockwork.sleep(2)
    resource.world.give_up(event)
    return resource.removal(resource.invented_id, event["ResourceProperties"], CLEANS_UP_AFTERWARDS)


def _create_that_is_refused(resource: AssociationResource) -> Event:
    """The service does not take the package, for good."""
    refusal = Fault("AssociatePackages", "error", code="ValidationException", message="not here", times=FOR_EVER)
    resource.world.model.behaviour.faults = [refusal]
    return resource.creation(packages(_package(resource)))


def _create_out_of_time(resource: AssociationResource) -> Event:
    """The domain takes longer than the request may, and then is as the request wanted it."""
    there, package = _foreign(resource), _package(resource)
    resource.world.model.behaviour.associating = 150
    return resource.creation(packages(there, package, ServiceTimeout="100"))


def _create_on_a_busy_domain(resource: AssociationResource) -> Event:
    package = _package(resource)
    event = resource.creation(packages(package))
    resource.world.associations.modify_by_hand(DOMAIN, 4)
    return event


def _create_on_a_young_domain(resource: AssociationResource) -> Event:
    """The first association fails."""
    package = _package(resource)
    _let_fail(resource, package, times=1)
    return resource.creation(packages(package))


def _create_on_a_domain_that_settles(resource: AssociationResource, within: float = 7) -> Event:
    """A new domain refuses packages because it is busy, and does not show that."""
    package = _package(resource)
    resource.world.model.remove_domain(DOMAIN)
    resource.world.model.behaviour.domain_settles = within
    resource.world.model.add_domain(DOMAIN, OLD_ENGINE)
    resource.world.associations.look_again()
    return resource.creation(packages(package))


def _create_during_an_upgrade(resource: AssociationResource) -> Event:
    """The plugin is for the new engine version."""
    package = _plugin(resource, ENGINES[1])
    resource.world.associations.upgrade_by_hand(DOMAIN, NEW_ENGINE, 10)
    return resource.creation(packages(package))


def _create_right_after_the_package(resource: AssociationResource) -> Event:
    """Reading does not show the package yet."""
    package = _package(resource)
    resource.world.model.behaviour.stale_reads = 65
    return resource.creation(packages(package))


def _create_during_an_import(resource: AssociationResource) -> Event:
    package = _package(resource)
    _import_for(resource, package, 8)
    return resource.creation(packages(package))


def _create_of_a_package_that_has_failed(resource: AssociationResource) -> Event:
    package = _package(resource, "bad", PackageSource=source("bad"))
    return resource.creation(packages(package))


def _create_on_no_domain(resource: AssociationResource) -> Event:
    event = resource.creation(packages(_package(resource), domain="nowhere"))
    return _late(resource, event)


def _create_of_no_package(resource: AssociationResource) -> Event:
    return resource.creation({**packages(), "Packages": [{"PackageName": "nobodys"}]})


def _create_too_late(resource: AssociationResource) -> Event:
    """The delivery comes when CloudFormation has stopped listening."""
    event = resource.creation(packages(_package(resource), ServiceTimeout="100"))
    resource.world.sent[event["RequestId"]].lost = True
    return _late(resource, event, 101)


def _create_again_after_the_delete(resource: AssociationResource) -> Event:
    """A delivery comes again when the packages have been taken off again."""
    event = resource.creation(packages(_package(resource)))
    resource.world.serve(event)
    resource.follow_up(event)
    resource.delete()
    return _late(resource, event, 60)


def _create_again_without_package(resource: AssociationResource) -> Event:
    """A delivery comes again after its end, when the package that an upgrade has replaced has been deleted."""
    old, new = (_plugin(resource, engine) for engine in ENGINES)
    event = resource.creation(packages(old, _package(resource)))
    resource.world.serve(event)
    resource.follow_up(event)
    resource.world.clockwork.sleep(10)
    resource.world.associations.upgrade_by_hand(DOMAIN, NEW_ENGINE, 10)
    resource.world.clockwork.sleep(30)
    resource.world.packages.delete_by_hand(old)
    resource.world.clockwork.sleep(30)
    resource.world.sent[event["RequestId"]].disturbed = True
    # A Delete does not find the name of the old package any more.
    resource.world.associations.excused.add((DOMAIN, new))
    return event


def _create_again_with_more(resource: AssociationResource) -> Event:
    """A Create, of which the first delivery was lost when it had done everything."""
    event = resource.creation(packages(_foreign(resource, lags=True), _package(resource)))
    resource.world.serve(event)
    return _late(resource, event, 60)


# -- Update -------------------------------------------------------------------------------------------------------


def _new_version(resource: AssociationResource) -> tuple[str, Properties]:
    """A resource one of whose packages has a new version. Gives that, and what the template says then."""
    package, other = _package(resource), _package(resource, "names")
    _exists(resource, packages(entry(package, PackageVersion="v1"), other))
    _renew(resource, package)
    return package, packages(entry(package, PackageVersion="v2"), other)


def _update_of_version(resource: AssociationResource) -> Event:
    return resource.change(_new_version(resource)[1])


def _update_right_after_the_package(resource: AssociationResource) -> Event:
    """The package's own Update has ended a moment ago, and reading lags behind."""
    package = _package(resource)
    _exists(resource, packages(entry(package, PackageVersion="v1")))
    resource.world.model.call("UpdatePackage", {"PackageID": package, "PackageSource": source("new")})
    resource.world.clockwork.sleep(2.1)
    resource.world.packages.keep_as_it_is(package)
    return resource.change(packages(entry(package, PackageVersion="v2")))


def _adding_and_removing(resource: AssociationResource) -> Properties:
    """A resource, and what the template says when one package comes and another one goes."""
    kept, removed, added = (_package(resource, name) for name in ("kept", "removed", "added"))
    _exists(resource, packages(kept, removed))
    return packages(kept, added)


def _update_of_list(resource: AssociationResource) -> Event:
    return resource.change(_adding_and_removing(resource))


def _exchange(resource: AssociationResource) -> Event:
    """AWS's own plugin gives way to one of this stack that has its name."""
    _exists(resource, packages(AWS_PLUGIN))
    return resource.change(packages(_plugin(resource, ENGINES[0], AWS_PLUGIN)))


def _update_not_waiting(resource: AssociationResource) -> Event:
    return resource.change({**_adding_and_removing(resource), "Wait": "false"})


def _update_of_prerequisites(resource: AssociationResource) -> Event:
    """For the service this is nothing to do, and nothing that shows."""
    first, second = _package(resource), _package(resource, "names")
    _exists(resource, packages(first, second))
    return resource.change(packages(first, entry(second, PrerequisitePackageIDList=[first])))


def _update_of_configuration(resource: AssociationResource) -> Event:
    """The service changes it, or takes it for nothing to do; which of the two is not known."""
    package = _package(resource)
    _exists(resource, packages(package))
    access = {"KeyAccessRoleArn": "arn:aws:iam::000000000000:role/keys", "KeyStoreAccessEnabled": "true"}
    configuration = {"KeyStoreAccessOption": access}
    return resource.change(packages(entry(package, AssociationConfiguration=configuration)))


def _update_of_nothing(resource: AssociationResource) -> Event:
    wanted = packages(_package(resource))
    _exists(resource, wanted)
    return resource.change({**wanted, "ServiceTimeout": "900"})


def _update_that_fails(resource: AssociationResource) -> Event:
    """A new version cannot be brought to the domain; new packages can, and one has been there before."""
    package, there = _package(resource), _foreign(resource, lags=True)
    added, theirs = _package(resource, "added"), _package(resource, "theirs", OTHER)
    _exists(resource, packages(package))
    _renew(resource, package)
    _renew(resource, added)
    _let_fail(resource, package)
    return resource.change(packages(package, there, added, theirs))


def _rollback_of_version(resource: AssociationResource) -> Event:
    """The rollback of the package has brought its old content back, as a further version."""
    package, wanted = _new_version(resource)
    resource.world.serve(resource.change(wanted))
    _renew(resource, package)
    return resource.change(resource.properties, old=wanted)


def _rollback(request: Request) -> Request:
    """The rollback of an Update, whether it went well or not."""

    def roll_back(resource: AssociationResource) -> Event:
        event = request(resource)
        resource.world.serve(event)
        _mend(resource)
        resource.world.clockwork.sleep(11)
        return resource.change(resource.properties, old=event["ResourceProperties"])

    return roll_back


def _update_after_upgrade(resource: AssociationResource) -> Event:
    """The service has put the plugins for the new engine version into the place of the old ones."""
    old = _plugin(resource, ENGINES[0])
    _plugin(resource, ENGINES[1])
    package = _package(resource)
    _exists(resource, packages(old, AWS_PLUGIN))
    resource.world.associations.upgrade_by_hand(DOMAIN, NEW_ENGINE, 1800)
    resource.world.clockwork.sleep(1900)
    return resource.change(packages(old, AWS_PLUGIN, package))


def _update_again_after_the_next(resource: AssociationResource) -> Event:
    """A delivery comes again when a later Update has taken off what it had put there."""
    first, second = _package(resource), _package(resource, "names")
    _exists(resource, packages(first))
    event = resource.change(packages(first, second))
    resource.world.serve(event)
    resource.follow_up(event)
    resource.update(packages(first))
    return _late(resource, event, 60)


# -- Update with another domain -----------------------------------------------------------------------------------


def _moved(resource: AssociationResource, *, fails: bool = False) -> Event:
    package, there, added = (
        _package(resource),
        _foreign(resource, ANOTHER_DOMAIN, lags=True),
        _package(resource, "added"),
    )
    _exists(resource, packages(package))
    if fails:
        _let_fail(resource, there)
    return resource.change(packages(package, there, added, domain=ANOTHER_DOMAIN))


def _move(resource: AssociationResource) -> Event:
    return _moved(resource)


def _move_that_fails(resource: AssociationResource) -> Event:
    return _late(resource, _moved(resource, fails=True))


def _move_out_of_time(resource: AssociationResource) -> Event:
    package, there = _package(resource), _foreign(resource, ANOTHER_DOMAIN)
    _exists(resource, packages(package))
    event = resource.change(packages(package, there, domain=ANOTHER_DOMAIN, ServiceTimeout="100"))
    resource.world.model.behaviour.associating = 150
    return event


def _rollback_of_move(resource: AssociationResource, *, known_as_new: bool) -> Event:
    """The stack has failed elsewhere."""
    event = _move(resource)
    response = resource.world.serve(event)
    assert response is not None
    resource.world.clockwork.sleep(11)
    known_as = response.physical_id if known_as_new else resource.physical_id
    return resource.change(resource.properties, old=event["ResourceProperties"], known_as=known_as)


def _clean_up(resource: AssociationResource) -> Event:
    event, old_id, old = _move(resource), resource.physical_id, resource.properties
    response = resource.world.serve(event)
    assert response is not None
    resource.physical_id, resource.properties = response.physical_id, event["ResourceProperties"]
    return resource.removal(old_id, old, CLEANS_UP)


# -- Delete -------------------------------------------------------------------------------------------------------


def _delete(resource: AssociationResource) -> Event:
    """One of its packages was on the domain before the resource was."""
    _exists(resource, packages(_foreign(resource), _package(resource)))
    return resource.removal()


def _delete_after_a_failure(request: Request) -> Request:
    """The Delete that follows on a Create that has failed."""

    def delete(resource: AssociationResource) -> Event:
        event = request(resource)
        response = resource.world.serve(event)
        assert response is not None
        resource.physical_id, resource.properties = response.physical_id, event["ResourceProperties"]
        properties = {**resource.properties, "ServiceTimeout": "3600"}
        return resource.removal(properties=properties, status=CLEANS_UP_AFTERWARDS)

    return delete


def _delete_of_gone(resource: AssociationResource) -> Event:
    _exists(resource, packages(_package(resource)))
    event = resource.removal()
    resource.delete()
    return event


def _delete_of_gone_domain(resource: AssociationResource) -> Event:
    _exists(resource, packages(_package(resource)))
    resource.world.model.remove_domain(DOMAIN)
    resource.world.associations.look_again()
    return resource.removal()


def _delete_in_use(resource: AssociationResource) -> Event:
    package, other = _package(resource), _package(resource, "names")
    _exists(resource, packages(package, other))
    resource.world.model.use_in_index(DOMAIN, package)
    return resource.removal()


def _release(resource: AssociationResource) -> None:
    """Somebody takes the dictionary out of the settings of the index."""
    resource.world.model.release_from_index(DOMAIN, resource.properties["Packages"][0]["PackageID"])


def _delete_in_use_again(resource: AssociationResource) -> Event:
    resource.world.serve(_delete_in_use(resource))
    _release(resource)
    return resource.removal()


def _delete_of_what_was_taken_over(resource: AssociationResource) -> Event:
    """Where rollback is disabled, a later Create goes on from a failed one, whose id is then cleaned up."""
    event = _create_out_of_time(resource)
    response = resource.world.serve(event)
    assert response is not None
    resource.world.clockwork.sleep(100)
    properties = {**event["ResourceProperties"], "ServiceTimeout": "3600"}
    again = resource.creation(properties)
    resource.world.serve(again)
    resource.follow_up(again)
    return resource.removal(response.physical_id, properties, CLEANS_UP)


def _delete_of_unheard(resource: AssociationResource) -> Event:
    """The response of a Create was lost. With rollback disabled the next deployment creates the resource again."""
    event = resource.creation(packages(_package(resource)))
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.run()
    resource.world.give_up(event)
    again = resource.creation(event["ResourceProperties"])
    resource.world.serve(again)
    resource.follow_up(again)
    return resource.removal(resource.invented_id, event["ResourceProperties"], CLEANS_UP)


def _delete_of_cancelled(resource: AssociationResource, *, after: float = 60.0) -> Event:
    """CloudFormation cancelled the Create after a while, so that it has only an id of its own making.

    Others have put a package of theirs onto the domain just when it began.
    """
    foreign, package = _package(resource, "theirs", OTHER), _package(resource)
    event = resource.creation(packages(foreign, package))
    resource.world.associations.associate_by_hand(DOMAIN, foreign)
    resource.world.clockwork.sleep(1.1)
    resource.world.model.behaviour.associating = 3
    resource.world.sent[event["RequestId"]].cancelled = True
    resource.world.deliver(event)
    resource.world.clockwork.sleep(after)
    resource.world.give_up(event)
    return resource.removal(resource.invented_id, event["ResourceProperties"], CLEANS_UP_AFTERWARDS)


def _delete_before_it_began(resource: AssociationResource) -> Event:
    return _delete_of_cancelled(resource, after=0.1)


def _delete_on_its_way(resource: AssociationResource) -> Event:
    return _delete_of_cancelled(resource, after=1.5)


def _delete_of_cancelled_unreadable(resource: AssociationResource) -> Event:
    return resource.removal(resource.invented_id, {"Packages": {"Junk": "x"}}, CLEANS_UP_AFTERWARDS)


def _delete_again_after_the_next_create(resource: AssociationResource) -> Event:
    """A delivery comes again when the resource has been made anew, under the very same id."""
    wanted = packages(_package(resource))
    _exists(resource, wanted)
    event = resource.removal()
    resource.world.serve(event)
    resource.follow_up(event)
    resource.world.clockwork.sleep(30)
    resource.create(wanted)
    return _late(resource, event, 30)


def _delete_again_during_the_next_create(resource: AssociationResource) -> Event:
    """The next Create waits for the import of another package, while somebody has put the first one there by hand."""
    package, other = _package(resource), _package(resource, "names")
    _exists(resource, packages(package))
    event = resource.removal()
    resource.world.serve(event)
    resource.follow_up(event)
    resource.world.associations.associate_by_hand(DOMAIN, package)
    resource.world.clockwork.sleep(30)
    _import_for(resource, other, 20)
    resource.world.deliver(resource.creation(packages(package, other)))
    resource.world.clockwork.sleep(12)
    return event


def _end_the_latest(resource: AssociationResource) -> None:
    resource.follow_up(resource.latest)


def _story(name: str, request: Request, ends: str = "SUCCESS", **more: Any) -> Story[Any]:
    return Story(name, AssociationResource, request, ends, **more)


LAGGING = {"stale_associations": 2.0, "stale_reads": 6.0, "busy_domain": "accept"}
LONG: dict[str, Any] = {"soon": 100.0, "stride": 11}
CUT: dict[str, Any] = {
    "behaviour": {"associating": 12.0, "dissociating": 12.0, "blue_green": 12.0},
    "function_timeout": 10,
    "stride": 11,
}
# What such a story is about is nowhere but in the memory of a process, and no guarantee where that dies.
NOT_STRUCK = {**CUT, "stride": 0}

STORIES = (
    _story("Create of associations", _create("synonyms", "stopwords", "names")),
    _story("Create of associations, over several invocations", _create_of_a_plugin, **CUT),
    _story("Create of associations, while reading lags behind", _create("synonyms", "names"), behaviour=LAGGING),
    _story("Create of associations, not waiting", _create("synonyms", Wait="false"), behaviour={"associating": 600}),
    _story("Create of an association by name", _create_by_name),
    _story("Create of an association right after its package", _create_right_after_the_package, stride=4),
    _story("Create of an association during an import", _create_during_an_import, stride=4),
    _story("Create of an association of what has failed", _create_of_a_package_that_has_failed, "FAILED"),
    _story("Create of an association of nothing", _create_of_no_package, "FAILED", stride=4),
    _story("Create over a foreign association", _create_over_foreign),
    _story("Create over a foreign association that lags", lambda one: _create_over_foreign(one, lags=True)),
    _story("Create over a failed association", _create_over_failed, behaviour={"associate_after_failure": "conflict"}),
    _story("Create over a failed association in use", _create_over_failed_version, "FAILED"),
    _story("Create on a busy domain", _create_on_a_busy_domain),
    _story("Create on a domain that settles", _create_on_a_domain_that_settles),
    _story(
        "Create on a domain that settles late",
        lambda one: _create_on_a_domain_that_settles(one, 240),
        soon=300.0,
        stride=0,
    ),
    _story("Create on a domain that was just made", _create_on_a_young_domain, stride=7),
    _story("Create on a domain that is upgraded", _create_during_an_upgrade, stride=4),
    _story("Create on a domain that there is not", _create_on_no_domain, "FAILED", stride=4),
    _story("Create of an association that fails", _create_that_fails, "FAILED"),
    _story("Create of an association that never works", _create_that_never_works, "FAILED", soon=250.0, stride=0),
    _story(
        "Create of an association that fails, over several invocations", _create_that_fails_late, "FAILED", **NOT_STRUCK
    ),
    _story(
        "Create of an association that fails on a busy domain", _create_that_fails_on_a_busy_domain, "FAILED", stride=4
    ),
    _story("Create of an association that is refused", _create_that_is_refused, "FAILED", soon=200.0, stride=0),
    _story(
        "Create of associations, longer than its time",
        _create_out_of_time,
        "FAILED",
        behaviour={"dictionary_shows_processing": True},
        **LONG,
    ),
    _story("Create of associations, delivered too late", _create_too_late, "FAILED"),
    _story("Create of associations, delivered again", _create_again_with_more),
    _story("Create of associations, delivered again after the Delete", _create_again_after_the_delete),
    _story("Create of associations, delivered again when a package is gone", _create_again_without_package, stride=4),
    _story("Update with a new version", _update_of_version),
    _story("Update right after the package's own", _update_right_after_the_package, behaviour=LAGGING, stride=4),
    _story("Update that adds and removes", _update_of_list),
    _story("Update that adds and removes, over several invocations", _update_of_list, **CUT),
    _story("Update that adds and removes, while reading lags behind", _update_of_list, behaviour=LAGGING, stride=4),
    _story("Update that adds and removes, not waiting", _update_not_waiting),
    _story("Update that exchanges packages of one name", _exchange, stride=4),
    _story("Update of prerequisites", _update_of_prerequisites),
    _story("Update of a configuration", _update_of_configuration),
    _story(
        "Update of a configuration that stays",
        _update_of_configuration,
        "FAILED",
        behaviour={"other_configuration": "already-in-desired-state"},
    ),
    _story("Update of nothing on the domain", _update_of_nothing),
    _story("Update of associations that fails", _update_that_fails, "FAILED", then=_mend),
    _story("Update after an upgrade of the domain", _update_after_upgrade),
    _story("Update of associations, delivered again after the next one", _update_again_after_the_next),
    _story("Update to another domain", _move),
    _story("Update to another domain that fails", _move_that_fails, "FAILED", then=_mend),
    _story("Update to another domain, longer than its time", _move_out_of_time, "FAILED", **LONG),
    _story("Rollback of a new version", _rollback_of_version),
    _story("Rollback of an Update that adds and removes", _rollback(_update_of_list), stride=4),
    _story("Rollback of an Update of associations that fails", _rollback(_update_that_fails), stride=4),
    _story("Rollback of an Update to another domain, old id", lambda one: _rollback_of_move(one, known_as_new=False)),
    _story("Rollback of an Update to another domain, new id", lambda one: _rollback_of_move(one, known_as_new=True)),
    _story("Rollback of an Update to another domain that fails", _rollback(_move_that_fails)),
    _story("Rollback of an Update to another domain, out of time", _rollback(_move_out_of_time), **LONG),
    _story("Delete after an Update to another domain", _clean_up),
    _story("Delete of associations", _delete),
    _story("Delete of associations, over several invocations", _delete, **CUT),
    _story("Delete of associations that are gone", _delete_of_gone),
    _story("Delete of associations on a domain that is gone", _delete_of_gone_domain),
    _story("Delete of an association in use", _delete_in_use, "FAILED", then=_release),
    _story(
        "Delete of an association in use, refused",
        _delete_in_use,
        "FAILED",
        then=_release,
        behaviour={"in_use": "conflict"},
        soon=100.0,
        stride=0,
    ),
    _story("Delete of an association that was in use", _delete_in_use_again),
    _story("Delete of associations after a failed Create", _delete_after_a_failure(_create_that_fails)),
    _story("Delete of associations after a slow Create", _delete_after_a_failure(_create_out_of_time), **LONG),
    _story("Delete of what a later Create has taken over", _delete_of_what_was_taken_over),
    _story("Delete of a Create whose response was lost, after the next Create", _delete_of_unheard, stride=7),
    _story("Delete of associations, cancelled", _delete_of_cancelled, stride=7),
    _story("Delete of associations, cancelled on their way", _delete_on_its_way, stride=7),
    _story("Delete of associations, cancelled before they began", _delete_before_it_began, stride=7),
    _story("Delete of associations, cancelled while they fail", _create_that_fails_cancelled, stride=0),
    _story("Delete of associations, cancelled, unreadable", _delete_of_cancelled_unreadable),
    _story("Delete of associations, delivered again after the next Create", _delete_again_after_the_next_create),
    _story(
        "Delete of associations, delivered again during the next Create",
        _delete_again_during_the_next_create,
        then=_end_the_latest,
        stride=7,
    ),
)
