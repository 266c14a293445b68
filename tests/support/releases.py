"""Two releases side by side: the one in this checkout, and the one before it, by the changelog.

Each is built as a wheel, and its apps are synthesized in a process that has nothing of this library but that wheel.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import sysconfig
import tarfile
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from release.changelog import ROOT, sections
from release.version import SAID_IN

HANDLER = "cdk_opensearch_packages/_lambda/lambda_handler/index.py"
# What the function of the previous release logs with each invocation. So its code is another one in any case.
SERVED_BY_PREVIOUS = "served by the previous release"
_TELLING = f"""

def handler(event, context, serve=handler):
    print({SERVED_BY_PREVIOUS!r})
    serve(event, context)
"""


class NoPreviousReleaseError(Exception):
    """The changelog does not say which release is the one before, or this clone cannot build it."""


@dataclass(frozen=True)
class Release:
    """A release, unpacked from its wheel.

    Attributes:
        folder: what would be in `site-packages`.
    """

    folder: Path

    def synthesize(self, app: str, working_folder: Path) -> None:
        """Run an app, which is a program's text, in a working folder."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(self.folder), sysconfig.get_path("purelib")])}
        # With -S, nothing of site-packages is run: the editable installation of this checkout stays out of it.
        command = [sys.executable, "-S", "-c", app]
        done = subprocess.run(command, cwd=working_folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr


def this_release(folder: Path) -> Release:
    """The release that the checkout is, in a folder of its own."""
    return Release(_unpacked(ROOT, folder))


def previous_release(folder: Path, root: Path = ROOT) -> Release:
    """The release before: that of the changelog's second section, built from its tag. Before the first, this one.

    Its function also logs that it is the previous one.

    Raises:
        NoPreviousReleaseError: this clone has no such tag; or the first section is about a release that is out, and the
            checkout has gone on.
    """
    first, *earlier = sections(root)
    released = _commit(f"refs/tags/v{first.version}", root)
    if first.is_dated and released not in ("", _commit("HEAD", root)):
        raise NoPreviousReleaseError(
            f"{first.version} was released, and this is no longer it: begin a section for the next version in "
            f"CHANGELOG.md, and say that version in {SAID_IN}"
        )
    sources = _tagged(f"v{earlier[0].version}", folder / "sources", root) if earlier else ROOT
    unpacked = _unpacked(sources, folder)
    with (unpacked / HANDLER).open("a", encoding="utf-8") as handler:
        handler.write(_TELLING)
    return Release(unpacked)


def _commit(name: str, root: Path) -> str:
    """The commit that a name stands for; empty where there is no such name."""
    command = ["git", "-C", str(root), "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _tagged(tag: str, folder: Path, root: Path) -> Path:
    archive = subprocess.run(["git", "-C", str(root), "archive", tag], capture_output=True, check=False)  # noqa: S603, S607
    if archive.returncode != 0:
        raise NoPreviousReleaseError(
            f"CHANGELOG.md says that {tag} was released, and this clone has no such tag to upgrade from: "
            "git fetch --tags"
        )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as opened:
        opened.extractall(folder, filter="data")
    return folder


def _unpacked(sources: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=sources, check=True, capture_output=True)  # noqa: S603 - the pinned build backend
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as opened:
        opened.extractall(folder / "unpacked")  # noqa: S202 - our own wheel
    return folder / "unpacked"
