"""A run leaves nothing, however it ends, and touches nothing that it has not made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.packages import StoredObject
from local_aws.packages.behaviour import Fault
from tests.unit.verification.world import BUCKET, DOMAIN, Bucket, DiedError, World
from verification.calls import DeniedError
from verification.cleaning import Cleaner, ForeignBucketError
from verification.question import Question
from verification.questions import load
from verification.run import LeftBehindError

QUESTIONS = load()
ONE = {"do_identical_bytes_make_a_version": QUESTIONS["do_identical_bytes_make_a_version"]}
ON_DOMAIN = {"what_does_a_busy_domain_say": QUESTIONS["what_does_a_busy_domain_say"]}


def foreigners(world: World) -> None:
    """What others have in the account: packages, also with a name like ours, one on the domain, and a bucket."""
    world.buckets["company"] = Bucket({"words.txt": StoredObject(b"couch, sofa\n")})
    source = {"S3BucketName": "company", "S3Key": "words.txt"}
    for name in ("shop-synonyms", "osp-verify", "osp-verify-0a1b-01-of-the-shop", "osp-verify-ffff-01"):
        described = {"PackageDescription": "Synonyms of the shop"}
        named = {"PackageName": name, "PackageType": "TXT-DICTIONARY", "PackageSource": source}
        created = world.model.call("CreatePackage", named | described)["PackageDetails"]
        world.sleep(2)
        world.model.call("AssociatePackage", {"PackageID": created["PackageID"], "DomainName": DOMAIN})
        world.sleep(5)


def everything(world: World) -> tuple[Any, ...]:
    return world.model.own_packages(), world.model.packages_on(DOMAIN), world.buckets


def test_a_run_touches_nothing_that_it_has_not_made() -> None:
    world = World()
    foreigners(world)
    before = json.dumps(everything(world), default=str)
    assert world.run().data["left"] == []
    assert json.dumps(everything(world), default=str) == before


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_next_run_removes_what_a_run_has_left_that_was_killed_after_any_write(name: str) -> None:
    asked: dict[str, Question] = {name: QUESTIONS[name]}
    whole = World()
    whole.run(asked)
    assert whole.writes > 4
    for dies_at in range(1, whole.writes + 1):
        world = World()
        foreigners(world)
        there = json.dumps(everything(world), default=str)
        world.dies_at = dies_at
        with pytest.raises(DiedError):
            world.run(asked)
        world.dies_at, world.is_dead = float("inf"), False
        assert world.run({}).data["left"] == []
        assert json.dumps(everything(world), default=str) == there, f"killed at write {dies_at}"


def test_what_is_about_to_be_made_is_kept_before_it_is() -> None:
    world = World()
    world.dies_at, world.dies_before = 6, True  # the bucket, its tags, two of the probe, the source, the package
    report = None
    try:
        world.run(ONE)
    except DiedError:
        report = world.report
    assert report is not None
    assert [one["what"] for one in report.data["made"]] == ["bucket", "object", "package"]
    assert world.model.own_packages() == []


@pytest.mark.parametrize("behaviour", [{"stale_reads": 5.0}, {"delete_while_importing": "conflict"}, {"page_size": 1}])
def test_nothing_is_left_whatever_the_service_does(behaviour: dict[str, Any]) -> None:
    world = World()
    world.model.behaviour.change(behaviour)
    assert world.run(ONE | ON_DOMAIN).data["left"] == []
    assert world.model.own_packages() == []
    assert world.buckets == {}


def test_an_interrupted_run_removes_everything_before_it_ends() -> None:
    world = World()

    def ask(lab: Any) -> Any:
        lab.created()
        raise KeyboardInterrupt

    question = Question("Is it interrupted?", "stale_reads", ask, {})
    with pytest.raises(KeyboardInterrupt):
        world.run({"is_it": question})
    assert world.model.own_packages() == []
    assert world.buckets == {}


@pytest.mark.parametrize("operation", ["DeletePackage", "DeleteBucket"])
def test_a_removal_that_is_interrupted_goes_on_to_its_end(operation: str) -> None:
    world = World()
    world.interrupts = [operation]
    with pytest.raises(KeyboardInterrupt):
        world.run(ONE)
    assert world.model.own_packages() == []
    assert world.buckets == {}
    assert world.report.data["left"] == []
    assert world.report.data["ended"]


def test_a_denial_in_the_middle_ends_the_run_and_removes_everything() -> None:
    world = World()
    world.model.behaviour.faults = [Fault("UpdatePackage", "access-denied", times=100)]
    with pytest.raises(DeniedError, match="es:UpdatePackage"):
        world.run(ONE)
    assert world.model.own_packages() == []
    assert world.buckets == {}


def test_what_cannot_be_removed_is_named_with_the_reason() -> None:
    world = World()
    world.model.behaviour.faults = [Fault("DeletePackage", "access-denied", times=10_000)]
    with pytest.raises(LeftBehindError, match=r"package osp-verify-0a1b-01 \(F\d+\): AccessDeniedException"):
        world.run(ONE)
    assert list(world.buckets) == [BUCKET], "packages that are left may still be imported from it"


def test_a_bucket_of_the_name_that_is_not_ours_is_not_touched() -> None:
    world = World()
    world.buckets[BUCKET] = Bucket({"precious": StoredObject(b"")})
    with pytest.raises(ForeignBucketError):
        Cleaner(world.calls(), BUCKET).has_bucket()
    with pytest.raises(LeftBehindError):
        world.run(ONE)
    assert list(world.buckets[BUCKET].objects) == ["precious"]
    assert world.model.own_packages() == []


def test_the_run_ends_in_time() -> None:
    world = World()
    report = world.run(lasts=0.0)
    assert set(report.verdicts().values()) == {"open"}
    assert {one["evidence"] for one in report.data["answers"].values()} == {"there was no time left"}
