"""Answers that get lost, looks that fail, deliveries that overlap: no package is orphaned, and none is lost."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambda_handler import index
from local_aws.packages.behaviour import Fault
from tests.unit.lambda_handler.harness import STAGING, Answer, Cloud, Context


class Killed(BaseException):
    """The process is gone: no handler of the code runs."""


def kill_after(cloud: Cloud, operation: str) -> None:
    """Let the process die right after that call has been applied, once."""
    call = cloud.model.call

    def and_die(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        answer = call(name, parameters)
        if name == operation:
            vars(cloud.model)["call"] = call
            raise Killed
        return answer

    vars(cloud.model)["call"] = and_die


def deliver_and_die(cloud: Cloud, event: dict[str, Any], operation: str) -> None:
    """A first delivery, whose process dies right after that call."""
    kill_after(cloud, operation)
    with pytest.raises(Killed):
        cloud.resource(event, Context(cloud.clock, cloud.clock.now() + 900))
    cloud.cold_start()


def faults(*operations: str, kind: Any = "throttle", skip: int = 0) -> list[Fault]:
    return [Fault(operation, kind, times=100_000, skip=skip) for operation in operations]


def plugin_source(cloud: Cloud, engine: str) -> dict[str, str]:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as plugin:
        plugin.writestr(
            "plugin-descriptor.properties",
            f"name=p\ndescription=d\nversion=1\nclassname=C\njava.version=11\nopensearch.version={engine}.0\n",
        )
    return cloud.store(f"{engine}.zip", archive.getvalue())


def gone_after_delete(cloud: Cloud, answer: Answer, properties: dict[str, Any]) -> bool:
    """Whether CloudFormation's Delete after that answer leaves nothing."""
    cloud.model.behaviour.faults = []
    assert cloud.delete(answer.physical_id, properties).status == "SUCCESS"
    return cloud.package_ids() == []


