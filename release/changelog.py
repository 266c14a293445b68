"""`CHANGELOG.md`, read: its first section is about what is in the checkout, the second about the release before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HEADING = re.compile(r"^## \[?(?P<version>[^\s\]]+)\]?(?: - (?P<when>.+))?$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What the changelog says of one release.

    Attributes:
        version: such as `0.1.0`.
        when: the rest of the heading: a date, or that there is none yet.
        text: the section without its heading.
    """

    version: str
    when: str
    text: str

    @property
    def is_dated(self) -> bool:
        """Whether the heading has the day of the release, such as `2027-01-31`."""
        try:
            return date.fromisoformat(self.when).isoformat() == self.when
        except ValueError:
            return False


def sections(root: Path = ROOT) -> list[Section]:
    """The sections of the changelog in a folder, newest first."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = []
    for heading in _HEADING.finditer(text):
        following = _HEADING.search(text, heading.end())
        said = text[heading.end() : following.start() if following else len(text)]
        found.append(Section(heading["version"], heading["when"] or "", said.strip()))
    return found
