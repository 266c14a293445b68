"""What the library adds to `cdk synth`: time and memory of a process that synthesizes, and of its import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROUNDS = 3
# What is done in a process of its own. An app without packages still imports the CDK.
CASES = {
    "import aws_cdk": "import aws_cdk",
    "import cdk_opensearch_packages": "import cdk_opensearch_packages",
    "an empty stack": "app(0)",
    "one package": "app(1)",
    "25 packages": "app(25)",
}
PROGRAM = """
import json, resource, sys, time
began = time.perf_counter()
def app(count):
    from aws_cdk import App, Stack
    if count:
        from benchmarks.footprint import with_this_provider
    made = App()
    stack = Stack(made, "Stack")
    if count:
        with_this_provider(stack, count)
    made.synth()
{case}
seconds = time.perf_counter() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
cpu = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
sys.stdout.write(json.dumps({{"seconds": seconds, "mib": int(peak) / 1024, "cpu": cpu}}))
"""


@dataclass(frozen=True)
class Synthesis:
    """What it took, in the middle of all rounds.

    Attributes:
        case: what was done.
        seconds: by the clock.
        cpu: seconds of CPU time, of Python alone: the CDK's own process in Node.js goes on.
        mib: the most memory that Python took.
    """

    case: str
    seconds: float
    cpu: float
    mib: float


def measure(rounds: int = ROUNDS) -> list[Synthesis]:
    """Do each in turn."""
    runs = [{case: _run(program) for case, program in CASES.items()} for _ in range(rounds)]
    return [
        Synthesis(case, *(median(run[case][what] for run in runs) for what in ("seconds", "cpu", "mib")))
        for case in CASES
    ]


def _run(case: str) -> dict[str, float]:
    root = str(Path(__file__).resolve().parents[1])
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM.format(case=case)],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return measured
