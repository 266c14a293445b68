"""What came of a call, and of an import or an association."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verification.question import UndecidedError


@dataclass(frozen=True)
class Outcome:
    """What came of a call that may be refused."""

    answer: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    words: str = ""

    @property
    def refusal(self) -> str:
        """`accept`, `conflict` or `validation`. Raises `UndecidedError` for any other error.

        That the package is not found refuses nothing: somebody has deleted it, or it does not show yet.
        """
        known = {"": "accept", "ConflictException": "conflict", "ValidationException": "validation"}
        if self.code not in known or self.says_gone:
            raise UndecidedError(str(self))
        return known[self.code]

    @property
    def package_id(self) -> str:
        """The id of the package that the call is about."""
        return str(self.answer["PackageDetails"]["PackageID"])

    @property
    def says_gone(self) -> bool:
        """Whether it says that there is no such package."""
        missing = self.code == "ValidationException" and "not found" in self.words.lower()
        return missing or self.code == "ResourceNotFoundException"

    def __str__(self) -> str:
        return f"{self.code}: {self.words}" if self.code else "accepted"


def ending(found: Mapping[str, Any], member: str = "PackageStatus") -> str:
    """How an import or association has ended, in words."""
    if not found:
        return "with nothing there"
    details = found.get("ErrorDetails") or {}
    return f"{found.get(member)} {details.get('ErrorType', '')} {details.get('ErrorMessage', '')}".strip()
