"""S3 with keys of KMS: who may not use the key of an object may not read it, nor write one with it.

Reading takes kms:Decrypt, writing kms:GenerateDataKey, looking (HeadObject) nothing [D:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html]. Everybody of the account may use the
account's own key for S3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from local_aws import keys
from local_aws.buckets import MANAGED_KEY

HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
READ, WRITE = "kms:Decrypt", "kms:GenerateDataKey"


def may_not_decrypt(access_key_id: str, bucket: str, name: str) -> bool:
    """Whether a caller may not use the key of an object, or nobody can."""
    return _refusal(access_key_id, READ, _key_of(bucket, name, ""), bucket, name) is not None


def install() -> None:
    """Let ministack's S3 ask for the permissions. Its own services, which carry no access key, are not asked."""
    from ministack.services import s3  # noqa: PLC0415 - reads its environment when imported

    get, put, copy = s3._get_object, s3._put_object, s3._copy_object

    def with_decryption(bucket: str, name: str, headers: dict[str, str], query: Any = None) -> Any:
        version = (query or {}).get("versionId", "")
        key = _key_of(bucket, name, version[0] if isinstance(version, list) else version)
        return _refused(headers, query, READ, key, bucket, name) or get(bucket, name, headers, query)

    def with_encryption(bucket: str, name: str, body: bytes, headers: dict[str, str]) -> Any:
        return _refused(headers, {}, WRITE, _key_to_be(headers, bucket), bucket, name) or put(
            bucket, name, body, headers
        )

    def with_both(bucket: str, name: str, headers: dict[str, str]) -> Any:
        path, _, query = headers.get("x-amz-copy-source", "").lstrip("/").partition("?")
        source, _, source_name = unquote(path).partition("/")
        key = _key_of(source, source_name, parse_qs(query).get("versionId", [""])[0])
        return (
            _refused(headers, {}, READ, key, source, source_name)
            or _refused(headers, {}, WRITE, _key_to_be(headers, bucket), bucket, name)
            or copy(bucket, name, headers)
        )

    s3._get_object, s3._put_object, s3._copy_object = with_decryption, with_encryption, with_both


def _key_of(bucket: str, name: str, version: str) -> str:
    """The key that an object is encrypted with; empty where there is none."""
    from ministack.services import s3  # noqa: PLC0415

    found = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(name)
    if version:
        found = next((one for one in s3._object_versions.get((bucket, name), []) if one["version_id"] == version), None)
    return str(((found or {}).get("preserved_headers") or {}).get(HEADER, ""))


def _key_to_be(headers: dict[str, str], bucket: str) -> str:
    """The key that an object will be encrypted with, by its own headers or its bucket's."""
    from ministack.services import s3  # noqa: PLC0415

    applied, _ = s3._resolve_sse_write_headers(headers, bucket)
    return str((applied or {}).get(HEADER, ""))


def _refused(
    headers: Mapping[str, str], query: Any, action: str, key: str, bucket: str, name: str
) -> tuple[int, dict[str, str], bytes] | None:
    """S3's response to a request that may not use a key, or `None`."""
    from ministack.core.router import extract_access_key_id  # noqa: PLC0415
    from ministack.services import s3  # noqa: PLC0415

    caller = extract_access_key_id(dict(headers), query or {})
    found = _refusal(caller, action, key, bucket, name) if caller else None
    if found is None:
        return None
    code, status = ("AccessDenied", 403) if found.code == keys.DENIED else (f"KMS.{found.code}", 400)
    response: tuple[int, dict[str, str], bytes] = s3._error(code, found.message, status)
    return response


def _refusal(caller: str, action: str, key: str, bucket: str, name: str) -> keys.Refusal | None:
    if not key or key.endswith(MANAGED_KEY):
        return None
    return keys.refusal(key, (action,), caller, "s3", {"aws:s3:arn": f"arn:aws:s3:::{bucket}/{name}"})
