"""A release says what it brings, and a wrong tag is refused before anything is built."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from release import version
from release.changelog import ROOT, sections
from release.notes import NotReleasableError, notes_of

CHANGELOG = """# Changelog

## 0.2.0 - 2027-02-01

### Added

- More.

## 0.1.0 - 2027-01-01

- The first.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    library = tmp_path / version.SAID_IN
    library.parent.mkdir(parents=True)
    library.write_text('"""The library."""\n\n__version__ = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def test_the_notes_are_the_section_of_the_version_and_no_other(project: Path) -> None:
    assert notes_of("v0.2.0", project) == "### Added\n\n- More.\n"


@pytest.mark.parametrize("tag", ["v0.1.0", "0.2.0", "v0.2.0rc1"])
def test_a_tag_of_another_version_is_refused(project: Path, tag: str) -> None:
    with pytest.raises(NotReleasableError, match=rf"the tag is {tag}, and .*__init__\.py says version 0\.2\.0: tag v0"):
        notes_of(tag, project)


@pytest.mark.parametrize(
    "changelog",
    [
        "# Changelog\n",
        "## 0.2.0 - 2027-02-01\n\n## 0.1.0 - 2027-01-01\n\n- The first.\n",
        f"## Unreleased\n\n- Not yet.\n\n{CHANGELOG}",
    ],
)
def test_a_release_that_nobody_has_described_is_refused(project: Path, changelog: str) -> None:
    (project / "CHANGELOG.md").write_text(changelog)
    with pytest.raises(NotReleasableError, match=r"does not begin with what is new in 0\.2\.0"):
        notes_of("v0.2.0", project)


@pytest.mark.parametrize("heading", ["0.2.0", "0.2.0 - not released yet", "0.2.0 - 2027-02-30", "0.2.0 - 20270201"])
def test_a_release_without_its_day_is_refused(project: Path, heading: str) -> None:
    (project / "CHANGELOG.md").write_text(CHANGELOG.replace("0.2.0 - 2027-02-01", heading))
    with pytest.raises(NotReleasableError, match=r"gives 0\.2\.0 no date"):
        notes_of("v0.2.0", project)


def test_of_this_release_nothing_but_the_day_has_to_be_filled_in() -> None:
    first, *earlier = sections()
    assert first.version == version.version_of()
    assert first.text
    assert first.is_dated or first.when == "not released yet"
    assert all(one.is_dated for one in earlier)


def test_the_command_needs_no_installed_package() -> None:
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import release.notes"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own module


def test_sources_that_say_no_version_are_refused(project: Path) -> None:
    (project / version.SAID_IN).write_text("")
    with pytest.raises(ValueError, match=re.escape(f"{version.SAID_IN} says no __version__")):
        version.version_of(project)
