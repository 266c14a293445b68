"""What builds a release is known by its hash, and is what the tests have run with."""

from __future__ import annotations

import re

import pytest

from release.changelog import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(_PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def test_it_is_built_with_the_versions_that_the_tests_run_with() -> None:
    tested = {**pins("requirements.txt"), **pins("requirements-dev.txt")}
    asked_for = pins("requirements-release.in")
    assert {"aws-cdk-lib", "build", "constructs", "crhelper", "hatchling"} == asked_for.keys()
    assert {name: tested[name] for name in asked_for} == asked_for
    assert pins("requirements-release.txt").items() >= asked_for.items()


def test_each_package_has_its_hashes_and_no_address() -> None:
    text = (ROOT / "requirements-release.txt").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n?", "", text, flags=re.MULTILINE).strip())
    assert len(packages) == len(pins("requirements-release.txt"))
    for package in packages:
        assert re.fullmatch(r"\S+==\S+( \\\n    --hash=sha256:[0-9a-f]{64})+", package), package


@pytest.mark.parametrize("option", ["--require-hashes", "--only-binary :all:"])
def test_the_workflow_takes_nothing_else(option: str) -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    build = workflow[workflow.index("  build:\n") : workflow.index("  publish:\n")]
    (installation,) = (line for line in build.splitlines() if "/pip" in line)
    assert option in installation
    assert "-r requirements-release.txt" in installation
    assert "make " not in build, "make sets up everything that the tests need"
