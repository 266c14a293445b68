"""The notes of a release: its section of the changelog. `python -m release.notes v0.1.0` prints them.

It needs no installed package, so that a wrong tag is refused before anything is built.
"""

from __future__ import annotations

import sys
from pathlib import Path

from release.changelog import ROOT, sections
from release.version import SAID_IN, version_of


class NotReleasableError(Exception):
    """The tag, the version and the changelog do not agree."""


def notes_of(tag: str, root: Path = ROOT) -> str:
    """The changelog's section about the version that a tag names.

    Raises:
        NotReleasableError: the tag names another version than the library, or the changelog does not begin with what is
            new in it, or gives it no date.
    """
    version = version_of(root)
    if tag != f"v{version}":
        raise NotReleasableError(f"the tag is {tag}, and {SAID_IN} says version {version}: tag v{version}")
    first = next(iter(sections(root)), None)
    if first is None or first.version != version or not first.text:
        raise NotReleasableError(
            f"CHANGELOG.md does not begin with what is new in {version}: write that under '## {version} - <date>'"
        )
    if not first.is_dated:
        raise NotReleasableError(
            f"CHANGELOG.md gives {version} no date: make its heading '## {version} - <date>', such as 2027-01-31"
        )
    return f"{first.text}\n"


if __name__ == "__main__":
    [given] = sys.argv[1:] or sys.exit("usage: python -m release.notes TAG")
    try:
        sys.stdout.write(notes_of(given))
    except NotReleasableError as error:
        sys.exit(str(error))
