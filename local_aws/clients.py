"""Clients of boto3 for a local AWS, whatever the environment says about another one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.session import Session

from local_aws.access import Key

# Neither a profile nor a file of the user's: one that is not there is an error, and one that is may say anything.
_OF_NOBODY: Any = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
# Nor a proxy: it listens on loopback.
_DIRECT = Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)


def client_of(service: str, endpoint: str, key: Key, region: str, authority: Path) -> Any:
    """A client.

    Args:
        service: its name in boto3.
        endpoint: the URL of the local AWS.
        key: whose calls these are.
        region: the Region.
        authority: the certificate to trust.
    """
    session: Any = boto3.session.Session(
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret_access_key,
        region_name=region,
        botocore_session=Session(_OF_NOBODY),
    )
    return session.client(service, endpoint_url=endpoint, verify=str(authority), config=_DIRECT)
