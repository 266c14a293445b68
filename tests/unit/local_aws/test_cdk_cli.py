"""Which CDK CLI is used, and what is taken from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.cdk_cli import BOOTSTRAP_TEMPLATE, OLDEST, find
from local_aws.controls import LocalAwsError

ROOT = Path(__file__).resolve().parents[3]


def cli_that_says(folder: Path, said: str) -> str:
    """A folder for the `PATH` with a CDK CLI that says something when it is asked for its version."""
    (folder / "cdk").write_text(f"#!/bin/sh\necho '{said}'\n")
    (folder / "cdk").chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("version", [".".join(map(str, OLDEST)), "2.1148.1", "3.0.0"])
def test_the_cli_of_the_path_is_taken(tmp_path: Path, version: str) -> None:
    assert find(cli_that_says(tmp_path, f"{version} (build fcf5e34)")) == str(tmp_path / "cdk")


@pytest.mark.parametrize("version", ["2.162.1 (build 10aa526)", "1.204.0 (build 1)", "something else", ""])
def test_a_cli_that_would_call_aws_itself_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(LocalAwsError, match=r"2\.163\.0 or later.*npm install --global aws-cdk"):
        find(cli_that_says(tmp_path, version))


def test_where_there_is_none_one_is_told_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match="not on the PATH; install it with `npm install --global aws-cdk`"):
        find(str(tmp_path))


def test_what_is_bootstrapped_is_the_clis_own_template() -> None:
    of_the_cli = ROOT / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
    assert BOOTSTRAP_TEMPLATE.read_bytes() == of_the_cli.read_bytes(), f"cp {of_the_cli} {BOOTSTRAP_TEMPLATE}"
