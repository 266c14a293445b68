"""Guards that nothing else would miss: each is here because a program without it passed all other tests."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_handler.opensearch import OpenSearch
from lambda_handler.ownership import Owner, read
from lambda_handler.package.properties import parse
from local_aws.packages.behaviour import Fault
from tests.support.clients import With
from tests.support.watchdogs import Watchdog
from tests.unit.lambda_handler.harness import STACK_ID, STAGING, Cloud

OTHER_ACCOUNT = "999999999999"


def test_a_create_whose_call_hangs_says_that_it_may_have_made_something(
    cloud: Cloud, watchdogs: list[Watchdog]
) -> None:
    call = cloud.model.call

    def hang(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if name == "CreatePackage":
            call(name, parameters)
            cloud.clock.sleep(295)
            watchdogs[-1].fire()
            raise RuntimeError("Lambda ends the invocation")
        return call(name, parameters)

    vars(cloud.model)["call"] = hang
    properties = cloud.dictionary(ServiceTimeout=300)
    response = cloud.create(properties)
    del vars(cloud.model)["call"]
    assert response.physical_id.startswith("not-known-")
    assert cloud.delete(response.physical_id, properties).status == "SUCCESS"
    assert cloud.package_ids() == []


def test_the_watchdog_fires_half_way_between_the_end_of_work_and_the_end(
    cloud: Cloud, watchdogs: list[Watchdog]
) -> None:
    cloud.create(cloud.dictionary())
    assert watchdogs[-1].seconds == pytest.approx(895, abs=1)  # work ends after 890 s, the invocation after 900 s
    cloud.create(cloud.dictionary(PackageName="thesaurus", ServiceTimeout=100))
    assert watchdogs[-1].seconds == pytest.approx(
        95, abs=1
    )  # work ends after 90 s, CloudFormation's patience after 100 s


def test_nothing_is_begun_after_a_copy_that_took_all_the_time(cloud: Cloud) -> None:
    copy_object = cloud.s3.copy_object

    def copy_slowly(**parameters: Any) -> Any:
        cloud.clock.sleep(280)
        return copy_object(**parameters)

    properties = cloud.dictionary(
        PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"), ServiceTimeout=300
    )
    cloud.s3 = With(cloud.s3, copy_object=copy_slowly)  # type: ignore[assignment]
    cloud.cold_start()
    assert cloud.create(properties).status == "FAILED"
    assert cloud.writes() == []


def test_a_resource_leaves_the_copies_of_its_siblings_alone(cloud: Cloud) -> None:
    sibling = f"{cloud.owner().stack}/{Owner(STACK_ID, 'Sibling', 'r').resource}/r/x"
    cloud.s3.put_object(Bucket=STAGING, Key=sibling, Body=b"x")
    cloud.clock.sleep(100)
    properties = cloud.dictionary()
    cloud.delete(cloud.create(properties).physical_id, properties)
    assert cloud.staged() == [sibling]


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("age", [10, 86_400])
def test_a_create_that_fails_leaves_a_package_of_an_earlier_request(cloud: Cloud, age: float, dated: bool) -> None:
    """Its mark says so, whatever the clocks say."""
    kept = cloud.create(cloud.dictionary()).physical_id
    cloud.clock.sleep(age)
    missing = cloud.dictionary(PackageSource={"S3BucketName": "sources", "S3Key": "missing.txt"})
    event = cloud.event("Create", missing) | ({} if dated else {"ResponseURL": "https://host/path"})
    response = cloud.deliver(event)
    assert response.status == "FAILED"
    cloud.delete(response.physical_id, missing)
    assert cloud.package_ids() == [kept]


@pytest.mark.parametrize("keeps", ["version", "nothing"])
def test_a_package_that_lost_its_version_is_updated_and_not_made_anew(cloud: Cloud, keeps: str) -> None:
    """Its id is in the settings of indexes."""
    a, b = cloud.dictionary(PackageName="aaa"), cloud.dictionary(PackageName="bbb")
    kept = cloud.create(a).physical_id
    second = cloud.update(kept, a, b).physical_id
    cloud.clock.sleep(86_400)
    cloud.model.behaviour.failed_update_keeps_version = keeps == "version"
    cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
    bad = a | {"SourceHash": "bad"}
    assert cloud.update(second, b, bad).status == "FAILED"
    assert cloud.roll_back(second, bad, b).status == "SUCCESS"
    cloud.clock.sleep(86_400)
    assert cloud.update(second, b, a | {"SourceHash": "good"}).physical_id == kept


def test_a_strangers_package_that_is_going_is_never_claimed(cloud: Cloud) -> None:
    theirs = cloud.opensearch.create_package(
        PackageName="synonyms",
        PackageType="TXT-DICTIONARY",
        PackageDescription="a person's",
        PackageSource={"S3BucketName": "sources", "S3Key": cloud.store("synonyms.txt")["S3Key"]},
    )["PackageDetails"]["PackageID"]
    cloud.clock.sleep(100)
    cloud.model.behaviour.deleting = 10_000
    cloud.model.call("DeletePackage", {"PackageID": theirs})
    response = cloud.create(cloud.dictionary(ServiceTimeout=300))
    assert response.status == "FAILED"
    assert response.physical_id.startswith("nothing-was-created-")


def test_a_delete_finds_a_package_that_was_made_a_moment_ago(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    described = cloud.model.package(package_id)
    assert described is not None
    cloud.model.behaviour.stale_reads = cloud.clock.now() - described["CreatedAt"].timestamp() + 5
    assert cloud.delete(package_id, properties).status == "SUCCESS"
    cloud.model.behaviour.stale_reads = 0
    assert cloud.package_ids() == []


def test_an_older_state_that_a_look_shows_is_not_taken_for_the_updates(cloud: Cloud) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    cloud.clock.sleep(100)
    shown_first = cloud.model.package(package_id)
    assert cloud.update(package_id, old, old | {"SourceHash": "2"}).status == "SUCCESS"
    cloud.clock.sleep(100)
    cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad words")]
    describe, looks = cloud.opensearch.describe_packages, []

    def an_old_replica_answers_once(**parameters: Any) -> Any:
        looks.append(parameters)
        page = describe(**parameters)
        return page | {"PackageDetailsList": [shown_first]} if len(looks) == 2 else page

    cloud.opensearch = With(cloud.opensearch, describe_packages=an_old_replica_answers_once)  # type: ignore[assignment]
    cloud.cold_start()
    response = cloud.update(package_id, old | {"SourceHash": "2"}, old | {"SourceHash": "bad"})
    assert "bad words" in response.reason


def test_a_rollback_leaves_the_package_whose_id_it_carries_to_cloudformation(cloud: Cloud) -> None:
    a, b = cloud.dictionary(PackageName="aaa"), cloud.dictionary(PackageName="bbb")
    first = cloud.create(a).physical_id
    second = cloud.update(first, a, b).physical_id
    assert cloud.roll_back(second, b, a).physical_id == first
    assert set(cloud.package_ids()) == {first, second}
    assert cloud.delete(second, b).status == "SUCCESS"


def test_an_own_package_of_another_type_and_with_content_is_not_taken_up(cloud: Cloud) -> None:
    kept = cloud.create(cloud.dictionary()).physical_id
    cloud.clock.sleep(86_400)
    license_ = {
        "PackageType": "PACKAGE-LICENSE",
        "PackageName": "synonyms",
        "PackageSource": cloud.store("license.json", b"{}"),
    }
    response = cloud.create(license_)
    assert response.status == "FAILED"
    assert f"is taken by package 'synonyms' ({kept})" in response.reason
    assert cloud.writes() == ["CreatePackage"]


def test_an_update_that_was_accepted_and_never_shows_is_an_error(cloud: Cloud) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    update = cloud.opensearch.update_package
    cloud.opensearch = With(cloud.opensearch, update_package=lambda **_: None)  # type: ignore[assignment]
    cloud.cold_start()
    response = cloud.update(package_id, old, old | {"SourceHash": "new"})
    assert update is not None
    assert "UpdatePackage was accepted for package 'synonyms'" in response.reason
    assert "which has not changed since" in response.reason


@pytest.mark.parametrize(("owner", "taken"), [(OTHER_ACCOUNT, False), ("000000000000", True), ("somebody", True)])
def test_a_name_is_taken_by_this_accounts_packages_only(cloud: Cloud, owner: str, taken: bool) -> None:
    described = {"PackageID": "F7", "PackageName": "synonyms", "PackageType": "TXT-DICTIONARY", "PackageOwner": owner}
    describe = cloud.opensearch.describe_packages

    def with_vended(**parameters: Any) -> Any:
        page = describe(**parameters)
        named = parameters["Filters"][0]["Name"] == "PackageName"
        lists = [described] if named else []
        return page | {"PackageDetailsList": [*lists, *page.get("PackageDetailsList", [])]}

    cloud.opensearch = With(cloud.opensearch, describe_packages=with_vended)  # type: ignore[assignment]
    cloud.cold_start()
    assert cloud.create(cloud.dictionary()).status == ("FAILED" if taken else "SUCCESS")


def test_what_a_filter_lets_through_beside_the_exact_name_and_id_is_ignored() -> None:
    """The characters that filters allow suggest that they know wildcards."""
    found = [
        {"PackageID": "F1", "PackageName": "synonyms"},
        {"PackageID": "F12", "PackageName": "synonyms-2"},
    ]
    client: Any = With(None, describe_packages=lambda **_: {"PackageDetailsList": found[::-1]})
    service = OpenSearch(client)
    assert [package.id for package in service.packages_named("synonyms")] == ["F1"]
    assert service.packages_named("syn") == []
    package = service.package("F1")
    assert package is not None
    assert package.name == "synonyms"
    assert service.package("F") is None


def test_the_same_key_in_another_bucket_is_another_source(cloud: Cloud) -> None:
    model, owner = cloud.opensearch.meta.service_model, cloud.owner()
    first, second = (
        parse(cloud.dictionary(PackageSource={"S3BucketName": bucket, "S3Key": "x.txt"}), owner, model)
        for bucket in ("bucket-one", "bucket-two")
    )
    assert first.fingerprint != second.fingerprint


def test_long_names_in_a_mark_keep_both_ends() -> None:
    owner = Owner(f"arn:aws:cloudformation:us-east-1:000000000000:stack/a{'x' * 200}z/1", f"B{'y' * 200}Y", "r")
    _, mark = read(owner.sign("", "0" * 16))
    assert mark is not None
    stack, resource = mark.names.split("/")
    assert (stack[0], stack[-1], resource[0], resource[-1]) == ("a", "z", "B", "Y")
    assert max(len(stack), len(resource)) <= 80


@pytest.mark.parametrize("name", ["[x]", "a] b", "é\n", "x y", "\ud800"])
def test_no_name_makes_a_mark_unreadable(name: str) -> None:
    owner = Owner(f"arn:aws:cloudformation:us-east-1:1:stack/{name}/1", name, "r")
    text, mark = read(owner.sign("text", "0" * 16))
    assert text == "text"
    assert owner.owns(mark)
