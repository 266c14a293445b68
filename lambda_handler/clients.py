"""Clients of AWS's services, made by botocore alone and from nothing that they do not need.

boto3 would import its resources and its transfer manager for S3, which nothing here uses.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

SERVICES = ("opensearch", "s3", "lambda", "cloudformation")


class _LoaderOfKnownServices(Loader):
    """Loads botocore's models without looking through the folders of all four hundred services for their names."""

    def list_available_services(self, type_name: str) -> list[str]:
        """The services that clients are made for."""
        return [*SERVICES]


def client(service: str, config: Config) -> Any:
    """A client of one of `SERVICES`, for the function's Region and with its role.

    Raises:
        BotoCoreError: it cannot be made, for want of a Region for instance.
    """
    return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    session = Session()
    session.register_component("data_loader", _LoaderOfKnownServices())
    return session
