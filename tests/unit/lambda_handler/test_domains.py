"""Domains and their packages: what the service's responses mean, read by boto3 from HTTP as in Lambda."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from lambda_handler.domains import Association, Domain, Domains, NoDomainError
from local_aws.moto_adapter import packages_in_moto
from local_aws.packages import Behaviour, PackagesModel, StoredObject
from local_aws.packages.behaviour import Fault
from tests.support.clients import Failing, With, failed
from tests.unit.lambda_handler.harness import FakeClock, clients

DOMAIN, ENGINE = "shop-search", "OpenSearch_2.17"
MOMENT = datetime(2027, 1, 1, tzinfo=UTC)


class TestTheCalls:
    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def model(self, clock: FakeClock) -> Iterator[PackagesModel]:
        model = PackagesModel(
            now=clock.now,
            read_object=lambda _, __: StoredObject(b"couch, sofa\n"),
            behaviour=Behaviour(copying=0, validating=0, associating=10, dissociating=10, blue_green=70),
        )
        model.add_domain(DOMAIN, ENGINE)
        with mock_aws(), packages_in_moto(model):
            yield model

    @pytest.fixture
    def domains(self, model: PackagesModel) -> Domains:
        return Domains(clients()[1])

    @pytest.fixture
    def package(self, model: PackagesModel) -> str:
        return self._package(model, "synonyms")

    def _package(self, model: PackagesModel, name: str) -> str:
        source = {"S3BucketName": "bucket", "S3Key": "words.txt"}
        described = {"PackageName": name, "PackageType": "TXT-DICTIONARY", "PackageSource": source}
        return str(model.call("CreatePackage", described)["PackageDetails"]["PackageID"])

    def test_show_a_domain(self, domains: Domains) -> None:
        domain = domains.domain(DOMAIN)
        assert (domain.name, domain.engine_version, domain.activity) == (DOMAIN, ENGINE, "Active")
        assert (domain.is_changing, domain.is_going_away, domain.is_being_upgraded) == (False, False, False)

    def test_show_that_there_is_no_domain(self, domains: Domains) -> None:
        with pytest.raises(NoDomainError, match="DescribeDomain failed: ResourceNotFoundException: Domain not found"):
            domains.domain("nowhere")
        assert domains.associations("nowhere") == []

    def test_raise_every_other_error(self, domains: Domains, model: PackagesModel) -> None:
        model.behaviour.faults = [
            Fault("DescribeDomain", "access-denied"),
            Fault("ListPackagesForDomain", "throttle"),
            Fault("AssociatePackages", "error", code="ConflictException", message="busy"),
            Fault("DissociatePackages", "error", code="ValidationException", message="no"),
        ]
        with pytest.raises(ClientError, match="AccessDenied"):
            domains.domain(DOMAIN)
        with pytest.raises(ClientError, match="Throttling"):
            domains.associations(DOMAIN)
        with pytest.raises(ClientError, match="busy"):
            domains.associate(DOMAIN, [{"PackageID": "F1"}])
        with pytest.raises(ClientError, match="no"):
            domains.dissociate(DOMAIN, ["F1"])

    def test_show_a_domain_that_changes_and_how_far_it_is(
        self, domains: Domains, model: PackagesModel, clock: FakeClock
    ) -> None:
        model.modify_domain(DOMAIN, 70)
        clock.sleep(25)
        domain = domains.domain(DOMAIN)
        assert (domain.is_changing, domain.activity) == (True, "Modifying")
        assert domains.progress(DOMAIN) == "PROCESSING, 2 of 7 stages, Provisioning new nodes"

    def test_associate_packages_and_show_them(
        self, domains: Domains, model: PackagesModel, clock: FakeClock, package: str
    ) -> None:
        domains.associate(DOMAIN, [{"PackageID": package}])
        [one] = domains.associations(DOMAIN)
        assert (one.id, one.name, one.type, one.domain) == (package, "synonyms", "TXT-DICTIONARY", DOMAIN)
        assert (one.status, one.version, one.reference_path) == ("ASSOCIATING", "", f"analyzers/{package}")
        before = one.revision
        clock.sleep(10)
        [one] = domains.associations(DOMAIN)
        assert (one.status, one.version) == ("ACTIVE", "v1")
        assert one.last_updated is not None
        assert one.last_updated.timestamp() == clock.now()
        assert one.revision != before

    def test_associate_with_prerequisites_and_a_configuration(
        self, domains: Domains, model: PackagesModel, package: str
    ) -> None:
        option = {"KeyStoreAccessOption": {"KeyStoreAccessEnabled": False}}
        other = self._package(model, "other")
        whole = {"PackageID": other, "PrerequisitePackageIDList": [package], "AssociationConfiguration": option}
        domains.associate(DOMAIN, [{"PackageID": package}, whole])
        first, second = domains.associations(DOMAIN)
        assert (first.prerequisites, first.configuration) == (set(), {})
        assert (second.prerequisites, second.configuration) == ({package}, option)

    def test_dissociate_packages(self, domains: Domains, model: PackagesModel, clock: FakeClock, package: str) -> None:
        domains.associate(DOMAIN, [{"PackageID": package}])
        clock.sleep(10)
        domains.dissociate(DOMAIN, [package])
        assert [one.status for one in domains.associations(DOMAIN)] == ["DISSOCIATING"]
        clock.sleep(10)
        assert domains.associations(DOMAIN) == []

    def test_list_all_pages(self, domains: Domains, model: PackagesModel) -> None:
        model.behaviour.page_size = 2
        ids = [self._package(model, f"words-{number}") for number in range(5)]
        domains.associate(DOMAIN, [{"PackageID": one} for one in ids])
        assert [one.id for one in domains.associations(DOMAIN)] == ids

    def test_tell_why_the_progress_cannot_be_told(self, domains: Domains, model: PackagesModel) -> None:
        assert domains.progress("nowhere") == (
            "DescribeDomainChangeProgress failed: ResourceNotFoundException: Domain not found: nowhere"
        )
        model.behaviour.faults = [Fault("DescribeDomainChangeProgress", "throttle")]
        assert "ThrottlingException" in domains.progress(DOMAIN)


class TestTheProgress:
    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({}, "0 of 0 stages"),
            ({"ChangeProgressStatus": {}}, "0 of 0 stages"),
            ({"ChangeProgressStatus": {"Status": "PENDING", "TotalNumberOfStages": 9}}, "PENDING, 0 of 9 stages"),
            (
                {"ChangeProgressStatus": {"ChangeProgressStages": [{}, {"Name": "x", "Status": "COMPLETED"}]}},
                "1 of 2 stages",
            ),
            (
                {"ChangeProgressStatus": {"Status": "\ud800", "ChangeProgressStages": [{"Name": "a", "Status": "b"}]}},
                "?, 0 of 1 stages, a",
            ),
        ],
        ids=["nothing", "no status", "no stages", "stages without names", "unreadable"],
    )
    def test_is_told_whatever_is_missing(self, told: dict[str, Any], words: str) -> None:
        client: Any = With(None, describe_domain_change_progress=lambda **_: told)
        assert Domains(client).progress(DOMAIN) == words

    def test_is_never_what_a_request_fails_for(self) -> None:
        gone = ReadTimeoutError(endpoint_url="https://es.us-east-1.amazonaws.com")
        client = cast("Any", Failing(None, "describe_domain_change_progress", gone))
        assert "Read timeout" in Domains(client).progress(DOMAIN)


def test_an_error_that_is_no_missing_domain_is_raised() -> None:
    """The service says 409 for what does not exist, so the status says nothing."""
    client = cast("Any", Failing(None, "describe_domain", failed("DescribeDomain", "ConflictException", "x", 409)))
    with pytest.raises(ClientError, match="ConflictException"):
        Domains(client).domain(DOMAIN)


def of(**details: Any) -> Domain:
    return Domain(cast("Any", details))


class TestADomain:
    @pytest.mark.parametrize(
        ("domain", "changes"),
        [
            (of(), False),
            (of(DomainProcessingStatus="Active", Created=True, Processing=False, UpgradeProcessing=False), False),
            (of(Created=False), True),
            (of(Processing=True), True),
            (of(UpgradeProcessing=True), True),
            (of(DomainProcessingStatus="Modifying"), True),
            (of(DomainProcessingStatus="Creating"), True),
            (of(DomainProcessingStatus="UpdatingServiceSoftware"), True),
            (of(DomainProcessingStatus="Isolated"), False),
            (of(DomainProcessingStatus="Isolated", Processing=True), True),
            (of(DomainProcessingStatus="Active", Processing=True), True),
        ],
        ids=lambda one: str(getattr(one, "details", one)),
    )
    def test_changes_where_anything_says_so(self, domain: Domain, changes: bool) -> None:
        assert domain.is_changing is changes

    @pytest.mark.parametrize(
        ("domain", "goes"),
        [
            (of(), False),
            (of(Deleted=False, DomainProcessingStatus="Modifying"), False),
            (of(Deleted=True), True),
            (of(DomainProcessingStatus="Deleting"), True),
        ],
        ids=lambda one: str(getattr(one, "details", one)),
    )
    def test_goes_away(self, domain: Domain, goes: bool) -> None:
        assert domain.is_going_away is goes

    @pytest.mark.parametrize(
        ("domain", "is_upgraded"),
        [
            (of(), False),
            (of(DomainProcessingStatus="UpdatingServiceSoftware"), False),
            (of(DomainProcessingStatus="UpgradingEngineVersion"), True),
            (of(UpgradeProcessing=True), True),
        ],
        ids=lambda one: str(getattr(one, "details", one)),
    )
    def test_is_upgraded(self, domain: Domain, is_upgraded: bool) -> None:
        assert domain.is_being_upgraded is is_upgraded

    @pytest.mark.parametrize(
        ("domain", "activity"),
        [
            (of(DomainProcessingStatus="Modifying"), "Modifying"),
            (of(Processing=True), "Processing"),
            (of(), "Active"),
        ],
        ids=lambda one: str(getattr(one, "details", one)),
    )
    def test_does_something(self, domain: Domain, activity: str) -> None:
        assert domain.activity == activity

    def test_of_which_little_is_told_has_empty_words(self) -> None:
        assert (of().name, of().engine_version) == ("", "")


class TestAnAssociation:
    def test_of_which_nothing_is_told_has_empty_words(self) -> None:
        one = Association({})
        assert (one.id, one.name, one.type, one.domain, one.status, one.version) == ("",) * 6
        assert (one.reference_path, one.last_updated, one.prerequisites, one.configuration) == ("", None, set(), {})
        assert one.error == "the service gave no details"

    def test_is_named_for_people(self) -> None:
        assert str(Association({"PackageID": "F1", "PackageName": "synonyms"})) == "'synonyms' (F1)"

    def test_tells_its_error_in_one_line(self) -> None:
        one = Association({"ErrorDetails": {"ErrorType": "", "ErrorMessage": " no space\n"}})
        assert one.error == "no space"

    @pytest.mark.parametrize(
        "change",
        [
            {"DomainPackageStatus": "ASSOCIATING"},
            {"PackageVersion": "v2"},
            {"LastUpdated": datetime(2027, 1, 2, tzinfo=UTC)},
            {"ErrorDetails": {"ErrorMessage": "no space"}},
        ],
        ids=repr,
    )
    def test_has_another_revision_when_a_change_has_become_visible(self, change: Any) -> None:
        before: Any = {"DomainPackageStatus": "ACTIVE", "PackageVersion": "v1", "LastUpdated": MOMENT}
        assert Association(before).revision == Association(dict(before)).revision  # type: ignore[arg-type]
        assert Association(before).revision != Association(before | change).revision
        assert len(Association(before).revision) == 16
