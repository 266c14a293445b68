"""What the documentation points at is there."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import textwrap
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest

import cdk_opensearch_packages

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("examples/*.md"),
    ROOT / "constructs" / "README.md",
]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def without_code(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    """The language and the text of each block of code."""
    found = re.findall(r"^ *```(.*?)\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [(language, textwrap.dedent(code)) for language, code in found]


def anchors(page: Path) -> set[str]:
    """What GitHub and the site make of the headings."""
    titles = re.findall(r"^#+ (.+)$", without_code(page.read_text()), re.MULTILINE)
    plain = [re.sub(r"\[(.+?)\]\(.+?\)", r"\1", title).lower() for title in titles]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in plain}


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", without_code(page.read_text()))
    missing = []
    for link in (one for one in links if "://" not in one):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


@each_page
def test_code_is_of_its_language(page: Path) -> None:
    for language, code in blocks(page):
        if language == "json":
            json.loads(code)
        elif language == "sh":
            done = subprocess.run(["bash", "-n"], input=code, text=True, check=False, capture_output=True)  # noqa: S607
            assert done.returncode == 0, done.stderr
        else:
            # Python and YAML: test_examples.py, and tests/release. Those of the reference show the syntax of a type.
            assert language in ("python", "yaml", "mermaid", "text") or (
                not language and page.parent.name == "reference"
            )


def test_every_public_argument_is_told_with_its_default() -> None:
    for name in cdk_opensearch_packages.__all__:
        one = getattr(cdk_opensearch_packages, name)
        made_by = [one] if inspect.isclass(one) and "__init__" in vars(one) and not is_dataclass(one) else []
        functions = [made for key, made in vars(one).items() if not key.startswith("_") and is_function(made)]
        for documented in (*made_by, *map(unwrapped, functions)):
            told = re.split(r"^(\w+): ", arguments_section(documented), flags=re.MULTILINE)
            texts = dict(zip(told[1::2], told[2::2], strict=True))
            parameters = inspect.signature(documented.__init__ if documented is one else documented).parameters
            # What the methods of an association take says their first line.
            for parameter in (one for key, one in parameters.items() if key not in ("self", "package")):
                assert parameter.name in texts, f"{documented.__qualname__} does not tell of {parameter.name}"
                has_default = parameter.default is not inspect.Parameter.empty
                assert not has_default or "Default:" in texts[parameter.name], f"{name}: {parameter.name}"


def is_function(value: object) -> bool:
    return isinstance(value, staticmethod) or inspect.isfunction(value)


def unwrapped(value: Any) -> Any:
    return value.__func__ if isinstance(value, staticmethod) else value


def arguments_section(documented: object) -> str:
    found = re.search(r"^Args:\n((?: {4}.*\n|\n)+)", f"{inspect.getdoc(documented)}\n", re.MULTILINE)
    return textwrap.dedent(found[1]) if found else ""


def test_the_tests_that_close_crhelpers_flaws_exist() -> None:
    cited = re.findall(r"`([a-z_/]+\.py)((?:::\w+)*)`", (ROOT / "docs" / "crhelper.md").read_text())
    cited = [(name, path) for name, path in cited if Path(name).name.startswith("test_")]
    assert len(cited) > 25
    for name, path in cited:
        folder = {"integration": "tests", "infrastructure": "tests/unit"}.get(
            name.split("/")[0], "tests/unit/lambda_handler"
        )
        text = (ROOT / folder / name).read_text()
        for part in path.split("::")[1:]:
            assert f"def {part}(" in text or f"class {part}" in text, f"{name} has no {part}"


def test_no_page_holds_a_placeholder() -> None:
    for page in PAGES:
        assert not re.search(r"^(STORY|TODO|TBD|FIXME)", page.read_text(), re.MULTILINE), page
