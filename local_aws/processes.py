"""Commands that the local AWS runs, with an environment that tells of no other AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local_aws.certificate import ADDRESS

# Whatever these say about the real AWS, or about how Node and Python trust, is not meant for the local one.
FOREIGN = ("AWS_", "CDK_", "MINISTACK_", "LAMBDA_", "LOCALSTACK_")


def run(
    command: list[str], environment: Mapping[str, str], *, cwd: Path | None = None, seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command, its output in one text. When this is interrupted, the command and its children end with it.

    Raises `subprocess.TimeoutExpired` where it takes longer than some seconds.
    """
    with subprocess.Popen(  # noqa: S603 - callers name their own commands
        command,
        cwd=cwd,
        env=dict(environment),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, output)


def clean_environment() -> dict[str, str]:
    """The environment of this process, without what is about AWS, and with its own Python first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, **without_proxy()}


def without_proxy() -> dict[str, str]:
    """What lets programs reach loopback where the environment names a proxy, which would not reach it.

    Tools read one spelling or the other; Python prefers the lower case.
    """
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    value = f"{others},{ADDRESS}" if others else ADDRESS
    return {"NO_PROXY": value, "no_proxy": value}
