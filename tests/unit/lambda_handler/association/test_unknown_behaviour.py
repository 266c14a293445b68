"""Where nobody outside AWS knows what the service does, every possibility has to end well, without a needless write."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.responses import Response
from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.deliveries import after_each_call

# Every possibility of every field of `Behaviour` that a life with associations meets, the likeliest first.
POSSIBILITIES: dict[str, tuple[Any, ...]] = {
    "busy_domain": ("conflict", "validation"),
    "domain_settles": (0.0, 30.0),
    "processing_after_active": (0.5, 15.0),
    "dictionary_shows_processing": (False, True),
    "stale_associations": (0.0, 12.0),
    "stale_reads": (0.0, 12.0),
    "refused_in_a_list": ("nothing", "the-others-go-on"),
    "associate_importing": ("version-at-the-end", "version-at-the-call", "conflict", "validation"),
    "aws_package_version": ("v1", None),
    "failed_dissociation_is_active": (False, True),
    "associate_after_failure": ("accept", "conflict", "validation"),
    "in_use": ("dissociation-failed", "conflict", "validation"),
    "missing_described": ("empty", "validation", "not-found"),
    "page_size": (100, 1),
    "history_order": ("newest-first", "oldest-first"),
    "error_type": ("", "Failure"),
}
ALONE = [{}, *({name: other} for name, values in POSSIBILITIES.items() for other in values[1:])]


def all_pairs() -> list[dict[str, Any]]:
    """Few combinations in which every two possibilities of two fields meet."""
    choices = [(name, value) for name, values in POSSIBILITIES.items() for value in values]
    missing = {frozenset(pair) for pair in combinations(choices, 2) if pair[0][0] != pair[1][0]}
    combined = []
    while missing:
        one = dict(min(missing, key=lambda pair: sorted(map(repr, pair))))
        for name, values in POSSIBILITIES.items():
            met = {
                value: sum(frozenset([(name, value), other]) in missing for other in one.items()) for value in values
            }
            one.setdefault(name, max(values, key=met.__getitem__))
        missing -= {frozenset(pair) for pair in combinations(one.items(), 2)}
        combined.append({name: one[name] for name in POSSIBILITIES})  # in the same order in each process
    return combined


class Life:
    """A domain, and what a resource does with it from the first day to the last."""

    def __init__(self, shop: Shop, unknown: dict[str, Any], seconds: float = 900) -> None:
        self._shop = shop
        self._seconds = seconds
        self.accepted: list[tuple[str, list[str]]] = []
        shop.cloud.model.behaviour.change({"associating": 8, "dissociating": 6, "blue_green": 20, **unknown})
        after_each_call(shop.cloud, self._note)

    def _note(self, operation: str, _: dict[str, Any]) -> None:
        if operation in ("AssociatePackages", "DissociatePackages"):
            self.accepted.append(self._shop.writes()[-1])

    def succeeds(self, kind: str, properties: dict[str, Any], **event: Any) -> Response:
        """A request, which succeeds. Only what it asks for and is accepted is noted."""
        self._shop.cloud.model.calls.clear()
        self.accepted.clear()
        response = self._shop.cloud.deliver(self._shop.event(kind, properties, **event), self._seconds)
        assert response.status == "SUCCESS", response.reason
        return response


def live(shop: Shop, unknown: dict[str, Any], seconds: float = 900) -> None:
    """The domain is still being made when two dictionaries and two plugins are to be on it."""
    model = shop.cloud.model
    first, second, plugin = shop.dictionary("first"), shop.dictionary("second"), shop.plugin()
    foreign = shop.foreign_dictionary()
    model.add_aws_package("G1", "aws-plugin", ENGINE)
    life = Life(shop, unknown, seconds)
    model.add_domain("young", ENGINE, creating=10)
    entries = [{"PackageID": first}, {"PackageID": second}, {"PackageID": plugin}, {"PackageName": "aws-plugin"}]
    properties = {"DomainName": "young", "Packages": entries}
    awss = model.behaviour.aws_package_version or ""

    created = life.succeeds("Create", properties)
    assert life.accepted == [("AssociatePackages", [first, second, plugin, "G1"])]
    assert shop.on_domain("young") == {first: "v1", second: "v1", plugin: "v1", "G1": awss}
    assert [created.attributes[f"PackageVersion.{number}"] for number in range(4)] == ["v1", "v1", "v1", awss]
    assert {created.attributes[f"DomainPackageStatus.{number}"] for number in range(4)} == {"ACTIVE"}

    shop.cloud.clock.sleep(600)
    model.call("AssociatePackages", {"DomainName": "young", "PackageList": [{"PackageID": foreign}]})
    shop.cloud.clock.sleep(600)

    # A new version: whoever manages the package has not waited for it.
    source = shop.cloud.store("new.txt", b"new\n")
    model.call("UpdatePackage", {"PackageID": first, "PackageSource": source})
    changed = {**properties, "Packages": [{"PackageID": first, "PackageVersion": "v2"}, *entries[1:]]}
    event = {"PhysicalResourceId": created.physical_id, "OldResourceProperties": properties}
    updated = life.succeeds("Update", changed, **event)
    assert updated.physical_id == created.physical_id
    assert updated.attributes["PackageVersion"] == "v2"
    assert life.accepted == [("AssociatePackages", [first])]

    fewer = {**changed, "Packages": [changed["Packages"][0], *entries[2:]]}
    event = {"PhysicalResourceId": created.physical_id, "OldResourceProperties": changed}
    assert life.succeeds("Update", fewer, **event).physical_id == created.physical_id
    assert life.accepted == [("DissociatePackages", [second])]
    assert shop.on_domain("young") == {first: "v2", plugin: "v1", "G1": awss, foreign: "v1"}

    assert life.succeeds("Update", fewer, PhysicalResourceId=created.physical_id, OldResourceProperties=fewer)
    assert life.accepted == []

    life.succeeds("Delete", fewer, PhysicalResourceId=created.physical_id)
    assert life.accepted == [("DissociatePackages", [first, plugin, "G1"])]
    assert shop.on_domain("young") == {foreign: "v1"}


@pytest.mark.parametrize("unknown", ALONE, ids=str)
def test_a_whole_life_is_well_whatever_the_service_does(shop: Shop, unknown: dict[str, Any]) -> None:
    live(shop, unknown, seconds=12)


@pytest.mark.parametrize("unknown", all_pairs(), ids=lambda unknown: ",".join(map(str, unknown.values())))
def test_a_whole_life_is_well_whichever_two_of_it_meet(shop: Shop, unknown: dict[str, Any]) -> None:
    live(shop, unknown)


@pytest.mark.parametrize("after_failure", ["accept", "conflict", "validation"])
@pytest.mark.parametrize("has_version", [True, False])
@pytest.mark.parametrize("stale", [0, 12])
def test_an_association_that_had_failed_becomes_well(
    shop: Shop, after_failure: Any, has_version: bool, stale: float
) -> None:
    package = shop.dictionary()
    if has_version:
        shop.associate(package)
        shop.new_version(package)
    shop.cloud.model.behaviour.faults = [Fault("AssociatePackages", "association-failed", message="no space")]
    shop.associate(package)
    life = Life(shop, {"associate_after_failure": after_failure, "stale_associations": stale})
    life.succeeds("Create", shop.properties(package))
    assert shop.on_domain() == {package: "v2" if has_version else "v1"}
    in_place = has_version and after_failure == "accept"
    made = [("AssociatePackages", [package])]
    assert life.accepted == (made if in_place else [("DissociatePackages", [package]), *made])


class TestADomainThatHasNotSettled:
    @pytest.mark.parametrize("unsettled", ["busy", "association-failed"])
    @pytest.mark.parametrize("stale", [0, 12])
    def test_has_the_packages_in_the_end(self, shop: Shop, unsettled: Any, stale: float) -> None:
        first, second = shop.dictionary("first"), shop.dictionary("second")
        life = Life(shop, {"domain_settles": 120, "unsettled_domain": unsettled, "stale_associations": stale})
        shop.cloud.model.add_domain("young", ENGINE)
        life.succeeds("Create", shop.properties(first, second, DomainName="young"))
        assert shop.on_domain("young") == {first: "v1", second: "v1"}

    def test_for_longer_than_any_does_fails_the_request_and_has_nothing(self, shop: Shop) -> None:
        package = shop.dictionary()
        shop.cloud.model.behaviour.change({"domain_settles": 3000, "unsettled_domain": "association-failed"})
        shop.cloud.model.add_domain("young", ENGINE)
        response = shop.create(shop.properties(package, DomainName="young"))
        assert "The package could not be installed on the domain" in response.reason
        assert response.physical_id.startswith("nothing-was-created-")
        assert shop.on_domain("young") == {}


@pytest.mark.parametrize("in_use", POSSIBILITIES["in_use"])
@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("stale", [0, 12])
def test_a_removal_of_what_an_index_uses_is_rolled_back(shop: Shop, in_use: Any, is_active: bool, stale: float) -> None:
    used, other = shop.dictionary("used"), shop.dictionary("other")
    old, new = shop.properties(used, other), shop.properties(other)
    physical_id = shop.created(old)
    shop.cloud.model.use_in_index(DOMAIN, used)
    behaviour = {"in_use": in_use, "failed_dissociation_is_active": is_active, "stale_associations": stale}
    shop.cloud.model.behaviour.change(behaviour)
    failed = shop.update(physical_id, old, new)
    assert f"take analyzers/{used} out of the settings of every index" in failed.reason
    back = shop.roll_back(physical_id, new, old)
    assert (back.status, back.physical_id) == ("SUCCESS", physical_id), back.reason
    kept = "DISSOCIATION_FAILED" if in_use == "dissociation-failed" and is_active else "v1"
    assert shop.on_domain() == {used: kept, other: "v1"}


class TestAPackageThatTheServiceRefuses:
    """A plugin of that name is on the domain already, AWS's own."""

    @pytest.mark.parametrize("how", ["conflict", "validation"])
    @pytest.mark.parametrize("others", POSSIBILITIES["refused_in_a_list"])
    def test_fails_the_create_in_its_words_and_nothing_of_it_stays(self, shop: Shop, how: Any, others: Any) -> None:
        shop.cloud.model.add_aws_package("G1", "analysis-shop", ENGINE)
        shop.associate("G1")
        shop.cloud.model.behaviour.change({"same_name_installed": how, "refused_in_a_list": others})
        good, refused = shop.dictionary(), shop.plugin("analysis-shop")
        properties = shop.properties(good, refused)
        response = shop.create(properties)
        assert "A package with the same name is already installed on the cluster" in response.reason
        assert shop.delete(response.physical_id, properties).status == "SUCCESS"
        assert shop.on_domain() == {"G1": "v1"}

    @pytest.mark.parametrize("others", POSSIBILITIES["refused_in_a_list"])
    def test_fails_the_update_and_its_rollback_leaves_nothing_of_it(self, shop: Shop, others: Any) -> None:
        shop.cloud.model.add_aws_package("G1", "analysis-shop", ENGINE)
        shop.associate("G1")
        kept, good, refused = shop.dictionary("kept"), shop.dictionary("good"), shop.plugin("analysis-shop")
        old, new = shop.properties(kept), shop.properties(kept, good, refused)
        physical_id = shop.created(old)
        shop.cloud.model.behaviour.refused_in_a_list = others
        assert "already installed on the cluster" in shop.update(physical_id, old, new).reason
        assert shop.roll_back(physical_id, new, old).status == "SUCCESS"
        assert shop.on_domain() == {"G1": "v1", kept: "v1"}


def test_a_domain_that_is_full_says_so(shop: Shop) -> None:
    shop.cloud.model.behaviour.packages_per_domain = 2
    package = shop.dictionary()
    shop.associate(shop.foreign_dictionary("first"), shop.foreign_dictionary("second"))
    assert "A domain may have 2 packages" in shop.create(shop.properties(package)).reason


def test_a_service_that_takes_several_changes_at_once_is_not_asked_for_more_than_one(shop: Shop) -> None:
    life = Life(shop, {"busy_domain": "accept", "stale_associations": 12})
    package = shop.dictionary()
    shop.cloud.model.modify_domain(DOMAIN, 100)
    shop.cloud.clock.sleep(20)
    life.succeeds("Create", shop.properties(package))
    assert life.accepted == [("AssociatePackages", [package])]
