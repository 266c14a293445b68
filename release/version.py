"""The version of the sources, as `__version__` of the library says it. Reading it imports nothing of the library."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAID_IN = "constructs/cdk_opensearch_packages/__init__.py"


def version_of(root: Path = ROOT) -> str:
    """The version that the sources in a folder are.

    Raises:
        ValueError: the library says none.
    """
    found = re.search(r'^__version__ = "([^"]+)"$', (root / SAID_IN).read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{SAID_IN} says no __version__")
    return found[1]
