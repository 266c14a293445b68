"""S3 as it really is, where ministack differs and packages notice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

# "binary/octet-stream" is what S3 says of an object that was put without a content type [D: API_PutObject].
DEFAULT_CONTENT_TYPE = "binary/octet-stream"
MANAGED_KEY = "alias/aws/s3"
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


# The version ids that ministack and moto make; S3's own have another form, which no test may rely on.
_VERSION_ID = re.compile(r"null|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def refusal_of_version(method: str, query: Mapping[str, str], copy_source: str) -> tuple[int, bytes] | None:
    """What S3 says of a version id that cannot be one, or `None`; ministack and moto say "not found".

    HEAD has no body, so nobody is told what is wrong with the request [O].
    """
    of_copy = parse_qs(urlsplit(copy_source).query).get("versionId", [])
    asked_for = [*of_copy, *([query["versionId"]] if "versionId" in query else [])]
    if all(_VERSION_ID.fullmatch(one) for one in asked_for):
        return None
    error = "<Error><Code>InvalidArgument</Code><Message>Invalid version id specified</Message></Error>"
    return 400, b"" if method == "HEAD" else f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'.encode()


def install() -> None:
    """Complete ministack: default content type, a bucket's encryption, no deletion of a bucket that is not empty."""
    from ministack.services import s3  # noqa: PLC0415 - reads its environment when imported
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    build = s3._build_object_record

    def with_default_content_type(body: bytes, headers: dict[str, str], *rest: Any, **named: Any) -> Any:
        return build(body, {"content-type": DEFAULT_CONTENT_TYPE, **headers}, *rest, **named)

    s3._build_object_record = with_default_content_type

    resolve = s3._resolve_sse_write_headers

    def with_managed_key(headers: dict[str, str], bucket_name: str) -> Any:
        """Encryption with KMS and no key means the account's own key for S3; the CDK CLI uploads like that."""
        if headers.get("x-amz-server-side-encryption") == "aws:kms":
            headers = {"x-amz-server-side-encryption-aws-kms-key-id": MANAGED_KEY, **headers}
        return resolve(headers, bucket_name)

    s3._resolve_sse_write_headers = with_managed_key

    # The CDK's bootstrap bucket encrypts with KMS: without this, its objects would be readable to everybody here.
    provisioners._S3_BUCKET_CONFIGURATIONS = (
        *provisioners._S3_BUCKET_CONFIGURATIONS,
        ("BucketEncryption", encryption_xml, s3._put_bucket_encryption, s3._delete_bucket_encryption),
    )

    handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    delete = handlers["delete"]

    def delete_if_empty(physical_id: str, props: dict[str, Any]) -> None:
        bucket = s3._buckets.get(physical_id)
        if bucket and bucket["objects"]:
            raise ValueError("The bucket you tried to delete is not empty")
        delete(physical_id, props)

    handlers["delete"] = delete_if_empty


def encryption_xml(encryption: dict[str, Any]) -> bytes:
    """The `BucketEncryption` of a template as the S3 API takes it."""
    root = ElementTree.Element("ServerSideEncryptionConfiguration", xmlns=NAMESPACE)
    for one in encryption.get("ServerSideEncryptionConfiguration", []):
        default = one.get("ServerSideEncryptionByDefault") or {}
        applied = ElementTree.SubElement(ElementTree.SubElement(root, "Rule"), "ApplyServerSideEncryptionByDefault")
        for name in ("SSEAlgorithm", "KMSMasterKeyID"):
            if default.get(name):
                ElementTree.SubElement(applied, name).text = default[name]
    xml: bytes = ElementTree.tostring(root, encoding="utf-8")
    return xml
