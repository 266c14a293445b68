"""`make deploy-local`: the life of a dictionary on a domain, deployed by the real CDK CLI, checked at every step."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from local_aws.cdk_cli import cdk
from local_aws.controls import ACCOUNT, REGION, LocalAwsError
from local_aws.machine import LocalAws
from local_aws.processes import run

# The story is about the app of a checkout: this module is in no wheel.
ROOT = Path(__file__).resolve().parent.parent
STACK = "OpenSearchPackagesDemo"
FIRST = ROOT / "dictionaries" / "synonyms.txt"
DOMAIN, ENGINE_VERSION = "shop-search", "OpenSearch_2.17"
CHANGED_LINE = "couch, sofa, settee\n"
REMOVALS = ["DissociatePackages", "DeletePackage"]
COLUMN = 62
T = TypeVar("T")


class StoryError(Exception):
    """A step went wrong; the text says how."""


def tell() -> int:
    """Tell the story. Returns the exit code."""
    started = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix="local-aws-") as folder:
            _Story(Path(folder)).run()
    except (StoryError, LocalAwsError) as error:
        print(f"\nFailed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; everything that was started is stopped.", file=sys.stderr)
        return 130
    print(f"\nThe whole story took {time.monotonic() - started:.0f} s. Nothing is left behind.")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Once only: a second signal must not interrupt the cleaning up.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


class _Story:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aws = LocalAws(folder / "aws")

    def run(self) -> None:
        try:
            _step(f"Start a local AWS, with the domain {DOMAIN}", self._start)
            self._tell()
        finally:
            self._aws.stop()

    def _start(self) -> None:
        self._aws.start()
        self._aws.client("opensearch").create_domain(DomainName=DOMAIN, EngineVersion=ENGINE_VERSION)

    def _tell(self) -> None:
        _step("cdk bootstrap", lambda: self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}"))
        buckets = self._buckets()
        first = _step(f"cdk deploy -c domain={DOMAIN}", lambda: self._deploy(FIRST))
        self._show(first)
        self._check_package(first, "v1")
        self._check_domain(first)

        changed = self._folder / "synonyms.txt"
        shutil.copyfile(FIRST, changed)
        with changed.open("a", encoding="utf-8") as lines:
            lines.write(CHANGED_LINE)
        second = _step("The same, one line added to the dictionary", lambda: self._deploy(changed))
        self._show(second)
        for name in ("PackageID", "ReferencePath"):
            _check(second[name] == first[name], f"the {name} changed from {first[name]}")
        self._check_package(second, "v2")
        self._check_domain(second)

        staging = self._buckets() - buckets
        left = [f"s3://{one}/{key}" for one in sorted(staging) for key in self._keys(one)]
        _check(not left, f"staged copies were left behind: {', '.join(left)}")

        self._aws.reset()
        _step("cdk destroy", lambda: self._cdk("destroy", STACK, "--force"))
        removals = [one["Operation"] for one in self._aws.calls() if one["Operation"] in REMOVALS and not one["Error"]]
        _check(removals == REMOVALS, f"the package was not taken off the domain and then deleted: {removals}")
        _check(not self._on_domain(), f"packages were left on the domain: {self._on_domain()}")
        _check(not self._aws.packages(), f"packages were left behind: {self._aws.packages()}")
        left = sorted(self._buckets() - buckets)
        _check(not left, f"buckets were left behind: {', '.join(left)}")
        print("  The package has left the domain. No package and no bucket of the stack is left.")

    def _deploy(self, dictionary: Path) -> dict[str, str]:
        outputs = self._folder / "outputs.json"
        outputs.unlink(missing_ok=True)
        self._cdk(
            *("deploy", STACK, "--require-approval", "never", "--outputs-file", str(outputs)),
            *("--context", f"dictionary={dictionary}", "--context", f"domain={DOMAIN}"),
        )
        found: dict[str, str] = json.loads(outputs.read_text(encoding="utf-8"))[STACK]
        return found

    def _cdk(self, *arguments: str) -> None:
        command = cdk("--output", str(self._folder / "cdk.out"), "--progress", "events", *arguments)
        temporary = self._folder / "tmp"  # what an interrupted synthesis leaves goes with the folder
        temporary.mkdir(exist_ok=True)
        done = run(command, {**self._aws.full_environment(), "TMPDIR": str(temporary)}, cwd=ROOT)
        if done.returncode != 0:
            raise StoryError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")

    def _check_package(self, outputs: dict[str, str], version: str) -> None:
        """The outputs against the service itself."""
        packages = self._aws.packages()
        found: dict[str, Any] = packages[0] if len(packages) == 1 else {}
        told = (outputs["PackageID"], outputs["PackageVersion"])
        _check(told[1] == version, f"the version is {told[1]}, not {version}")
        really = (found.get("PackageID"), found.get("AvailablePackageVersion"))
        _check(told == really, f"the outputs say {told}, the service has {packages}")

    def _check_domain(self, outputs: dict[str, str]) -> None:
        """The domain against the outputs."""
        found = self._on_domain()
        expected = [[outputs["PackageID"], outputs["PackageVersion"], "ACTIVE", outputs["ReferencePath"]]]
        _check(found == expected, f"the domain has {found}, not {expected}")

    def _on_domain(self) -> list[list[str]]:
        """What the service says of each package of the domain."""
        listed = self._aws.client("opensearch").list_packages_for_domain(DomainName=DOMAIN)
        names = ("PackageID", "PackageVersion", "DomainPackageStatus", "ReferencePath")
        return [[str(one.get(name, "")) for name in names] for one in listed["DomainPackageDetailsList"]]

    def _show(self, outputs: dict[str, str]) -> None:
        for name in ("PackageID", "PackageVersion", "ReferencePath"):
            print(f"  {name} = {outputs[name]}")
        for _, version, status, _ in self._on_domain():
            print(f"  On {DOMAIN}: {version}, {status}", flush=True)

    def _buckets(self) -> set[str]:
        return {one["Name"] for one in self._aws.client("s3").list_buckets()["Buckets"]}

    def _keys(self, bucket: str) -> list[str]:
        listed = self._aws.client("s3").list_objects_v2(Bucket=bucket)
        return [one["Key"] for one in listed.get("Contents", [])]


def _step(title: str, action: Callable[[], T]) -> T:
    print(f"{title:.<{COLUMN}}", end=" ", flush=True)
    started = time.monotonic()
    result = action()
    print(f"{time.monotonic() - started:5.1f} s", flush=True)
    return result


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StoryError(otherwise)


if __name__ == "__main__":
    sys.exit(tell())
