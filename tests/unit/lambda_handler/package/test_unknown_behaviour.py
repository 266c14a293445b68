"""Where nobody outside AWS knows what the service does, every possibility has to end well."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from local_aws.packages.behaviour import Fault
from tests.support.faults import always
from tests.unit.lambda_handler.harness import Cloud

MISSING = [("empty", "validation"), ("validation", "validation"), ("not-found", "not-found")]


@pytest.mark.parametrize("description_shows", ["at-once", "on-success", "at-once-and-reverts"])
@pytest.mark.parametrize("stale_reads", [0, 5])
@pytest.mark.parametrize(
    "unknown",
    [
        {},
        *({"missing_described": described, "missing_named": named} for described, named in MISSING),
        {"deleted_record": 3600},
        {"name_taken_after_delete": 30},
        {"name_taken_while_deleting": False},
        {"failed_update_keeps_version": False},
        *(
            {"update_while_importing": a, "delete_while_importing": b}
            for a, b in product(("accept", "conflict"), repeat=2)
        ),
        {"delete_while_deleting": "validation"},
    ],
)
def test_a_package_lives_well_whatever_the_service_does(
    cloud: Cloud, unknown: dict[str, Any], stale_reads: float, description_shows: str
) -> None:
    cloud.model.behaviour.change({**unknown, "stale_reads": stale_reads, "description_shows": description_shows})
    old = cloud.dictionary()
    created = cloud.create(old)
    package_id = created.physical_id
    assert (created.status, created.attributes["PackageVersion"]) == ("SUCCESS", "v1")

    new = old | {"PackageSource": cloud.store("new.txt", b"new")}
    updated = cloud.update(package_id, old, new)
    assert (updated.status, updated.physical_id) == ("SUCCESS", package_id)
    assert updated.attributes["PackageVersion"] == "v2"

    cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
    bad = old | {"PackageSource": cloud.store("bad.txt", b"bad")}
    failed = cloud.update(package_id, new, bad)
    assert (failed.status, failed.physical_id) == ("FAILED", package_id)
    rolled_back = cloud.roll_back(package_id, bad, new)
    assert (rolled_back.status, rolled_back.physical_id) == ("SUCCESS", package_id)
    assert rolled_back.attributes["PackageVersion"] == "v3"
    assert cloud.content(package_id) == b"new"

    renamed = new | {"PackageName": "thesaurus"}
    replaced = cloud.update(package_id, new, renamed)
    assert (replaced.status, replaced.attributes["PackageVersion"]) == ("SUCCESS", "v1")
    assert sorted(cloud.package_ids()) == sorted([package_id, replaced.physical_id])

    assert cloud.delete(package_id, new).status == "SUCCESS"
    assert cloud.delete(replaced.physical_id, renamed).status == "SUCCESS"
    assert cloud.package_ids() == []

    again = cloud.create(old)
    assert (again.status, again.attributes["PackageVersion"]) == ("SUCCESS", "v1")
    assert again.physical_id not in (package_id, replaced.physical_id)
    assert cloud.delete(again.physical_id, old).status == "SUCCESS"
    assert cloud.package_ids() == []


@pytest.mark.parametrize("how", ["access-denied", "validation", "copy-failed"])
def test_a_source_that_the_service_cannot_read_fails_in_its_words_and_leaves_nothing(cloud: Cloud, how: Any) -> None:
    cloud.model.behaviour.unreadable_source = how
    cloud.model.behaviour.faults = always("CreatePackage", "UpdatePackage", kind="unreadable")
    properties = cloud.dictionary()
    response = cloud.create(properties)
    assert response.status == "FAILED"
    assert "The S3 object does not exist or cannot be accessed" in response.reason
    assert cloud.package_ids() == []
    assert cloud.delete(response.physical_id, properties).status == "SUCCESS"


@pytest.mark.parametrize("how", ["access-denied", "validation", "copy-failed"])
def test_a_key_that_the_function_may_not_use_fails_in_the_services_words_and_leaves_nothing(
    cloud: Cloud, how: Any
) -> None:
    cloud.model.behaviour.key_refused = how
    cloud.refused_keys["alias/words"] = "not authorized to perform: kms:CreateGrant"
    encrypted = {"EncryptionEnabled": "true", "KmsKeyIdentifier": "alias/words"}
    properties = cloud.dictionary() | {"PackageEncryptionOptions": encrypted}
    response = cloud.create(properties)
    assert response.status == "FAILED"
    assert "not authorized to perform: kms:CreateGrant" in response.reason
    assert cloud.package_ids() == []
    assert cloud.delete(response.physical_id, properties).status == "SUCCESS"


@pytest.mark.parametrize("refusal", ["conflict", "validation"])
def test_an_update_after_a_failure_that_is_refused_says_so(cloud: Cloud, refusal: Any) -> None:
    cloud.model.behaviour.update_after_failure = refusal
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
    new = old | {"SourceHash": "new"}
    assert cloud.update(package_id, old, new).status == "FAILED"
    response = cloud.roll_back(package_id, new, old)
    assert (response.status, response.physical_id) == ("FAILED", package_id)
    assert "could not be updated" in response.reason


def test_an_identical_update_that_makes_no_version_succeeds(cloud: Cloud) -> None:
    # The mark in the description names the request, so the description is never the same.
    cloud.model.behaviour.description_update_makes_version = False
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    response = cloud.update(package_id, old, old | {"SourceHash": "new"})
    assert (response.status, response.attributes["PackageVersion"]) == ("SUCCESS", "v1")


@pytest.mark.parametrize("refusal", ["conflict", "validation"])
def test_deleting_a_package_that_got_associated_meanwhile_names_the_domain(cloud: Cloud, refusal: Any) -> None:
    cloud.model.behaviour.delete_associated = refusal
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    cloud.model.add_domain("shop")
    associate: Any = lambda _: cloud.opensearch.associate_package(PackageID=package_id, DomainName="shop") and False  # noqa: E731
    cloud.model.behaviour.faults = [Fault("DeletePackage", "throttle", when=associate)]
    response = cloud.delete(package_id, properties)
    assert response.status == "FAILED"
    assert "domain shop" in response.reason
