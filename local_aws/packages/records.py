"""What the model keeps: records along a time line, so that state follows from the clock alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class StoredObject:
    """An S3 object as the service finds it.

    `encryption` may be `AES256`, `aws:kms` or `aws:kms:dsse`; `key` says which key it is where that is a customer's.
    """

    body: bytes
    content_type: str = "binary/octet-stream"
    encryption: str = "AES256"
    key: str = ""


class ServiceError(Exception):
    """An error response of the service."""

    # [M]. ThrottlingException is seen with 400 [O] although the model says 429. Mind
    # ResourceNotFoundException.
    STATUS: Mapping[str, int] = {
        "ValidationException": 400,
        "ThrottlingException": 400,
        "AccessDeniedException": 403,
        "ResourceNotFoundException": 409,
        "ResourceAlreadyExistsException": 409,
        "LimitExceededException": 409,
        "ConflictException": 409,
        "InternalException": 500,
    }

    def __init__(self, code: str, message: str, http_status: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status or self.STATUS.get(code, 400)


@dataclass(frozen=True)
class Version:
    """One version of a package."""

    name: str
    created_at: float
    body: bytes
    commit_message: str | None = None
    configuration: dict[str, Any] | None = None
    plugin: dict[str, Any] | None = None


@dataclass(frozen=True)
class Record:
    """What the service says of a package (or an association) from some moment on."""

    status: str
    details: Mapping[str, Any]
    versions: tuple[Version, ...] = ()

    def but(self, status: str | None = None, **details: Any) -> Record:
        """This record with another status and some details changed; `None` takes a detail away."""
        merged = {name: value for name, value in {**self.details, **details}.items() if value is not None}
        return replace(self, status=status or self.status, details=merged)


@dataclass
class Timeline:
    """Records by the moment from which they hold.

    `None` says that there is nothing. The future may be planned.
    """

    entries: list[tuple[float, Record | None]] = field(default_factory=list)

    def at(self, moment: float) -> Record | None:
        """What holds at a moment."""
        held = None
        for since, record in self.entries:
            if since > moment:
                break
            held = record
        return held

    def write(self, moment: float, record: Record | None) -> None:
        """Let a record hold from a moment on, instead of anything planned for later."""
        self.entries = [one for one in self.entries if one[0] <= moment]
        self.entries.append((moment, record))
