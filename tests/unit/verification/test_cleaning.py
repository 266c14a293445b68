"""A run leaves nothing, however it ends, and touches nothing that it has not made."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ProxyConnectionError
from botocore.parsers import ResponseParserError

from local_aws.packages import PackagesModel, StoredObject
from local_aws.packages.behaviour import Fault
from tests.unit.verification.world import BUCKET, DOMAIN, REGION, Bucket, DiedError, World
from verification.account import RefusedError
from verification.calls import DeniedError
from verification.cleaning import Cleaner, ForeignBucketError
from verification.lab import Lab
from verification.ours import IMPOSSIBLE_NAME, MARKER, TAG, is_ours
from verification.preflight import Preflight
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
        described = {} if name.endswith("shop") else {"PackageDescription": "Synonyms of the shop"}
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


@pytest.mark.parametrize("stale_reads", [0.0, 8.0])
def test_an_interrupted_run_removes_everything_before_it_ends(stale_reads: float) -> None:
    world = World()
    world.model.behaviour.stale_reads = stale_reads

    def ask(lab: Any) -> Any:
        lab.create()
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


@pytest.mark.parametrize("length", [0, 28, 256])
def test_every_name_that_a_run_gives_is_recognized_and_allowed(length: int) -> None:
    lab = Lab(World().calls(), BUCKET, "0a1b")
    names = [lab.name(length) for _ in range(1000)]
    assert len(set(names)) == len(names)
    for name in names:
        assert is_ours({"PackageName": name})
        assert re.fullmatch(r"[a-z][a-z0-9\-]{2,255}", name)


def test_a_bucket_of_the_name_that_is_not_ours_is_not_touched() -> None:
    world = World()
    world.buckets[BUCKET] = Bucket({"precious": StoredObject(b"")})
    with pytest.raises(ForeignBucketError):
        Cleaner(world.calls(), BUCKET).has_bucket()
    with pytest.raises(LeftBehindError):
        world.run(ONE)
    assert list(world.buckets[BUCKET].objects) == ["precious"]
    assert world.model.own_packages() == []


@pytest.mark.parametrize("said", [0, 2, 4])
def test_everything_is_removed_also_when_nobody_reads_any_more_what_a_run_says(said: int) -> None:
    world, heard = World(), list[str]()

    def tell(text: str) -> None:
        heard.append(text)
        if len(heard) > said:
            raise BrokenPipeError  # `make verify-aws | head`, or a terminal that was closed

    world.tell = tell
    assert world.run(ONE).verdicts() == dict.fromkeys(ONE, "agrees")
    assert world.model.own_packages() == []
    assert world.buckets == {}


@pytest.mark.parametrize("skip", [0, 1, 2, 3, 5, 7])
def test_one_failure_of_the_service_ends_neither_the_run_nor_the_removal(skip: int) -> None:
    world = World()
    fault = Fault("DescribePackages", "500", times=1, skip=skip)
    world.model.behaviour.faults = [fault]
    report = world.run(ONE)
    assert fault.times == 0, "it has struck"
    assert report.data["left"] == []
    assert world.model.own_packages() == []
    assert world.buckets == {}


@pytest.mark.parametrize(
    "failure",
    [
        ResponseParserError("<html>Log in at gate.shop.example</html>"),
        ProxyConnectionError(proxy_url="http://gate.shop.example:8080"),
    ],
)
def test_a_proxy_in_between_ends_no_run_and_its_name_is_not_told(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    world, calls = World(), 0
    plain = PackagesModel.call

    def call(self: PackagesModel, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += operation == "UpdatePackage"
        if operation == "UpdatePackage" or (calls and operation == "DescribePackages" and calls < 3):
            calls += 1
            raise failure
        return plain(self, operation, parameters)

    monkeypatch.setattr(PackagesModel, "call", call)
    report = world.run(ONE)
    assert report.verdicts() == dict.fromkeys(ONE, "open")
    assert "gate" not in json.dumps(report.data)
    assert calls >= 3, "one look of the cleaning failed too"
    assert world.model.own_packages() == []
    assert world.buckets == {}


@pytest.mark.parametrize("operation", ["CreateBucket", "DeleteBucket", "HeadBucket"])
def test_s3_may_be_busy_with_the_bucket_for_a_while(operation: str) -> None:
    world = World()
    world.breaks = [operation] * 5
    assert world.run(ONE).verdicts() == dict.fromkeys(ONE, "agrees")
    assert world.breaks == []
    assert world.buckets == {}


def test_a_bucket_that_somebody_else_has_made_to_look_like_ours_is_refused() -> None:
    world = World()
    world.buckets[BUCKET] = Bucket({"bait": StoredObject(b"")}, [TAG], owner="210987654321")
    calls = world.calls()
    with pytest.raises(RefusedError, match=r"s3:ListBucket: Forbidden \(or the bucket belongs to another account\)"):
        Preflight(calls, Cleaner(calls, BUCKET), "", REGION).look()
    with pytest.raises(LeftBehindError):
        world.run(ONE)
    assert list(world.buckets[BUCKET].objects) == ["bait"]


def test_the_probe_that_is_to_be_refused_is_removed_should_it_not_be() -> None:
    assert is_ours({"PackageName": IMPOSSIBLE_NAME, "PackageDescription": MARKER})


def test_an_answer_that_lacks_something_leaves_its_question_open_and_the_run_goes_on() -> None:
    def ask(lab: Lab) -> Any:
        return lab.call("DescribePackages")["NoSuchMember"]

    world = World()
    report = world.run({"odd": Question("Is it odd?", "stale_reads", ask, {}), **ONE})
    assert list(report.verdicts().values()) == ["open", "agrees"]
    assert "NoSuchMember" in report.data["answers"]["odd"]["evidence"]


def test_the_run_ends_in_time() -> None:
    world = World()
    report = world.run(lasts=0.0)
    assert set(report.verdicts().values()) == {"open"}
    assert {one["evidence"] for one in report.data["answers"].values()} == {"there was no time left"}
