"""The service: what its responses mean, read by boto3 from HTTP as in Lambda."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lambda_handler.opensearch import Identity, OpenSearch, Package, is_package_id
from lambda_handler.ownership import Owner, fingerprint
from local_aws.moto_adapter import packages_in_moto
from local_aws.packages import Behaviour, PackagesModel, StoredObject
from local_aws.packages.behaviour import Fault
from tests.support.plugin_archives import plugin_archive
from tests.unit.lambda_handler.harness import STACK_ID, FakeClock, clients

OWNER = Owner(STACK_ID, "Synonyms", "request-1")
DICTIONARY: dict[str, Any] = {
    "PackageName": "synonyms",
    "PackageType": "TXT-DICTIONARY",
    "PackageSource": {"S3BucketName": "bucket", "S3Key": "words.txt"},
}


class TestTheCalls:
    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def model(self, clock: FakeClock) -> Iterator[PackagesModel]:
        objects = {"words.txt": StoredObject(b"couch, sofa\n"), "plugin.zip": StoredObject(plugin_archive())}
        model = PackagesModel(
            now=clock.now,
            read_object=lambda _, key: objects.get(key),
            behaviour=Behaviour(copying=0, validating=0, deleting=0),
        )
        with mock_aws(), packages_in_moto(model):
            yield model

    @pytest.fixture
    def service(self, model: PackagesModel) -> OpenSearch:
        return OpenSearch(clients()[1])

    def test_create_and_show_a_package(self, service: OpenSearch) -> None:
        made = service.create_package(
            DICTIONARY | {"PackageDescription": OWNER.sign("Shop synonyms", fingerprint("source"))}
        )
        shown = service.package(made.id)
        assert shown is not None
        assert (shown.id, shown.status, shown.version) == (made.id, "AVAILABLE", "v1")
        assert shown.identity == Identity("synonyms", "TXT-DICTIONARY", "", vended=False)
        assert shown.text == "Shop synonyms"
        assert OWNER.owns(shown.mark)
        assert shown.created_at is not None
        assert shown.created_at.timestamp() == FakeClock().now()
        assert str(shown) == f"'synonyms' ({made.id})"

    def test_show_packages_of_exactly_one_name_without_awss_own(
        self, service: OpenSearch, model: PackagesModel
    ) -> None:
        made = service.create_package(DICTIONARY)
        service.create_package(DICTIONARY | {"PackageName": "synonyms-2"})
        model.add_aws_package("G1", "synonyms", "OpenSearch_2.17")
        assert [package.id for package in service.packages_named("synonyms")] == [made.id]

    def test_show_several_packages_by_their_ids_in_one_call(self, service: OpenSearch, model: PackagesModel) -> None:
        first, second = (service.create_package(DICTIONARY | {"PackageName": name}).id for name in ("one", "two"))
        model.calls.clear()
        shown = service.packages([second, first, second])
        assert {one: found.name for one, found in shown.items()} == {first: "one", second: "two"}
        assert [name for name, _ in model.calls] == ["DescribePackages"]
        assert service.packages([]) == {}
        assert len(model.calls) == 1

    @pytest.mark.parametrize("described", ["empty", "validation", "not-found"])
    def test_show_the_others_where_one_is_missing(
        self, service: OpenSearch, model: PackagesModel, described: Any
    ) -> None:
        """Whether the service does, when it is asked for all of them at once, is not known."""
        model.behaviour.missing_described = described
        made = service.create_package(DICTIONARY).id
        assert list(service.packages(["F1", made])) == [made]
        assert service.packages(["F1"]) == {}
        assert service.packages(["F1", "F2"]) == {}

    def test_show_the_others_where_one_is_missing_and_the_service_refuses_to_show_all_of_them(
        self, service: OpenSearch, model: PackagesModel
    ) -> None:
        made = service.create_package(DICTIONARY).id
        model.behaviour.faults = [Fault("DescribePackages", "error", code="ResourceNotFoundException")]
        assert list(service.packages(["F1", made])) == [made]

    def test_do_not_count_as_gone_where_the_service_cannot_tell(
        self, service: OpenSearch, model: PackagesModel
    ) -> None:
        model.behaviour.faults = [Fault("DescribePackages", "throttle")]
        with pytest.raises(ClientError, match="Rate exceeded"):
            service.packages(["F1", "F2"])

    def test_show_the_packages_of_several_names_whoever_owns_them(
        self, service: OpenSearch, model: PackagesModel
    ) -> None:
        made = service.create_package(DICTIONARY).id
        service.create_package(DICTIONARY | {"PackageName": "synonyms-2"})
        model.add_aws_package("G1", "aws-plugin", "OpenSearch_2.17")
        model.add_aws_package("G2", "aws-plugin", "OpenSearch_2.19")
        model.calls.clear()
        assert {one.id for one in service.all_packages_named(["aws-plugin", "synonyms"])} == {made, "G1", "G2"}
        assert [name for name, _ in model.calls] == ["DescribePackages"]
        assert service.all_packages_named([]) == []
        assert service.all_packages_named(["nobody"]) == []
        assert len(model.calls) == 2

    def test_update_a_package_and_list_all_its_commit_messages(self, service: OpenSearch, model: PackagesModel) -> None:
        model.behaviour.page_size = 2
        made = service.create_package(DICTIONARY)
        for message in ("one", "two", "three"):
            service.update_package(
                {"PackageID": made.id, "PackageSource": DICTIONARY["PackageSource"], "CommitMessage": message}
            )
        assert sorted(service.commit_messages(made.id)) == ["", "one", "three", "two"]

    def test_list_the_domains_of_a_package(self, service: OpenSearch, model: PackagesModel) -> None:
        made = service.create_package(DICTIONARY)
        assert service.domains_of(made.id) == {}
        model.add_domain("shop")
        clients()[1].associate_package(PackageID=made.id, DomainName="shop")
        assert service.domains_of(made.id) == {"shop": "ASSOCIATING"}

    @pytest.mark.parametrize("described", ["empty", "validation", "not-found"])
    @pytest.mark.parametrize("named", ["validation", "not-found"])
    def test_take_every_form_of_a_missing_package_for_none(
        self, service: OpenSearch, model: PackagesModel, described: Any, named: Any
    ) -> None:
        model.behaviour.missing_described, model.behaviour.missing_named = described, named
        assert service.package("F1") is None
        assert service.commit_messages("F1") == []
        assert service.domains_of("F1") == {}
        service.delete_package("F1")

    def test_take_the_record_of_a_deleted_package_for_none(self, service: OpenSearch, model: PackagesModel) -> None:
        model.behaviour.deleted_record = 3600
        made = service.create_package(DICTIONARY)
        service.delete_package(made.id)
        assert service.package(made.id) is None
        assert service.packages_named("synonyms") == []

    def test_raise_every_other_error(self, service: OpenSearch) -> None:
        service.create_package(DICTIONARY)
        with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
            service.create_package(DICTIONARY)

    def test_show_the_engine_version_of_a_plugin(self, service: OpenSearch) -> None:
        made = service.create_package(
            {
                "PackageName": "plug",
                "PackageType": "ZIP-PLUGIN",
                "EngineVersion": "OpenSearch_2.17",
                "PackageSource": {"S3BucketName": "bucket", "S3Key": "plugin.zip"},
            }
        )
        shown = service.package(made.id)
        assert shown is not None
        assert shown.identity == Identity("plug", "ZIP-PLUGIN", "OpenSearch_2.17", vended=False)


class TestAnIdentity:
    @pytest.mark.parametrize(
        ("other", "takes_its_place"),
        [
            (Identity("a", "ZIP-PLUGIN", "OpenSearch_2.17", vended=True), True),
            (Identity("a", "ZIP-PLUGIN", "OpenSearch_2.15", vended=False), False),
            (Identity("a", "TXT-DICTIONARY", "", vended=False), True),
            (Identity("b", "ZIP-PLUGIN", "OpenSearch_2.17", vended=False), False),
        ],
    )
    def test_takes_the_place_of_another_where_both_cannot_exist_at_once(
        self, other: Identity, takes_its_place: bool
    ) -> None:
        plugin = Identity("a", "ZIP-PLUGIN", "OpenSearch_2.17", vended=False)
        assert plugin.takes_the_place_of(other) == takes_its_place


class TestAPackage:
    @pytest.mark.parametrize(
        ("details", "error"),
        [
            ({}, "the service gave no details"),
            ({"ErrorType": "", "ErrorMessage": " bad words\n"}, "bad words"),
            ({"ErrorType": "Bad", "ErrorMessage": "words"}, "Bad: words"),
        ],
    )
    def test_tells_its_error_in_one_line(self, details: Any, error: str) -> None:
        assert Package({"ErrorDetails": details}).error == error

    @pytest.mark.parametrize(
        ("owner", "lent"), [("111122223333", True), ("000000000000", False), ("", False), ("amazon", False)]
    )
    def test_is_lent_where_it_belongs_to_another_account(self, owner: str, lent: bool) -> None:
        assert Package({"PackageOwner": owner}).is_lent("000000000000") == lent

    @pytest.mark.parametrize(
        "change",
        [
            {"PackageStatus": "COPYING"},
            {"AvailablePackageVersion": "v2"},
            {"PackageDescription": "other"},
            {"ErrorDetails": {"ErrorType": "", "ErrorMessage": "bad"}},
        ],
    )
    def test_has_another_revision_when_a_write_has_become_visible(self, change: Any) -> None:
        before: Any = {"PackageStatus": "AVAILABLE", "AvailablePackageVersion": "v1", "PackageDescription": "words"}
        same, other = dict(before), before | change
        assert Package(before).revision == Package(same).revision  # type: ignore[arg-type]
        assert Package(before).revision != Package(other).revision


@pytest.mark.parametrize(
    ("physical_id", "is_one"),
    [
        ("F123456789", True),
        ("G240285063", True),
        ("pkg-0a1b2c", True),
        ("", False),
        ("F", False),
        ("f123", False),
        ("F123\n", False),
        ("shop-Synonyms-1A2B3C4D5E6F", False),
        ("nothing-was-created-5aa557aab257", False),
        ("not-known-5aa557aab257", False),
    ],
)
def test_a_package_id_is_recognised(physical_id: str, is_one: bool) -> None:
    assert is_package_id(physical_id) == is_one
