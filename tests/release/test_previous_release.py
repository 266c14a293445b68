"""The release before this one, from which the tests upgrade, is found by the changelog and cannot be forgotten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from release.changelog import ROOT
from tests.support.releases import HANDLER, SERVED_BY_PREVIOUS, NoPreviousReleaseError, previous_release

NEXT = "## 9.0.0 - not released yet\n\n- More.\n\n## 0.1.0 - 2027-01-01\n\n- The first.\n"


def git(clone: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(clone), *identity, *arguments], check=True)  # noqa: S603, S607


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in which the next release is being made."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", "--no-tags", f"file://{ROOT}", str(folder)], check=True)  # noqa: S603, S607
    (folder / "CHANGELOG.md").write_text(NEXT)
    return folder


def test_it_is_built_from_the_tag_of_the_second_section_of_the_changelog(clone: Path, tmp_path: Path) -> None:
    handler = clone / "lambda_handler" / "index.py"
    handler.write_text("# Version 0.1.0\n")
    git(clone, "commit", "--quiet", "--all", "--message=0.1.0")
    git(clone, "tag", "v0.1.0")
    handler.write_text("# Version 9.0.0\n")
    git(clone, "commit", "--quiet", "--all", "--message=Go on")

    built = (previous_release(tmp_path / "previous", clone).folder / HANDLER).read_text()
    assert built.startswith("# Version 0.1.0\n")
    assert SERVED_BY_PREVIOUS in built


def test_without_its_tag_the_test_says_what_to_do(clone: Path, tmp_path: Path) -> None:
    with pytest.raises(NoPreviousReleaseError, match=r"v0\.1\.0 was released, and .*no such tag .*: git fetch --tags"):
        previous_release(tmp_path / "previous", clone)


def test_who_changes_a_release_that_is_out_is_told_to_begin_the_next_one(clone: Path, tmp_path: Path) -> None:
    (clone / "CHANGELOG.md").write_text("## 0.1.0 - 2027-01-01\n\n- The first.\n")
    git(clone, "commit", "--quiet", "--all", "--message=0.1.0")
    git(clone, "tag", "v0.1.0")
    previous_release(tmp_path / "of-the-release-itself", clone)

    git(clone, "commit", "--quiet", "--allow-empty", "--message=Go on")
    with pytest.raises(NoPreviousReleaseError, match=r"0\.1\.0 was released, .*: begin a section for the next"):
        previous_release(tmp_path / "previous", clone)
