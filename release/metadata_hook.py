"""The metadata that depends on the address of the repository: the links, and the page at the registry. Hatch runs it.

That page is the README. Neither links to files nor Mermaid work there: the links get the address, and the diagrams go.

This module imports nothing of its own package: a build in isolation has only Hatch.
Source: https://hatch.pypa.io/latest/plugins/metadata-hook/custom/
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_FENCE = re.compile(r"^```.*?^```\n", re.MULTILINE | re.DOTALL)
_RELATIVE_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)")


class RepositoryHook(MetadataHookInterface):
    """Writes `urls` and `readme`. Its option `repository` is the address, or empty where there is none yet."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Complete the table `project`. Called by Hatch, which has written the version into it."""
        repository: str = self.config["repository"]
        files = f"{repository}/blob/v{metadata['version']}/" if repository else ""
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": page(readme, files)}
        metadata["urls"] = _urls(repository, files) if repository else {}


def page(readme: str, files: str) -> str:
    """The README as the registry shows it.

    Args:
        readme: the README.
        files: the address below which the files of the repository are. Where it is empty, a link is only its text.
    """
    without_diagrams = re.sub(r"^```mermaid\n.*?^```\n\n?", "", readme, flags=re.MULTILINE | re.DOTALL)
    parts, end = [], 0
    for code in _FENCE.finditer(without_diagrams):
        parts += [_linked(without_diagrams[end : code.start()], files), code[0]]
        end = code.end()
    return "".join([*parts, _linked(without_diagrams[end:], files)])


def _linked(text: str, files: str) -> str:
    return _RELATIVE_LINK.sub(rf"[\1]({files}\2)" if files else r"\1", text)


def _urls(repository: str, files: str) -> dict[str, str]:
    return {
        "Repository": repository,
        "Documentation": f"{files}README.md#documentation",
        "Changelog": f"{files}CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
