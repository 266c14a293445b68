"""Keys of KMS: whoever may not use one gets neither a package encrypted with it, nor an object."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.certificate import AUTHORITY
from local_aws.controls import REGION
from local_aws.machine import LocalAws
from local_aws.packages.encryption import ACTIONS

BUCKET, WORDS, SECRET, SOMEBODY = "keys-of-kms", "words.txt", "secret.txt", "somebody"


@dataclass
class Caller:
    """A user of IAM, who may use the packages service and S3, and with keys what a test says."""

    aws: LocalAws
    key: str
    session: Any

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.aws.endpoint, verify=str(self.aws.state / AUTHORITY))

    def may(self, *actions: str, **condition: str) -> None:
        """What the user may do with keys, under a condition on `kms:ViaService`."""
        statements: list[dict[str, Any]] = [{"Effect": "Allow", "Action": ["es:*", "s3:*"], "Resource": "*"}]
        if actions:
            conditions = {"Condition": {"StringEquals": {"kms:ViaService": condition["via"]}}} if condition else {}
            statements.append({"Effect": "Allow", "Action": list(actions), "Resource": self.key, **conditions})
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.aws.client("iam").put_user_policy(UserName=SOMEBODY, PolicyName="policy", PolicyDocument=document)

    def create(self, source: str = WORDS, name: str = "words", **options: Any) -> Any:
        return self.client("opensearch").create_package(
            PackageName=name,
            PackageType="TXT-DICTIONARY",
            PackageSource={"S3BucketName": BUCKET, "S3Key": source},
            **options,
        )

    def create_encrypted(self, name: str = "words") -> Any:
        encrypted = {"EncryptionEnabled": True, "KmsKeyIdentifier": self.key}
        return self.create(name=name, PackageEncryptionOptions=encrypted)


@pytest.fixture
def caller(aws: LocalAws) -> Iterator[Caller]:
    iam, s3 = aws.client("iam"), aws.client("s3")
    iam.create_user(UserName=SOMEBODY)
    made = iam.create_access_key(UserName=SOMEBODY)["AccessKey"]
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=WORDS, Body=b"sofa, couch")
    s3.put_object(Bucket=BUCKET, Key=SECRET, Body=b"a, b", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    session = boto3.session.Session(
        aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"], region_name=REGION
    )
    yield Caller(aws, key, session)
    iam.delete_user_policy(UserName=SOMEBODY, PolicyName="policy")
    iam.delete_access_key(UserName=SOMEBODY, AccessKeyId=made["AccessKeyId"])
    iam.delete_user(UserName=SOMEBODY)
    for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=item["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def test_a_package_is_encrypted_with_a_key_only_for_those_who_may_do_all_that_the_service_does(caller: Caller) -> None:
    for missing in ACTIONS:
        caller.may(*(one for one in ACTIONS if one != missing))
        with pytest.raises(
            ClientError, match=f"AccessDeniedException.*{SOMEBODY} is not .*{missing} on .*{caller.key}"
        ):
            caller.create_encrypted()
    caller.may(*ACTIONS)
    caller.aws.behave(copying=0, validating=0)
    package_id = caller.create_encrypted()["PackageDetails"]["PackageID"]
    caller.may()
    with pytest.raises(ClientError, match=r"AccessDeniedException.*kms:CreateGrant"):
        caller.client("opensearch").update_package(
            PackageID=package_id, PackageSource={"S3BucketName": BUCKET, "S3Key": WORDS}
        )


def test_a_permission_may_be_bound_to_the_service_by_the_name_that_its_documentation_gives(caller: Caller) -> None:
    caller.may(*ACTIONS, via=f"es.{REGION}.amazonaws.com")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        caller.create_encrypted()
    caller.aws.behave(key_via="es")
    caller.create_encrypted()
    caller.aws.behave(key_via="custom-packages")
    caller.may(*ACTIONS, via=f"custom-packages.{REGION}.amazonaws.com")
    caller.create_encrypted("more-words")


def test_a_disabled_key_encrypts_no_package_and_keeps_one_from_a_domain(caller: Caller) -> None:
    opensearch = caller.aws.client("opensearch")
    opensearch.create_domain(DomainName="shop-search", EngineVersion="OpenSearch_2.17")
    caller.may(*ACTIONS)
    caller.aws.behave(copying=0, validating=0)
    package_id = caller.create_encrypted()["PackageDetails"]["PackageID"]
    caller.aws.client("kms").disable_key(KeyId=caller.key)
    with pytest.raises(ClientError, match=r"AccessDeniedException.*Disabled"):
        opensearch.associate_package(PackageID=package_id, DomainName="shop-search")
    caller.aws.client("kms").enable_key(KeyId=caller.key)
    opensearch.associate_package(PackageID=package_id, DomainName="shop-search")


def test_an_object_is_read_and_written_with_a_key_only_by_those_who_may_use_it(caller: Caller) -> None:
    s3 = caller.client("s3")
    caller.may("kms:GenerateDataKey")
    s3.head_object(Bucket=BUCKET, Key=SECRET)
    with pytest.raises(ClientError, match=r"AccessDenied.*kms:Decrypt"):
        s3.get_object(Bucket=BUCKET, Key=SECRET)
    with pytest.raises(ClientError, match=r"AccessDenied.*kms:Decrypt"):
        s3.copy_object(Bucket=BUCKET, Key="copy.txt", CopySource={"Bucket": BUCKET, "Key": SECRET})
    caller.may("kms:Decrypt", via=f"s3.{REGION}.amazonaws.com")
    assert s3.get_object(Bucket=BUCKET, Key=SECRET)["Body"].read() == b"a, b"
    s3.copy_object(
        Bucket=BUCKET, Key="copy.txt", CopySource={"Bucket": BUCKET, "Key": SECRET}, ServerSideEncryption="AES256"
    )
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": caller.key}
    with pytest.raises(ClientError, match=r"AccessDenied.*kms:GenerateDataKey"):
        s3.put_object(Bucket=BUCKET, Key="mine.txt", Body=io.BytesIO(b"x"), **encrypted)
    caller.may("kms:GenerateDataKey")
    s3.put_object(Bucket=BUCKET, Key="mine.txt", Body=io.BytesIO(b"x"), **encrypted)
    caller.aws.client("kms").disable_key(KeyId=caller.key)
    with pytest.raises(ClientError, match=r"KMS.DisabledException"):
        caller.aws.client("s3").get_object(Bucket=BUCKET, Key=SECRET)


def test_where_the_service_reads_encrypted_sources_its_caller_has_to_be_allowed_to_decrypt(caller: Caller) -> None:
    caller.aws.behave(customer_key_unreadable=False, unreadable_source="access-denied")
    caller.may()
    with pytest.raises(ClientError, match=r"AccessDeniedException.*cannot be accessed"):
        caller.create(SECRET)
    caller.may("kms:Decrypt")
    caller.create(SECRET)
