"""The README's commands for plain CloudFormation, run as a reader runs them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from local_aws.machine import LocalAws
from local_aws.processes import run

ROOT = Path(__file__).resolve().parents[2]
# What a reader has in a checkout, as far as the commands need it.
_FILES = ("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt")
_QUICK_WAITS = ROOT / "tests" / "integration" / "quick_waits"
_FOLDERS = ("constructs", "lambda_handler", "release", "templates")


def steps() -> dict[str, str]:
    """Each step's commands, by the first words of its comment. All of them know what is set at the top."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## Plain CloudFormation") :]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block, "the README shows the commands"
    setting, *paragraphs = block[1].strip().split("\n\n")
    return {re.split("[:.]", paragraph.removeprefix("# "))[0]: f"{setting}\n{paragraph}" for paragraph in paragraphs}


def checkout(folder: Path) -> Path:
    """A checkout in which everything is set up, without what the commands of another run have left."""
    for name in _FILES:
        # With its time, so that make does not set up again.
        shutil.copy2(ROOT / name, folder / name)
    for name in _FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", "function.zip")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def follow(aws: LocalAws, folder: Path, commands: str) -> tuple[int, str]:
    """Run commands in a shell; returns its exit code and what they said."""
    environment = {**aws.full_environment(), "PYTHONPATH": str(_QUICK_WAITS)}
    done = run(["bash", "-euo", "pipefail", "-c", commands], environment, cwd=folder)
    return done.returncode, done.stdout