class TestTheIdOfAFailedCreate:
    def test_does_not_claim_that_nothing_exists_when_an_answer_was_lost(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "error-after-apply", status=500),
            *faults("DescribePackages", skip=1),
        ]
        properties = cloud.dictionary()
        answer = cloud.create(properties)
        assert answer.status == "FAILED"
        assert gone_after_delete(cloud, answer, properties)

    def test_does_not_claim_so_when_reading_lags_behind_a_lost_answer(self, cloud: Cloud) -> None:
        cloud.model.behaviour.stale_reads = 100
        cloud.model.behaviour.faults = [
            Fault("CreatePackage", "error-after-apply", status=500),
            *faults("CreatePackage", kind="500", skip=1),
        ]
        properties = cloud.dictionary(ServiceTimeout=30)
        answer = cloud.create(properties)
        assert answer.status == "FAILED"
        cloud.model.behaviour.stale_reads = 0
        assert gone_after_delete(cloud, answer, properties)

    def test_does_not_claim_so_when_the_retry_comes_too_late(self, cloud: Cloud) -> None:
        properties = cloud.dictionary(ServiceTimeout=300)
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        cloud.clock.sleep(275)
        answer = cloud.deliver(event)
        assert answer.physical_id in cloud.package_ids(), "CloudFormation still listens: a look is worth while"
        assert gone_after_delete(cloud, answer, properties)

    def test_does_not_claim_so_when_the_retry_cannot_look(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        cloud.model.behaviour.faults = faults("DescribePackages")
        assert gone_after_delete(cloud, cloud.deliver(event), properties)

    def test_does_not_claim_so_when_the_function_cannot_even_start(self, cloud: Cloud) -> None:
        properties = cloud.dictionary()
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        cloud.resource.init_failure(RuntimeError("no region"))
        answer = cloud.deliver(event)
        cloud.cold_start()
        assert gone_after_delete(cloud, answer, properties)


@pytest.mark.parametrize("kind", ["500", "error-after-apply"])
def test_a_package_that_was_taken_up_has_the_wanted_content_although_an_answer_was_lost(
    cloud: Cloud, kind: Any
) -> None:
    taken_up = cloud.create(cloud.dictionary()).physical_id
    cloud.model.behaviour.faults = [Fault("UpdatePackage", kind)]
    answer = cloud.create(cloud.dictionary(PackageSource=cloud.store("new.txt", b"new")))
    assert (answer.status, answer.physical_id) == ("SUCCESS", taken_up)
    assert cloud.content(taken_up) == b"new"


def test_a_further_invocation_does_not_create_again_what_a_delete_has_removed(cloud: Cloud) -> None:
    cloud.model.behaviour.copying = 20
    properties = cloud.dictionary()
    create = cloud.event("Create", properties)
    cloud.resource(create, Context(cloud.clock, cloud.clock.now() + 10))
    [handed_on] = cloud.handed_on
    cloud.delete("shop-Synonyms-1A2B3C4D5E6F", properties)
    answer = cloud.deliver(handed_on)
    assert (answer.status, cloud.package_ids()) == ("FAILED", [])
    assert "was deleted while it was being imported" in answer.reason


def test_a_search_that_could_not_look_is_not_over(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    cloud.create(properties)
    cloud.model.behaviour.faults = [Fault("DescribePackages", "throttle", times=20)]
    assert cloud.delete("shop-Synonyms-1A2B3C4D5E6F", properties).status == "SUCCESS"
    assert cloud.package_ids() == []


class TestDeliveriesThatOverlap:
    def test_end_alike_when_the_import_fails(self, cloud: Cloud) -> None:
        cloud.model.behaviour.faults = [Fault("CreatePackage", "invalid", message="bad")]
        event = cloud.event("Create", cloud.dictionary())
        deliver_and_die(cloud, event, "CreatePackage")
        answers = self.both(cloud, event, when="VALIDATION_FAILED")
        assert [answer.status for answer in answers] == ["FAILED", "FAILED"]
        assert cloud.package_ids() == []
        assert cloud.writes().count("CreatePackage") == 1

    def test_do_not_create_again_what_a_delete_has_removed(self, cloud: Cloud) -> None:
        cloud.model.behaviour.delete_while_importing = "accept"
        properties = cloud.dictionary()
        event = cloud.event("Create", properties)
        deliver_and_die(cloud, event, "CreatePackage")
        deleted: list[Answer] = []

        def then(name: str, _: dict[str, Any]) -> None:
            if name == "DescribePackages" and not deleted:
                deleted.append(Answer("", "", "", {}, 0))
                deleted[0] = self.aside(cloud, cloud.event("Delete", properties, PhysicalResourceId="shop-S-1A2B"))

        self.interleave(cloud, then)
        answer = cloud.deliver(event)
        assert (answer.status, deleted[0].status) == ("FAILED", "SUCCESS")
        assert cloud.package_ids() == []

    def both(self, cloud: Cloud, event: dict[str, Any], when: str) -> list[Answer]:
        """Deliver a request while a delivery of it has just seen a package in that status."""
        other: list[Answer] = []

        def then(name: str, answer: dict[str, Any]) -> None:
            shown = [details["PackageStatus"] for details in answer.get("PackageDetailsList", [])]
            if when in shown and not other:
                other.append(Answer("", "", "", {}, 0))
                other[0] = self.aside(cloud, event)

        self.interleave(cloud, then)
        return [cloud.deliver(event), other[0]]

    @staticmethod
    def aside(cloud: Cloud, event: dict[str, Any]) -> Answer:
        """A delivery to another copy of the function, answered meanwhile."""
        resource, answered = cloud.resource, len(cloud.puts)
        cloud.cold_start()
        answer = cloud.deliver(event)
        cloud.resource = resource
        del cloud.puts[answered:]
        return answer

    @staticmethod
    def interleave(cloud: Cloud, then: Any) -> None:
        """Do something after each call of the packages service."""
        call = cloud.model.call

        def and_then(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
            answer = call(name, parameters)
            then(name, answer)
            return answer

        vars(cloud.model)["call"] = and_then


class TestAPackageThatARetainPolicyKept:
    @pytest.mark.parametrize("keeps", [True, False])
    def test_survives_a_failing_create_that_took_it_up(self, cloud: Cloud, keeps: bool) -> None:
        cloud.model.behaviour.failed_update_keeps_version = keeps
        kept = cloud.create(cloud.dictionary()).physical_id
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        bad = cloud.dictionary(SourceHash="bad")
        answer = cloud.create(bad)
        assert answer.status == "FAILED"
        assert cloud.delete(answer.physical_id, bad).status == "SUCCESS"
        assert cloud.package_ids() == [kept]

    def test_survives_a_replacement_that_goes_back_to_it_and_fails(self, cloud: Cloud) -> None:
        a, b = cloud.dictionary(PackageName="aaa"), cloud.dictionary(PackageName="bbb")
        kept = cloud.create(a).physical_id
        second = cloud.update(kept, a, b).physical_id
        cloud.clock.sleep(86_400)
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        bad = a | {"SourceHash": "bad"}
        assert cloud.update(second, b, bad).physical_id == second
        assert cloud.update(second, bad, b).status == "SUCCESS"
        assert sorted(cloud.package_ids()) == sorted([kept, second])

    def test_survives_a_cancelled_create_for_another_engine_version(self, cloud: Cloud) -> None:
        def plugin(engine: str) -> dict[str, Any]:
            return {
                "PackageName": "plug",
                "PackageType": "ZIP-PLUGIN",
                "EngineVersion": f"OpenSearch_{engine}",
                "PackageSource": plugin_source(cloud, engine),
            }

        kept = cloud.create(plugin("2.15")).physical_id
        cancelled = cloud.create(plugin("2.17"))
        assert cancelled.status == "SUCCESS"
        cloud.delete("shop-Synonyms-1A2B3C4D5E6F", plugin("2.17"))
        assert cloud.package_ids() == [kept]


class TestAReplacement:
    def test_that_meets_throttling_at_its_very_end_still_succeeds(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        first = cloud.create(old).physical_id
        looks = sum(name == "DescribePackages" for name, _ in cloud.model.calls)
        for skip in range(looks + 10):
            cloud.model.behaviour.faults = [Fault("DescribePackages", "throttle", skip=skip)]
            new = old | {"PackageName": f"thesaurus-{skip}"}
            answer = cloud.update(first, old, new)
            assert (answer.status, answer.physical_id != first) == ("SUCCESS", True)
            cloud.delete(answer.physical_id, new)

    def test_rolls_back_although_the_new_package_is_in_use_already(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        first = cloud.create(old).physical_id
        new = old | {"PackageName": "thesaurus"}
        second = cloud.update(first, old, new).physical_id
        cloud.model.add_domain("shop")
        cloud.opensearch.associate_package(PackageID=second, DomainName="shop")
        assert cloud.update(first, new, old).physical_id == first


class TestAnUpdateWhoseAnswerIsLost:
    @pytest.mark.parametrize("stale_reads", [0, 5])
    @pytest.mark.parametrize("while_importing", ["accept", "validation", "conflict"])
    def test_is_made_once(self, cloud: Cloud, stale_reads: float, while_importing: Any) -> None:
        old = cloud.dictionary()
        package_id = cloud.create(old).physical_id
        cloud.clock.sleep(60)
        behaviour = cloud.model.behaviour
        behaviour.stale_reads, behaviour.update_while_importing = stale_reads, while_importing
        behaviour.faults = [Fault("UpdatePackage", "error-after-apply", status=500)]
        answer = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert (answer.status, answer.attributes["PackageVersion"]) == ("SUCCESS", "v2")

    def test_is_made_again_when_it_never_arrived(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        package_id = cloud.create(old).physical_id
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "500")]
        answer = cloud.update(package_id, old, old | {"SourceHash": "new"})
        assert (answer.status, answer.attributes["PackageVersion"]) == ("SUCCESS", "v2")

    def test_by_a_process_that_died_is_waited_for_although_reading_lags(self, cloud: Cloud) -> None:
        old = cloud.dictionary()
        package_id = cloud.create(old).physical_id
        cloud.clock.sleep(60)
        cloud.model.behaviour.stale_reads = 5
        event = cloud.event(
            "Update", old | {"SourceHash": "new"}, PhysicalResourceId=package_id, OldResourceProperties=old
        )
        deliver_and_die(cloud, event, "UpdatePackage")
        cloud.clock.sleep(1)
        answer = cloud.deliver(event)
        assert (answer.status, answer.attributes["PackageVersion"]) == ("SUCCESS", "v2")


def test_a_second_deletion_is_not_taken_for_the_first_that_failed(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    cloud.model.behaviour.faults = [Fault("DeletePackage", "delete-failed")]
    assert cloud.delete(package_id, properties).status == "FAILED"
    cloud.clock.sleep(60)
    cloud.model.behaviour.stale_reads = 5
    assert cloud.delete(package_id, properties).status == "SUCCESS"


def test_a_denied_clean_up_does_not_hide_the_services_own_words(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [
        Fault("CreatePackage", "invalid", message="bad words"),
        *faults("DeletePackage", kind="access-denied"),
    ]
    assert "bad words" in cloud.create(cloud.dictionary()).reason


class TroubledS3:
    """An S3 client one of whose calls fails at first."""

    def __init__(self, s3: Any, name: str, error: Exception, times: int = 1) -> None:
        self._s3, self._name, self._error, self._times = s3, name, error, times

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._times:
            self._times -= 1

            def fail(*_: Any, **__: Any) -> None:
                raise self._error

            return fail
        return getattr(self._s3, name)


@pytest.mark.parametrize(
    ("call", "properties"),
    [
        ("head_object", {}),
        ("copy_object", {"PackageSource": {"S3BucketName": "sources", "S3Key": "kms.txt"}}),
        ("put_object", {"PackageContent": "couch, sofa"}),
    ],
)
def test_trouble_of_s3_passes(cloud: Cloud, call: str, properties: dict[str, Any]) -> None:
    cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    given = cloud.dictionary(**properties)
    slow_down = ClientError(
        {"Error": {"Code": "SlowDown", "Message": "x"}, "ResponseMetadata": {"HTTPStatusCode": 503}},  # type: ignore[typeddict-item]
        call,
    )
    cloud.s3 = TroubledS3(cloud.s3, call, slow_down, times=3)  # type: ignore[assignment]
    cloud.cold_start()
    assert cloud.create(given).status == "SUCCESS"


def test_s3_that_cannot_be_reached_does_not_fail_a_delete(cloud: Cloud) -> None:
    properties = cloud.dictionary()
    package_id = cloud.create(properties).physical_id
    error = EndpointConnectionError(endpoint_url="https://s3")
    cloud.s3 = TroubledS3(cloud.s3, "get_paginator", error, times=100)  # type: ignore[assignment]
    cloud.cold_start()
    assert cloud.delete(package_id, properties).status == "SUCCESS"


@pytest.mark.parametrize("name", ["PackageContent", "PackageSource"])
def test_text_that_was_given_in_the_wrong_form_is_shown_to_nobody(
    cloud: Cloud, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    for value in (["secret recipe"], {"a": "secret recipe"}, "secret recipe"):
        answer = cloud.create({"PackageType": "ZIP-PLUGIN", "EngineVersion": "OpenSearch_2.17", name: value})
        assert answer.status == "FAILED"
        assert "secret recipe" not in answer.reason
    assert "secret recipe" not in caplog.text


def test_a_source_is_copied_once_however_often_the_name_is_tried(cloud: Cloud) -> None:
    cloud.model.behaviour.name_taken_after_delete = 30
    properties = cloud.dictionary(PackageSource=cloud.store("kms.txt", ServerSideEncryption="aws:kms"))
    cloud.delete(cloud.create(properties).physical_id, properties)
    copies: list[str] = []

    class Counting:
        def __init__(self, s3: Any) -> None:
            self._s3 = s3

        def copy_object(self, **parameters: Any) -> Any:
            copies.append(parameters["Key"])
            return self._s3.copy_object(**parameters)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._s3, name)

    cloud.s3 = Counting(cloud.s3)  # type: ignore[assignment]
    cloud.cold_start()
    assert cloud.create(properties).status == "SUCCESS"
    assert len(copies) == 1
    assert cloud.s3.list_objects_v2(Bucket=STAGING).get("Contents", []) == []


class TestAKeptPackageThatACreateTakesUp:
    """A Retain policy kept it; the same resource is created again, a day later, and that fails in some way."""

    @pytest.fixture
    def kept(self, cloud: Cloud) -> str:
        package_id = cloud.create(cloud.dictionary()).physical_id
        cloud.clock.sleep(86_400)
        return package_id

    def fails_and_leaves_it(self, cloud: Cloud, kept: str, properties: dict[str, Any], seconds: float = 900) -> None:
        answer = cloud.deliver(cloud.event("Create", properties), seconds)
        assert answer.status == "FAILED"
        cloud.model.behaviour.faults = []
        assert cloud.delete(answer.physical_id, properties).status == "SUCCESS"
        assert cloud.package_ids() == [kept]

    def test_survives_a_source_that_is_missing(self, cloud: Cloud, kept: str) -> None:
        source = {"S3BucketName": "sources", "S3Key": "missing.txt"}
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(PackageSource=source))

    @pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "LimitExceededException"])
    def test_survives_an_update_that_is_refused(self, cloud: Cloud, kept: str, code: str) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "error", code=code, times=1000)]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x"))

    def test_survives_an_import_that_never_ends(self, cloud: Cloud, kept: str) -> None:
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "stuck")]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x", ServiceTimeout=300))

    @pytest.mark.parametrize("keeps_version", [True, False])
    def test_survives_a_failure_in_a_further_invocation(self, cloud: Cloud, kept: str, keeps_version: bool) -> None:
        cloud.model.behaviour.failed_update_keeps_version = keeps_version
        cloud.model.behaviour.copying = 100
        cloud.model.behaviour.faults = [Fault("UpdatePackage", "invalid", message="bad")]
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x"), seconds=60)

    def test_survives_a_create_that_could_not_even_look(self, cloud: Cloud, kept: str) -> None:
        cloud.model.behaviour.faults = faults("DescribePackages")
        self.fails_and_leaves_it(cloud, kept, cloud.dictionary(SourceHash="x", ServiceTimeout=300))

    def test_survives_a_create_whose_properties_nobody_can_read(self, cloud: Cloud, kept: str) -> None:
        assert cloud.delete("shop-Synonyms-1A2B3C4D5E6F", {"PackageType": "nonsense"}).status == "SUCCESS"
        assert cloud.package_ids() == [kept]

    def test_survives_a_replacement_that_goes_back_to_it_and_never_gets_there(self, cloud: Cloud, kept: str) -> None:
        a = cloud.dictionary()
        b = a | {"PackageName": "bbb"}
        second = cloud.update(kept, a, b).physical_id
        missing = a | {"PackageSource": {"S3BucketName": "sources", "S3Key": "missing.txt"}}
        assert cloud.update(second, b, missing).physical_id == second
        assert cloud.update(second, missing, b).status == "SUCCESS"
        assert sorted(cloud.package_ids()) == sorted([kept, second])


