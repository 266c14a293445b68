"""The files of the repository that are made from its sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from botocore.session import get_session

from release import messages, reference
from release.schema.checks import checks
from release.schema.editor import template_schema
from release.schema.json_schema import registry_schema
from release.schema.resource_types import RESOURCE_TYPES
from release.template import example, provider
from release.template.yaml_text import template_text

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[str, str]:
    """The text of each file, by its path in the repository."""
    files = {
        "templates/provider.yaml": template_text(provider.provider_template(), provider.COMMENTS),
        "templates/example.yaml": template_text(example.example_template(), example.COMMENTS),
    }
    files["docs/reference/synthesis.md"] = messages.page()
    model = get_session().get_service_model("opensearch")
    schemas = [registry_schema(one, model) for one in RESOURCE_TYPES]
    for resource_type, schema in zip(RESOURCE_TYPES, schemas, strict=True):
        files[f"schemas/{resource_type.slug}.json"] = _json(schema)
        files[f"docs/reference/{resource_type.slug}.md"] = reference.page(resource_type, schema)
    files["schemas/template.json"] = _json(template_schema(schemas))
    files["schemas/cfn-lint/checks.json"] = _json(checks(RESOURCE_TYPES, model))
    return files


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


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
