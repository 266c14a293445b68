"""What has to be filled in before the first release. `python -m release.ready ADDRESS` refuses while it is not.

It needs no installed package, so that nothing is built in vain.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_INSTALLATION = "pip install cdk-opensearch-packages"


def missing(address: str, root: Path = ROOT) -> list[str]:
    """What has to be filled in, in sentences that say where.

    Args:
        address: the repository's, such as `https://github.com/<owner>/<name>`.
        root: the checkout.
    """
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    said = pyproject["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"]
    found = []
    if said != address:
        found.append(f"pyproject.toml: 'repository' must be '{address}', and it is '{said}'")
    if _INSTALLATION not in (root / "README.md").read_text(encoding="utf-8"):
        found.append(f"README.md: its section Install must say '{_INSTALLATION}'")
    return found


if __name__ == "__main__":
    [given] = sys.argv[1:] or sys.exit("usage: python -m release.ready ADDRESS")
    sys.exit("\n".join(missing(given)) or None)
