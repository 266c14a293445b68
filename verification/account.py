"""The account: who calls, where, and what is needed before anything is made there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from verification.calls import code_of, words_of

BAD_CREDENTIALS = (
    *("InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException"),
    *("SignatureDoesNotMatch", "InvalidAccessKeyId", "AuthFailure", "InvalidSignatureException"),
)
SECONDS_TO_CONNECT = 10
OF_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class RefusedError(Exception):
    """A run cannot begin; the text says why, and what to do. Nothing has been made."""


@dataclass(frozen=True)
class Account:
    """An account and Region.

    Attributes:
        account_id: the account's id.
        region: the Region.
        clients: boto3's clients by service. They repeat nothing by themselves: what AWS says is to be seen.
        secrets: what must never be told.
        host: where OpenSearch Service is called.
    """

    account_id: str
    region: str
    clients: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    host: str = ""

    @property
    def is_aws(self) -> bool:
        """Whether that is AWS itself; `AWS_ENDPOINT_URL` may say something else."""
        return self.host.endswith(OF_AWS)

    @property
    def is_local(self) -> bool:
        """Whether that is this machine."""
        return self.host in OF_THIS_MACHINE


def connect(profile: str | None, region: str | None) -> Account:
    """The account that the caller's credentials are for. Raises `RefusedError`."""
    try:
        # The AWS CLI reads AWS_REGION first, and boto3 does not read it at all.
        region = region or os.environ.get("AWS_REGION") or None
        session = boto3.session.Session(profile_name=profile or None, region_name=region)
        if not session.region_name:
            raise RefusedError("No Region is set. Say REGION=<Region>, or set AWS_REGION.")
        credentials = session.get_credentials()
        if credentials is None:
            raise RefusedError("There are no credentials. Say PROFILE=<profile>, or log in as for the AWS CLI.")
        frozen = credentials.get_frozen_credentials()
        # A service's throttling is one of the questions, so botocore must not hide it.
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=SECONDS_TO_CONNECT)
        clients: dict[str, Any] = {name: _client(session, name, config) for name in ("opensearch", "s3", "sts")}
        identity = clients["sts"].get_caller_identity()
    except ClientError as error:
        raise RefusedError(explained(error, region)) from error
    except BotoCoreError as error:
        raise RefusedError(explained(error, region)) from error
    except (ResponseParserError, KeyError, ValueError) as error:
        raise RefusedError(f"What answers is not AWS. Is AWS_ENDPOINT_URL right, and the proxy? {error}") from error
    secrets = tuple(filter(None, (frozen.access_key, frozen.secret_key, frozen.token)))
    host = urlsplit(clients["opensearch"].meta.endpoint_url).hostname or ""
    return Account(identity["Account"], session.region_name, clients, secrets, host)


def _client(session: Any, service: str, config: Config) -> Any:
    return session.client(service, config=config)


def explained(error: ClientError | BotoCoreError, region: str | None) -> str:
    """What to tell of an error that comes before anything is made."""
    where = f" in the Region {region}" if region else ""
    if isinstance(error, ClientError):
        if code_of(error) in BAD_CREDENTIALS:
            return f"AWS does not accept the credentials{where}: {code_of(error)}: {words_of(error)}"
        return f"AWS refuses{where}: {code_of(error)}: {words_of(error)}"
    name = type(error).__name__
    if name in ("EndpointConnectionError", "ConnectTimeoutError", "InvalidRegionError", "EndpointProviderError"):
        return f"There is no way to AWS{where}. Is the Region right, and the network? {error}"
    return f"The credentials or the configuration do not work: {error}"