def test_a_rollback_succeeds_although_nobody_can_look_for_leftovers(cloud: Cloud) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    new = old | {"PackageName": "thesaurus", "ServiceTimeout": 300}
    asks_for_new: Any = lambda parameters: "thesaurus" in str(parameters)  # noqa: E731
    cloud.model.behaviour.faults = [Fault("DescribePackages", "throttle", times=100_000, when=asks_for_new)]
    answer = cloud.update(package_id, new, old | {"ServiceTimeout": 300})
    assert (answer.status, answer.physical_id) == ("SUCCESS", package_id)


def test_a_rollback_goes_on_removing_a_leftover_in_a_further_invocation(cloud: Cloud) -> None:
    old = cloud.dictionary()
    package_id = cloud.create(old).physical_id
    new = old | {"PackageName": "thesaurus"}
    cloud.model.behaviour.copying = 1500
    cloud.model.behaviour.delete_while_importing = "conflict"  # so that removing it takes long
    out_of_time = cloud.update(package_id, old, new | {"ServiceTimeout": 300})
    assert (out_of_time.status, len(cloud.package_ids())) == ("FAILED", 2)
    answer = cloud.update(package_id, new, old)
    assert (answer.status, answer.physical_id) == ("SUCCESS", package_id)
    assert cloud.invocations == 2
    assert cloud.package_ids() == [package_id]


