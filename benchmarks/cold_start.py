"""Cold start: from the start of the process to the first call to AWS of a package's Create."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cdk_opensearch_packages.handler_code import copy_handler_code

STARTS = Path(__file__).parent / "starts"
FLOOR, PLAIN, OURS = "floor", "plain_crhelper", "provider"
ROUNDS = 21
NOT_ON_THIS_MACHINE = "/dev/null"


@dataclass(frozen=True)
class Start:
    """What starts took, in the middle of all rounds.

    Attributes:
        name: whose.
        bytecode: whether the function's own code has been compiled before. Lambda's folder for it is read-only, so
            there it has not, unless the asset brings bytecode for the runtime's version of Python.
        cpu: seconds of CPU time.
        ratio: that over the floor's in the same round.
    """

    name: str
    bytecode: bool
    cpu: float
    ratio: float


def measure(rounds: int = ROUNDS) -> list[Start]:
    """Start each in turn, so that what else the machine does meets all of them."""
    with tempfile.TemporaryDirectory() as asset:
        copy_handler_code(Path(asset))
        return [start for bytecode in (False, True) for start in _measure(asset, rounds, bytecode=bytecode)]


def _measure(asset: str, rounds: int, *, bytecode: bool) -> list[Start]:
    names = (FLOOR, PLAIN, OURS)
    for name in names:  # fills the file system's cache, and writes bytecode where it is to be
        _start(name, asset, bytecode=bytecode)
    runs = [{name: _start(name, asset, bytecode=bytecode) for name in names} for _ in range(rounds)]
    return [
        Start(
            name,
            bytecode,
            cpu=median(run[name]["cpu"] for run in runs),
            ratio=median(run[name]["cpu"] / run[FLOOR]["cpu"] for run in runs),
        )
        for name in names
    ]


def _start(name: str, asset: str, *, bytecode: bool) -> dict[str, float]:
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": NOT_ON_THIS_MACHINE,
        "AWS_SHARED_CREDENTIALS_FILE": NOT_ON_THIS_MACHINE,
        "STAGING_BUCKET": "staging",
        "PYTHONPATH": asset,
        **({} if bytecode else {"PYTHONDONTWRITEBYTECODE": "1"}),
    }
    told = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, str(STARTS / f"{name}.py")], env=environment, capture_output=True, text=True, check=False
    )
    if not told.stdout:
        raise RuntimeError(f"{name} made no call: {told.stderr}")
    measured: dict[str, float] = json.loads(told.stdout)
    return measured
