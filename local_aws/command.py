"""A command of the user's, run with an environment in which the local AWS is the only one."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from local_aws import cdk_cli
from local_aws.background import Background
from local_aws.controls import LocalAwsError
from local_aws.deployer import bootstrap
from local_aws.machine import LocalAws
from local_aws.processes import clean_environment


def run_command(command: Sequence[str], background: Background) -> int:
    """Run a command on the local AWS of the background, or on one that lives as long; returns its exit code.

    Raises:
        LocalAwsError: the command is not on the `PATH`, or the local AWS did not start.
    """
    _program(command[0], clean_environment()["PATH"])
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        aws = background.ready()
        if aws:
            return _run(command, aws.full_environment())
        with tempfile.TemporaryDirectory(prefix="local-aws-") as folder, LocalAws(Path(folder)) as started:
            bootstrap(started)
            return _run(command, started.full_environment())
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    program = _program(command[0], environment["PATH"])
    with subprocess.Popen([program, *command[1:]], env=dict(environment)) as process:  # noqa: S603 - the user's own
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue  # the terminal has interrupted the command, too, which ends as it likes
            except SystemExit:
                process.terminate()
                raise
            return code if code >= 0 else 128 - code


def _program(name: str, path: str) -> str:
    """The file of a program. One that is missing is told before a local AWS is started for it."""
    if name == cdk_cli.NAME:
        return cdk_cli.find(path)
    found = shutil.which(name, path=path)
    if found is None:
        raise LocalAwsError(f"{name} is not on the PATH.")
    return found


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
