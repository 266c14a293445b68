"""What a local AWS that runs is told to play, and what it tells: the control path of `gateway`, from outside."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local_aws.access import Key
from local_aws.certificate import ADDRESS, AUTHORITY

ACCOUNT = "000000000000"
REGION = "us-east-1"


class LocalAwsError(RuntimeError):
    """The local AWS did not do what it was asked to; the text says why."""


class Controls:
    """The controls of the local AWS whose state is in a folder, and which listens at a port of loopback."""

    def __init__(self, state: Path, port: int) -> None:
        self.state = state
        self.port = port

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"https://{ADDRESS}:{self.port}"

    @property
    def key(self) -> Key:
        """The key of the account's root, which this start has made."""
        return Key.read(self.state)

    def control(self, method: str, command: str, values: Mapping[str, Any] | None = None) -> Any:
        """Send a command to the control path (see `gateway`)."""
        context = ssl.create_default_context(cafile=str(self.state / AUTHORITY))
        connection = http.client.HTTPSConnection(ADDRESS, self.port, context=context, timeout=30)
        try:
            body = json.dumps(values) if values is not None else None
            connection.request(method, f"/_local/{command}", body, {"Authorization": self.key.authorization()})
            response = connection.getresponse()
            said = json.loads(response.read() or b"null")
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise LocalAwsError(f"{method} {command}: {response.status} {said}")
        return said

    def behave(self, **fields: Any) -> None:
        """Set fields of the packages service's `Behaviour`, until `reset`.

        Args:
            fields: By their names. A `Fault` cannot have a `when` here.

        Raises:
            LocalAwsError: There is no such field.
        """
        if "faults" in fields:
            fields["faults"] = [one if isinstance(one, dict) else asdict(one) for one in fields["faults"]]
        self.control("PUT", "behaviour", fields)

    def play(self, **fields: Any) -> None:
        """Set how CloudFormation behaves where several ways are possible, until `reset`.

        Args:
            fields: Those of `local_aws.cloudformation.playing.Playing`, by their names.

        Raises:
            LocalAwsError: There is no such field.
        """
        self.control("PUT", "cloudformation", fields)

    def reset(self) -> None:
        """Put every behaviour back, and forget the calls and requests so far."""
        for command in ("behaviour", "cloudformation", "calls", "requests"):
            self.control("DELETE", command)

    def calls(self) -> list[dict[str, Any]]:
        """Every call of an operation on packages since `reset`, the oldest first.

        Each has `At` (seconds since the epoch), `Account`, `Region`, `Operation`, `Parameters`, `Status` (of HTTP) and
        `Error` (its code, or `None`).
        """
        return list(self.control("GET", "calls"))

    def requests(self) -> list[dict[str, Any]]:
        """Every request to a custom resource since `reset`, the oldest first: `Event`, and `Responses` to it."""
        return list(self.control("GET", "requests"))

    def packages(self) -> list[dict[str, Any]]:
        """The packages as they really are, whatever callers may see: as in DescribePackages, with their versions."""
        return list(self.control("GET", "packages"))

    def upgrade_domain(self, name: str, engine_version: str, seconds: float = 0) -> None:
        """Let somebody upgrade a domain.

        Args:
            name: The domain's.
            engine_version: As `OpenSearch_2.19`.
            seconds: How long it takes.

        Raises:
            LocalAwsError: The service refuses it, with its words.
        """
        values = {"name": name, "engine_version": engine_version, "seconds": seconds}
        self._control_domains("PUT", "upgrade", values)

    def modify_domain(self, name: str, seconds: float) -> None:
        """Let somebody change a domain, which is busy for some seconds."""
        self._control_domains("PUT", "modify", {"name": name, "seconds": seconds})

    def end_modification(self, name: str) -> None:
        """Let that change be over now."""
        self._control_domains("DELETE", "modify", {"name": name})

    def use_in_index(self, domain_name: str, package_id: str) -> None:
        """Let an index of a domain use a package, which cannot leave the domain meanwhile."""
        self._control_domains("PUT", "use", {"domain_name": domain_name, "package_id": package_id})

    def release_from_index(self, domain_name: str, package_id: str) -> None:
        """Let no index of a domain use a package any more."""
        self._control_domains("DELETE", "use", {"domain_name": domain_name, "package_id": package_id})

    def _control_domains(self, method: str, command: str, values: Mapping[str, Any]) -> None:
        self.control(method, f"domains/{command}", {"account": ACCOUNT, "region": REGION, **values})
