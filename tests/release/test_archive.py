"""A release has the same bytes whoever builds it, and everything that its users need."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from release import archive

ROOT = Path(__file__).parents[2]


def build(folder: Path, umask: int, **environment: str) -> Path:
    """What a release has, built in a clone of its own, as another machine would build it."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)  # noqa: S603, S607
    subprocess.run(
        [sys.executable, "-m", "release", "dist"],
        cwd=folder,
        env={**os.environ, **environment, "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'constructs'}"},
        umask=umask,
        check=True,
        capture_output=True,
    )
    return folder / "dist"


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        return opened.namelist()


@pytest.fixture(scope="module")
def function_code() -> bytes:
    return archive.function_zip()


def test_two_builds_from_two_checkouts_have_the_same_bytes(tmp_path: Path) -> None:
    one = build(tmp_path / "one", 0o022, TZ="UTC")
    two = build(tmp_path / "far" / "away", 0o077, TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="7")
    digests = [{path.name: sha256(path.read_bytes()).hexdigest() for path in dist.iterdir()} for dist in (one, two)]
    assert digests[0] == digests[1]
    assert sorted(Path(name).suffix for name in digests[0]) == [".gz", ".whl", ".zip"]


def test_the_functions_code_is_that_of_the_constructs(function_code: bytes) -> None:
    handler = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lambda_handler").rglob("*.py")}
    assert handler == {name for name in names(function_code) if name.startswith("lambda_handler/")}
    assert "crhelper/resource_helper.py" in names(function_code)


def test_an_entry_tells_nothing_of_the_machine(function_code: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(function_code)) as opened:
        entries = opened.infolist()
    assert [one.filename for one in entries] == sorted(one.filename for one in entries)
    assert {(one.date_time, one.external_attr >> 16, one.create_system) for one in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644, 3)
    }


def test_the_archive_needs_nothing_built() -> None:
    found = names(archive.provider_archive())
    for name in (
        "templates/provider.yaml",
        "templates/example.yaml",
        "templates/function.zip",
        "schemas/custom-opensearchpackage.json",
        "schemas/template.json",
        "schemas/cfn-lint/custom_resources.py",
        "schemas/cfn-lint/checks.json",
        "docs/reference/custom-opensearchpackage.md",
        "docs/checking-templates.md",
        "README.md",
        "LICENSE",
        "NOTICE",
    ):
        assert name in found


def test_the_template_finds_the_functions_code_beside_it(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    written = archive.write_function(tmp_path)
    assert f"Code: {written.name}\n" in (ROOT / "templates" / "provider.yaml").read_text()
