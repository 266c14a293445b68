"""The sequences play what CloudFormation does: packages before the associations that list them, and back again."""

from __future__ import annotations

from typing import Any

from tests.simulation.cloudformation import Properties
from tests.simulation.names import DOMAIN, RECIPE
from tests.simulation.package.templates import dictionary, unnamed
from tests.simulation.sequences.listings import Listing
from tests.simulation.sequences.operations import AssociationStep, DomainStep
from tests.simulation.sequences.play import AnyStep, Play
from tests.simulation.sequences.steps import Disturbance, Step
from tests.simulation.sequences.unknowns import Unknowns
from tests.simulation.violations import violations

UNDISTURBED = Disturbance({}, None, None, 0.0)
OLD, NEW = unnamed(dictionary("old")), unnamed(dictionary("new"))
TEXT = unnamed(dictionary(PackageContent=f"{RECIPE}, recipe\n"))
LISTED = AssociationStep(0, "apply", Listing(DOMAIN, (0,)), UNDISTURBED)


def _package(kind: str, wanted: Properties) -> Step:
    return Step(0, kind, wanted, UNDISTURBED)


def _play(*steps: AnyStep) -> tuple[Play, list[str]]:
    """A life of stacks, and what the last step has written."""
    life, written = Play(Unknowns({}, 1.0, 900.0, {}, (False, False, False))), 0
    for step in steps:
        written = len(life.world.writes)
        life.step(step)
        assert violations(life.world) == []
    return life, [one.operation for one in life.world.writes[written:]]


def _on_domain(life: Play) -> dict[Any, Any]:
    """The packages of the resource that are on the domain, with their versions."""
    return {
        place[1]: one.get("PackageVersion")
        for place, one in life.world.associations.on_domains().items()
        if place[0] == DOMAIN and place[1] in life.world.packages.made
    }


def test_a_new_content_reaches_the_domain_in_the_same_deployment() -> None:
    life, written = _play(_package("apply", OLD), LISTED, _package("apply", NEW))
    assert written == ["UpdatePackage", "AssociatePackages"]
    assert _on_domain(life) == {life.packages[0].physical_id: "v2"}
    assert life.end() == []


def test_a_package_leaves_its_domain_before_it_is_deleted() -> None:
    life, written = _play(_package("apply", OLD), LISTED, _package("delete", OLD))
    assert written == ["DissociatePackages", "DeletePackage"]
    assert life.end() == []


def test_a_package_that_is_replaced_goes_when_the_domain_has_the_new_one() -> None:
    vended = OLD | {"PackageVendingOptions": {"VendingEnabled": "true"}}
    life, written = _play(_package("apply", OLD), LISTED, _package("apply", vended))
    assert written == ["CreatePackage", "AssociatePackages", "DissociatePackages", "DeletePackage"]
    assert _on_domain(life) == {life.packages[0].physical_id: "v1"}
    assert life.end() == []


def test_an_association_that_fails_rolls_its_package_back() -> None:
    life, written = _play(_package("apply", OLD), LISTED, DomainStep("remove", DOMAIN, 0), _package("apply", TEXT))
    assert written == ["UpdatePackage", "UpdatePackage"]
    assert life.packages[0].properties == OLD
    assert life.world.model.versions(life.packages[0].physical_id or "")[-1].body == b"couch, sofa\n"


def test_a_replacement_that_is_rolled_back_leaves_the_domain_as_it_was() -> None:
    vended = OLD | {"PackageVendingOptions": {"VendingEnabled": "true"}}
    life, written = _play(_package("apply", OLD), LISTED, _package("undo", vended))
    assert written[-3:] == ["AssociatePackages", "DissociatePackages", "DeletePackage"]
    assert _on_domain(life) == {life.packages[0].physical_id: "v1"}
    assert life.end() == []
