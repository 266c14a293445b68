"""What CloudFormation receives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Response:
    """A response, taken apart.

    Attributes:
        status: `SUCCESS` or `FAILED`.
        reason: why it failed.
        physical_id: PhysicalResourceId.
        attributes: what `Fn::GetAtt` gives.
        request: the request that it names: StackId, RequestId and LogicalResourceId.
        body: the response as it came.
    """

    status: str
    reason: str
    physical_id: str
    attributes: dict[str, str]
    request: dict[str, str]
    body: bytes

    @classmethod
    def parse(cls, body: bytes) -> Response:
        """The response in a body."""
        told: dict[str, Any] = json.loads(body)
        request = {name: told[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
        return cls(told["Status"], told["Reason"], told["PhysicalResourceId"], told["Data"], request, body)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.body)