@pytest.mark.parametrize("timeout", [5, 10, 20, 22])
def test_the_search_for_a_cancelled_create_fits_into_a_short_time_out(cloud: Cloud, timeout: int) -> None:
    properties = cloud.dictionary(ServiceTimeout=timeout)
    assert cloud.delete("shop-Synonyms-1A2B3C4D5E6F", properties).status == "SUCCESS"


def test_a_hop_that_arrives_too_late_names_the_package_and_what_was_waited_for(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    event = cloud.event("Create", cloud.dictionary())
    cloud.resource(event, Context(cloud.clock, cloud.clock.now() + 900))
    cloud.clock.sleep(3000)
    answer = cloud.deliver(cloud.handed_on.pop())
    assert (answer.status, answer.physical_id) == ("FAILED", cloud.package_ids()[0])
    assert "last seen: COPYING" in answer.reason


def test_no_hop_is_made_for_the_last_second(cloud: Cloud) -> None:
    cloud.model.behaviour.faults = [Fault("CreatePackage", "stuck")]
    answer = cloud.create(cloud.dictionary(ServiceTimeout=951))
    assert (answer.status, cloud.invocations) == ("FAILED", 1)


def test_the_largest_texts_can_be_handed_on(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> None:
    sent: list[bytes] = []

    class Lambda:
        def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
            sent.append(Payload)

    monkeypatch.setattr("boto3.client", lambda *_, **__: Lambda())
    text = "ж" * 128_000
    index._invoke("arn", {"ResourceProperties": {"a": text}, "OldResourceProperties": {"a": text}})
    assert len(sent[0]) < 1_000_000
