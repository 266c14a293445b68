"""The local AWS serves whoever knows the key of its start, and nobody else on the machine."""

from __future__ import annotations

import http.client
import ssl
import stat
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.deployer import Deployer
from local_aws.machine import LocalAws

SERVICES = {
    "cloudformation": "list_stacks",
    "iam": "list_users",
    "lambda": "list_functions",
    "opensearch": "describe_packages",
    "s3": "list_buckets",
    "ssm": "describe_parameters",
    "sts": "get_caller_identity",
}


def call(aws: LocalAws, service: str, access_key_id: str, secret: str) -> Any:
    session: Any = boto3.session.Session(access_key_id, secret, region_name="us-east-1")
    client = session.client(service, endpoint_url=aws.endpoint, verify=str(aws.state / "authority.crt"))
    return getattr(client, SERVICES[service])()


def plain(aws: LocalAws, method: str, path: str, **headers: str) -> int:
    """A request without a signature; gives the status."""
    context = ssl.create_default_context(cafile=str(aws.state / "authority.crt"))
    connection = http.client.HTTPSConnection("127.0.0.1", aws.port, context=context, timeout=10)
    try:
        connection.request(method, path, b"{}" if method == "PUT" else None, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("service", SERVICES)
def test_key_of_the_start_is_the_accounts_root(aws: LocalAws, service: str) -> None:
    call(aws, service, aws.key.access_key_id, aws.key.secret_access_key)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("key", ["test", "000000000000", "AKIAIOSFODNN7EXAMPLE"])
def test_other_keys_are_refused(aws: LocalAws, service: str, key: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidClientTokenId|403"):
        call(aws, service, key, "test")


@pytest.mark.parametrize("service", SERVICES)
def test_signature_of_the_root_is_checked(aws: LocalAws, service: str) -> None:
    with pytest.raises(ClientError, match=r"SignatureDoesNotMatch|InvalidSignatureException"):
        call(aws, service, aws.key.access_key_id, "another secret")


def test_key_that_iam_has_made_is_taken_with_its_permissions_only(aws: LocalAws) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="somebody")
    key = iam.create_access_key(UserName="somebody")["AccessKey"]
    try:
        arn = call(aws, "sts", key["AccessKeyId"], key["SecretAccessKey"])["Arn"]
        assert arn.endswith(":user/somebody")
        with pytest.raises(ClientError, match="not authorized to perform: lambda:ListFunctions"):
            call(aws, "lambda", key["AccessKeyId"], key["SecretAccessKey"])
    finally:
        iam.delete_access_key(UserName="somebody", AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName="somebody")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/health"),
        ("PUT", "/a-bucket"),
        ("GET", "/?AWSAccessKeyId=test&Signature=x"),
        ("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20270101%2Fus-east-1%2Fs3%2Faws4_request"),
        ("GET", "/2015-03-31/functions"),
        ("POST", "/_ministack/reset"),
        ("GET", "/_ministack/health"),
        ("GET", "/_localstack/health"),
        ("GET", "/_local/health"),
        ("GET", "/_local/requests"),
        ("PUT", "/_local/behaviour"),
    ],
)
def test_requests_without_a_key_are_refused(aws: LocalAws, method: str, path: str) -> None:
    assert plain(aws, method, path) == 403
    assert plain(aws, method, path, Authorization="AWS test:signature") == 403
    assert plain(aws, method, path, Authorization="Bearer test") == 403


def test_private_paths_of_ministack_take_no_key_at_all(aws: LocalAws) -> None:
    assert plain(aws, "GET", "/_ministack/health", Authorization=aws.key.authorization()) == 403


def test_key_is_the_owners_alone_and_changes_with_each_start(aws: LocalAws, tmp_path: Path) -> None:
    assert stat.S_IMODE((aws.state / "key.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(aws.state.stat().st_mode) == 0o700
    tmp_path.chmod(0o755)
    (tmp_path / "key.json").write_text("left behind")
    keys = {aws.key}
    for _ in range(2):
        with LocalAws(tmp_path) as other:
            keys.add(other.key)
            assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
            assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert len({key.access_key_id for key in keys}) == len({key.secret_access_key for key in keys}) == 3


def test_key_is_in_no_log(deployer: Deployer) -> None:
    deployer.aws.client("s3").list_buckets()
    log = (deployer.aws.state / "server.log").read_text(errors="replace")
    assert deployer.aws.key.access_key_id not in log
    assert deployer.aws.key.secret_access_key not in log
