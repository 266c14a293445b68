"""Whatever a template says, and whatever AWS says: the end is a response that CloudFormation takes and can show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from lambda_handler.package.table import PACKAGE_PROPERTIES
from local_aws.packages.behaviour import Fault
from tests.support.clients import FOR_EVER, Failing, With
from tests.support.physical_ids import INVENTED
from tests.unit.lambda_handler.any_input import check, json_of, lambdas_log, repeatedly, scalars_and, some_text
from tests.unit.lambda_handler.harness import Cloud

scalars = scalars_and("", "true", "TXT-DICTIONARY", "ZIP-PLUGIN", "PACKAGE-LICENSE", "OpenSearch_2.17", "sources", "é")
json_values = json_of(scalars)
SOURCE = {"S3BucketName": "sources", "S3Key": "synonyms.txt"}
PLAUSIBLE = {"PackageType": "TXT-DICTIONARY", "PackageSource": SOURCE}
members = st.one_of(
    json_values,
    st.dictionaries(
        st.sampled_from(["S3BucketName", "S3Key", "S3ObjectVersion", "VendingEnabled", "KmsKeyIdentifier"]),
        scalars,
        max_size=3,
    ),
)
properties = st.one_of(
    json_values,
    st.dictionaries(st.one_of(st.sampled_from(sorted(PACKAGE_PROPERTIES)), some_text), members, max_size=5),
    st.dictionaries(st.sampled_from(sorted(PACKAGE_PROPERTIES)), members, max_size=2).map(
        lambda random: {**PLAUSIBLE, **random}
    ),
)
physical_ids = st.one_of(st.sampled_from(["F123", "G1", "not-known-x", "nothing-was-created-x"]), json_values)


@pytest.fixture(autouse=True)
def _a_source_and_a_log(cloud: Cloud) -> Iterator[None]:
    cloud.store("synonyms.txt")
    with lambdas_log():
        yield


@repeatedly
@given(kind=st.sampled_from(["Create", "Update", "Delete"]), new=properties, old=properties, physical_id=physical_ids)
def test_whatever_a_template_says(cloud: Cloud, kind: str, new: Any, old: Any, physical_id: Any) -> None:
    event = cloud.event(kind, {})
    event |= {"ResourceProperties": new, "OldResourceProperties": old, "PhysicalResourceId": physical_id}
    check(cloud.deliver(json.loads(json.dumps(event))))


@repeatedly
@given(words=st.text(st.characters(), max_size=5000), operation=st.sampled_from(["CreatePackage", "UpdatePackage"]))
def test_whatever_the_service_says_of_a_failed_import(cloud: Cloud, words: str, operation: str) -> None:
    given_properties = cloud.dictionary()
    made = cloud.create(given_properties)
    cloud.model.behaviour.faults = [Fault(operation, "invalid", message=words)]
    if operation == "UpdatePackage":
        response = cloud.update(made.physical_id, given_properties, given_properties | {"SourceHash": "new"})
        cloud.delete(made.physical_id, given_properties)
    else:
        cloud.delete(made.physical_id, given_properties)
        response = cloud.create(given_properties)
    check(response)
    assert response.status == "FAILED"
    assert "could not be imported as package 'synonyms'" in response.reason


@repeatedly
@given(
    operation=st.sampled_from(["head_object", "copy_object", "put_object"]),
    code=st.one_of(some_text, st.sampled_from(["400", "301", "403", "404", "AccessDenied", "KMS.DisabledException"])),
    message=st.one_of(st.none(), some_text, st.text(st.characters(), min_size=3000, max_size=3000)),
    status=st.sampled_from([200, 301, 400, 403, 404, 405, 412, 500, 503]),
)
def test_whatever_s3_says(cloud: Cloud, operation: str, code: str, message: str | None, status: int) -> None:
    told: dict[str, Any] = {"Code": code} if message is None else {"Code": code, "Message": message}
    error = ClientError({"Error": told, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)  # type: ignore[typeddict-item]
    source = cloud.store("kms.txt", ServerSideEncryption="aws:kms")
    wanted = {"PackageContent": "couch"} if operation == "put_object" else {"PackageSource": source}
    whole = cloud.s3
    cloud.s3 = cast("Any", Failing(whole, operation, error))
    cloud.cold_start()
    response = cloud.create(cloud.dictionary(**wanted, ServiceTimeout=90))
    cloud.s3 = whole
    check(response)
    assert response.status == "FAILED"


@repeatedly
@given(
    code=st.one_of(some_text, st.sampled_from(["ValidationException", "ConflictException", "AccessDeniedException"])),
    message=st.one_of(some_text, st.text(st.characters(), min_size=3000, max_size=3000)),
    operation=st.sampled_from(["DescribePackages", "CreatePackage"]),
    kind=st.sampled_from(["Create", "Delete"]),
)
def test_whatever_the_service_refuses_a_call_with(
    cloud: Cloud, code: str, message: str, operation: str, kind: str
) -> None:
    cloud.model.behaviour.faults = [Fault(operation, "error", code=code, message=message, status=400, times=FOR_EVER)]
    event: dict[str, Any] = {"PhysicalResourceId": INVENTED} if kind == "Delete" else {}
    response = cloud.send(kind, cloud.dictionary(ServiceTimeout=90), **event)
    check(response)
    assert response.status == ("FAILED" if kind == "Create" else "SUCCESS")


@repeatedly
@given(
    details=st.dictionaries(st.sampled_from(["PackageOwner", "AvailablePackageVersion", "EngineVersion"]), some_text),
    text=st.text(st.characters(), max_size=700),
)
def test_whatever_the_service_says_of_a_package(cloud: Cloud, details: dict[str, Any], text: str) -> None:
    describe = cloud.opensearch.describe_packages

    def with_more(**parameters: Any) -> Any:
        page = describe(**parameters)
        more = {**details, "AvailablePluginProperties": {"Description": text, "ClassName": text}}
        return {**page, "PackageDetailsList": [{**one, **more} for one in page.get("PackageDetailsList", [])]}

    whole = cloud.opensearch
    cloud.opensearch = cast("Any", With(whole, describe_packages=with_more))
    cloud.cold_start()
    response = cloud.create(cloud.dictionary())
    cloud.opensearch = whole
    check(response)
    assert response.status == "SUCCESS"
    cloud.delete(response.physical_id, {})
