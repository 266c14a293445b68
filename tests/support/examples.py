"""The apps of examples/, run in this process as a reader runs them."""

from __future__ import annotations

import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk import App

FOLDER = Path(__file__).parents[2] / "examples"
APPS = sorted(path.name for path in FOLDER.glob("*.py") if path.name != "make_files.py")
# What readers say with -c.
CONTEXT = {
    "edition": "1",
    "package_id": "F123456789",
    "vpc_id": "vpc-1a2b3c4d",
    "subnet_ids": "subnet-1a2b3c4d,subnet-5e6f7a8b",
    "assets_key": "arn:aws:kms:us-east-1:000000000000:key/1a2b3c4d-0000-1111-2222-333344445555",
}


def copy_of_the_folder(folder: Path) -> Path:
    """The folder of the examples elsewhere, with the files that `make_files.py` writes."""
    copy = Path(shutil.copytree(FOLDER, folder / "examples", ignore=shutil.ignore_patterns("build", "cdk.out")))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        runpy.run_path("make_files.py", run_name="__main__")
    return copy


def run(folder: Path, name: str, app: Callable[[], App]) -> None:
    """Run one example in the folder; what it calls `App()` is `app()`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(aws_cdk, "App", app)
        runpy.run_path(name, run_name="__main__")
