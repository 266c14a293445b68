"""What the documentation points at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "constructs" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


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
