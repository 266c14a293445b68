"""Both adapters lead to the model, in the API's own protocol."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local_aws import ministack_adapter, rest_json
from local_aws.ministack_adapter import PackagesAdapter
from local_aws.moto_adapter import packages_in_moto, read_object
from local_aws.packages import Behaviour, PackagesModel, StoredObject

SOURCE: Any = {"S3BucketName": "bucket", "S3Key": "words.txt"}


class TestMoto:
    @pytest.fixture
    def model(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackagesModel]:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        model = PackagesModel(read_object=read_object, behaviour=Behaviour(copying=0, validating=0, deleting=0))
        with mock_aws(), packages_in_moto(model):
            boto3.client("s3").create_bucket(Bucket="bucket")
            boto3.client("s3").put_object(Bucket="bucket", Key="words.txt", Body=b"a, b")
            yield model

    def test_life_of_a_package(self, model: PackagesModel) -> None:
        client = boto3.client("opensearch")
        created = client.create_package(PackageName="words", PackageType="TXT-DICTIONARY", PackageSource=SOURCE)
        package_id = created["PackageDetails"]["PackageID"]
        [details] = client.describe_packages(Filters=[{"Name": "PackageID", "Value": [package_id]}])[
            "PackageDetailsList"
        ]
        assert details["AvailablePackageVersion"] == "v1"
        assert details["CreatedAt"].timestamp() == pytest.approx(model.now(), abs=60)
        nobodys = client.describe_packages(Filters=[{"Name": "PackageName", "Value": ["nobodys"]}])
        assert "PackageDetailsList" not in nobodys
        client.update_package(PackageID=package_id, PackageSource=SOURCE, CommitMessage="again")
        history = client.get_package_version_history(PackageID=package_id, MaxResults=1)
        assert [one["PackageVersion"] for one in history["PackageVersionHistoryList"]] == ["v2"]
        assert history["NextToken"]
        model.add_domain("shop")
        client.associate_package(PackageID=package_id, DomainName="shop")
        assert len(client.list_packages_for_domain(DomainName="shop")["DomainPackageDetailsList"]) == 1
        assert len(client.list_domains_for_package(PackageID=package_id)["DomainPackageDetailsList"]) == 1

    def test_life_of_an_association(self, model: PackagesModel) -> None:
        client = boto3.client("opensearch")
        created = client.create_package(PackageName="words", PackageType="TXT-DICTIONARY", PackageSource=SOURCE)
        package_id = created["PackageDetails"]["PackageID"]
        model.behaviour.associating = 0
        model.add_domain("shop", "OpenSearch_2.17")
        domain = client.describe_domain(DomainName="shop")["DomainStatus"]
        assert (domain["EngineVersion"], domain["Processing"]) == ("OpenSearch_2.17", False)
        progress = client.describe_domain_change_progress(DomainName="shop")["ChangeProgressStatus"]
        assert progress["StartTime"].timestamp() == pytest.approx(model.now(), abs=60)
        wanted: Any = [{"PackageID": package_id}]
        client.associate_packages(DomainName="shop", PackageList=wanted)
        [details] = client.list_packages_for_domain(DomainName="shop")["DomainPackageDetailsList"]
        assert (details["DomainPackageStatus"], details["PackageVersion"]) == ("ACTIVE", "v1")
        client.dissociate_packages(DomainName="shop", PackageList=[package_id])
        with pytest.raises(client.exceptions.ConflictException, match="A change/update is in progress"):
            client.dissociate_package(DomainName="shop", PackageID=package_id)

    def test_domain_that_the_model_does_not_know_is_not_found(self, model: PackagesModel) -> None:
        client = boto3.client("opensearch")
        client.create_domain(DomainName="motos-own")
        for describe in (client.describe_domain, client.describe_domain_change_progress):
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                describe(DomainName="motos-own")

    def test_errors_are_boto3s(self, model: PackagesModel) -> None:
        client = boto3.client("opensearch")
        with pytest.raises(client.exceptions.ValidationException, match="Package not found") as caught:
            client.delete_package(PackageID="F1")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        with pytest.raises(client.exceptions.ResourceNotFoundException) as missing:
            client.list_packages_for_domain(DomainName="shop")
        assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409

    def test_rest_of_opensearch_is_motos(self, model: PackagesModel) -> None:
        assert boto3.client("opensearch").list_domain_names()["DomainNames"] == []
        assert model.calls == []

    def test_objects_are_read_as_they_are(self, model: PackagesModel) -> None:
        assert read_object("bucket", "words.txt") == StoredObject(b"a, b", "binary/octet-stream", "AES256")
        boto3.client("s3").put_object(
            Bucket="bucket", Key="other", Body=b"", ContentType="text/plain", ServerSideEncryption="aws:kms"
        )
        assert read_object("bucket", "other") == StoredObject(b"", "text/plain", "aws:kms")
        assert read_object("bucket", "missing") is None
        assert read_object("missing", "missing") is None

    @pytest.mark.parametrize("version_id", ["1", "v1", "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"])
    def test_version_ids_that_cannot_be_any_are_refused_as_s3_does(self, model: PackagesModel, version_id: str) -> None:
        s3 = boto3.client("s3")
        wanted: Any = {"Bucket": "bucket", "Key": "words.txt", "VersionId": version_id}
        with pytest.raises(ClientError) as head:
            s3.head_object(**wanted)
        assert head.value.response["Error"] == {"Code": "400", "Message": "Bad Request"}
        with pytest.raises(ClientError, match=r"InvalidArgument.*Invalid version id specified"):
            s3.get_object(**wanted)
        with pytest.raises(ClientError, match="InvalidArgument"):
            s3.copy_object(Bucket="bucket", Key="copy", CopySource=wanted)

    def test_other_version_ids_are_looked_for(self, model: PackagesModel) -> None:
        s3 = boto3.client("s3")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        version_id = s3.put_object(Bucket="bucket", Key="words.txt", Body=b"new")["VersionId"]
        assert s3.head_object(Bucket="bucket", Key="words.txt", VersionId=version_id)["ContentLength"] == 3
        missing = "00000000-0000-0000-0000-000000000000"
        with pytest.raises(ClientError) as caught:
            s3.head_object(Bucket="bucket", Key="words.txt", VersionId=missing)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404

    def test_closes_behind_itself(self, model: PackagesModel) -> None:
        other = PackagesModel(read_object=read_object)
        with packages_in_moto(other):
            boto3.client("opensearch").describe_packages()
        boto3.client("opensearch").describe_packages()
        assert (len(other.calls), len(model.calls)) == (1, 1)


def test_moto_knows_nothing_of_it_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws(), pytest.raises(ClientError, match="404"):
        boto3.client("opensearch", "us-east-1").describe_packages()


class TestMinistack:
    @pytest.fixture
    def domains(self) -> dict[str, Any]:
        """Ministack's records of domains, by name."""
        return {"shop": {"EngineVersion": "OpenSearch_2.17", "_CreatedTime": 0, "Endpoint": "shop.example"}}

    @pytest.fixture
    def adapter(self, monkeypatch: pytest.MonkeyPatch, domains: dict[str, Any]) -> PackagesAdapter:
        """An adapter with everything of ministack's behind it played."""
        adapter = PackagesAdapter()

        async def rest(*request: Any) -> Any:
            return 200, {}, b"ministack's own"

        adapter._next = rest
        monkeypatch.setattr(ministack_adapter, "_region_and_account", lambda: ("eu-west-1", "111122223333"))
        monkeypatch.setattr(ministack_adapter, "_domains", lambda account, region: domains)
        monkeypatch.setattr(ministack_adapter, "_settings", lambda record: {"Endpoint": record["Endpoint"]})
        monkeypatch.setattr(ministack_adapter, "_access_key", lambda *_: "AKIA")
        monkeypatch.setattr(ministack_adapter, "_refused_source", lambda *_: frozenset({("bucket", "secret.txt")}))
        monkeypatch.setattr(
            ministack_adapter,
            "read_object",
            lambda _, key: None if ("bucket", key) in ministack_adapter._refused.get() else StoredObject(b""),
        )
        return adapter

    def request(
        self, adapter: PackagesAdapter, method: str, path: str, body: Any = None, **query: list[str]
    ) -> tuple[int, Any]:
        sent = json.dumps(body).encode() if body is not None else b""
        status, headers, said = asyncio.run(adapter.handle_request(method, path, {}, sent, query))
        return status, json.loads(said) if headers else said

    def test_reaches_the_model_of_account_and_region(self, adapter: PackagesAdapter) -> None:
        body = {"PackageName": "words", "PackageType": "TXT-DICTIONARY", "PackageSource": SOURCE}
        status, said = self.request(adapter, "POST", "/2021-01-01/packages", body)
        assert status == 200
        assert said["PackageDetails"]["PackageOwner"] == "111122223333"
        assert list(adapter.models) == [("111122223333", "eu-west-1")]
        [call] = adapter.calls
        assert (call["Operation"], call["Status"], call["Region"]) == ("CreatePackage", 200, "eu-west-1")

    def test_knows_ministacks_domains(self, adapter: PackagesAdapter) -> None:
        status, said = self.request(adapter, "GET", "/2021-01-01/domain/shop/packages", maxResults=["10"])
        assert (status, said) == (200, {"DomainPackageDetailsList": []})

    def test_tells_of_them_what_ministack_tells(self, adapter: PackagesAdapter) -> None:
        _, said = self.request(adapter, "GET", "/2021-01-01/opensearch/domain/shop")
        told = said["DomainStatus"]
        assert (told["Endpoint"], told["EngineVersion"]) == ("shop.example", "OpenSearch_2.17")
        assert told["DomainProcessingStatus"] == "Active"

    def test_domain_that_ministack_has_just_made_may_still_be_busy(
        self, adapter: PackagesAdapter, domains: dict[str, Any]
    ) -> None:
        adapter.behaviour.domain_creating = 3600
        domains["new"] = {"EngineVersion": "OpenSearch_2.17", "_CreatedTime": time.time(), "Endpoint": "new.example"}
        _, said = self.request(adapter, "GET", "/2021-01-01/opensearch/domain/new")
        assert said["DomainStatus"]["DomainProcessingStatus"] == "Creating"

    def test_domain_that_ministack_has_deleted_goes_with_its_associations(
        self, adapter: PackagesAdapter, domains: dict[str, Any]
    ) -> None:
        associate = "/2021-01-01/packages/associate/G16029449/shop"
        assert self.request(adapter, "POST", associate, {})[0] == 200
        listing = ("GET", "/2021-01-01/packages/G16029449/domains")
        assert len(self.request(adapter, *listing)[1]["DomainPackageDetailsList"]) == 1
        record = domains.pop("shop")
        assert self.request(adapter, *listing)[1]["DomainPackageDetailsList"] == []
        domains["shop"] = dict(record)
        assert self.request(adapter, "GET", "/2021-01-01/domain/shop/packages") == (
            200,
            {"DomainPackageDetailsList": []},
        )
        adapter.behaviour.domain_deleting = 3600
        del domains["shop"]
        _, said = self.request(adapter, "GET", "/2021-01-01/opensearch/domain/shop")
        assert said["DomainStatus"]["DomainProcessingStatus"] == "Deleting"

    def test_what_the_caller_may_not_read_cannot_be_copied(self, adapter: PackagesAdapter) -> None:
        adapter.behaviour.unreadable_source = "access-denied"
        source = {"S3BucketName": "bucket", "S3Key": "secret.txt"}
        body = {"PackageName": "words", "PackageType": "TXT-DICTIONARY", "PackageSource": source}
        status, _ = self.request(adapter, "POST", "/2021-01-01/packages", body)
        assert status == 403
        assert adapter.calls[0]["Error"] == "AccessDeniedException"

    def test_passes_the_rest_on(self, adapter: PackagesAdapter) -> None:
        assert self.request(adapter, "GET", "/2021-01-01/domain") == (200, b"ministack's own")
        assert adapter.calls == []


