"""The files of the repository that are made from its sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from release.template import example, provider
from release.template.yaml_text import template_text

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[str, str]:
    """The text of each file, by its path in the repository."""
    return {
        "templates/provider.yaml": template_text(provider.provider_template(), provider.COMMENTS),
        "templates/example.yaml": template_text(example.example_template(), example.COMMENTS),
    }


def write(root: Path = ROOT) -> list[str]:
    """Writes the files that are not there as they should be, and returns their paths."""
    made = generated()
    changed = _differing(root, made)
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(made[path], encoding="utf-8")
    return changed


def stale(root: Path = ROOT) -> list[str]:
    """The paths of the files that are not there as they should be."""
    return _differing(root, generated())


def _differing(root: Path, made: Mapping[str, str]) -> list[str]:
    return [path for path, text in made.items() if not _says(root / path, text)]


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
