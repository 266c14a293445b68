"""A release says what it brings, and a wrong tag is refused before anything is built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from release.notes import ROOT, NotReleasableError, notes_of

CHANGELOG = """# Changelog

## Unreleased

- Not yet.

## 0.2.0 - 2027-02-01

### Added

- More.

## 0.1.0 - 2027-01-01

- The first.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def test_the_notes_are_the_section_of_the_version_and_no_other(project: Path) -> None:
    assert notes_of("v0.2.0", project) == "### Added\n\n- More.\n"


@pytest.mark.parametrize("tag", ["v0.1.0", "0.2.0", "v0.2.0rc1"])
def test_a_tag_of_another_version_is_refused(project: Path, tag: str) -> None:
    with pytest.raises(NotReleasableError, match=rf"the tag is {tag}, and pyproject.toml says version 0.2.0"):
        notes_of(tag, project)


@pytest.mark.parametrize("changelog", ["# Changelog\n", "## 0.2.0\n\n## 0.1.0\n\n- The first.\n"])
def test_a_release_that_nobody_has_described_is_refused(project: Path, changelog: str) -> None:
    (project / "CHANGELOG.md").write_text(changelog)
    with pytest.raises(NotReleasableError, match=r"has nothing under '## 0\.2\.0'"):
        notes_of("v0.2.0", project)


def test_the_command_needs_no_installed_package() -> None:
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import release.notes"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own module
