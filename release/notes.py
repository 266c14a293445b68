"""The notes of a release: its section of the changelog. `python -m release.notes v0.1.0` prints them.

It needs no installed package, so that a wrong tag is refused before anything is built.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class NotReleasableError(Exception):
    """The tag, the version and the changelog do not agree."""


def notes_of(tag: str, root: Path = ROOT) -> str:
    """The changelog's section about the version that a tag names.

    Raises:
        NotReleasableError: the tag names another version than `pyproject.toml`, or the changelog does not know it.
    """
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{version}":
        raise NotReleasableError(f"the tag is {tag}, and pyproject.toml says version {version}: tag v{version}")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(rf"^## \[?{re.escape(version)}\]?[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if section is None or not section[1].strip():
        raise NotReleasableError(f"CHANGELOG.md has nothing under '## {version}': say there what the release brings")
    return section[1].strip() + "\n"


if __name__ == "__main__":
    [given] = sys.argv[1:] or sys.exit("usage: python -m release.notes TAG")
    try:
        sys.stdout.write(notes_of(given))
    except NotReleasableError as error:
        sys.exit(str(error))