class TestRestJson:
    @pytest.mark.parametrize(
        ("method", "path", "operation"),
        [
            ("POST", "/2021-01-01/packages", "CreatePackage"),
            ("POST", "/2021-01-01/packages/update", "UpdatePackage"),
            ("DELETE", "/2021-01-01/packages/F1", "DeletePackage"),
            ("POST", "/2021-01-01/packages/describe", "DescribePackages"),
            ("GET", "/2021-01-01/packages/F1/history", "GetPackageVersionHistory"),
            ("GET", "/2021-01-01/packages/F1/domains", "ListDomainsForPackage"),
            ("GET", "/2021-01-01/opensearch/domain/shop", "DescribeDomain"),
            ("GET", "/2021-01-01/opensearch/domain/shop/progress", "DescribeDomainChangeProgress"),
            ("GET", "/2021-01-01/domain/shop/packages", "ListPackagesForDomain"),
            ("POST", "/2021-01-01/packages/associate/F1/shop", "AssociatePackage"),
            ("POST", "/2021-01-01/packages/associateMultiple", "AssociatePackages"),
            ("POST", "/2021-01-01/packages/dissociate/F1/shop", "DissociatePackage"),
            ("POST", "/2021-01-01/packages/dissociateMultiple", "DissociatePackages"),
        ],
    )
    def test_every_operation_has_its_route(self, method: str, path: str, operation: str) -> None:
        parsed = rest_json.parse(method, path, {}, b"{}")
        assert parsed
        assert parsed[0] == operation
        assert operation in rest_json.OPERATIONS

    def test_parameters_come_from_everywhere(self) -> None:
        assert rest_json.parse(
            "GET", "/2021-01-01/packages/F1/history", {"maxResults": "5", "nextToken": "x"}, b""
        ) == (
            "GetPackageVersionHistory",
            {"PackageID": "F1", "MaxResults": 5, "NextToken": "x"},
        )
        associated = rest_json.parse(
            "POST", "/2021-01-01/packages/associate/F1/shop", {}, b'{"PrerequisitePackageIDList": ["F2"]}'
        )
        assert associated == (
            "AssociatePackage",
            {"PackageID": "F1", "DomainName": "shop", "PrerequisitePackageIDList": ["F2"]},
        )

    def test_what_is_not_ours_is_nobodys(self) -> None:
        assert rest_json.parse("GET", "/2021-01-01/packages", {}, b"") is None
        assert rest_json.parse("DELETE", "/2021-01-01/opensearch/domain/shop", {}, b"") is None
        assert rest_json.parse("GET", "/2021-01-01/opensearch/domain/shop/config", {}, b"") is None
