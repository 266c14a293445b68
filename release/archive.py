"""The files of a release: the wheel, the sdist, and the archive for those who use plain CloudFormation.

The same sources give the same bytes on every machine, so anybody can check what they got, and the same release uploads
the same object.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from cdk_opensearch_packages.handler_code import copy_handler_code
from release.template.provider import FUNCTION_CODE
from release.version import version_of

ROOT = Path(__file__).resolve().parent.parent
_FUNCTION = f"templates/{FUNCTION_CODE}"
# With the same paths as in a checkout, so that the same commands work in both.
_CONTENT = (
    "templates/*.yaml",
    "schemas/**/*.json",
    "schemas/**/*.py",
    "lambda_handler/**/*.py",  # the rules for cfn-lint run it
    "docs/**/*.md",
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE",
    "NOTICE",
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that the format can say
_UNIX = 3
_PLAIN_FILE = 0o100644


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive that is the same whenever, wherever and by whomever it is made.

    It is not compressed: two versions of zlib compress differently.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE << 16
            archive.writestr(entry, files[name])
    return written.getvalue()


def function_zip() -> bytes:
    """The code of the provider's function, as Lambda takes it."""
    with tempfile.TemporaryDirectory() as folder:
        copy_handler_code(Path(folder))
        return zipped(_files(Path(folder), "**/*"))


def write_function(root: Path = ROOT) -> Path:
    """Writes the function's code beside the template that names it."""
    path = root / _FUNCTION
    path.write_bytes(function_zip())
    return path


def provider_archive(root: Path = ROOT) -> bytes:
    """What a user of plain CloudFormation needs, with nothing to build."""
    return zipped({**_files(root, *_CONTENT), _FUNCTION: function_zip()})


def write_distributions(root: Path = ROOT) -> list[Path]:
    """Builds the wheel, the sdist and the archive, and returns their paths."""
    folder = root / "dist"
    for earlier in folder.glob("*"):
        earlier.unlink()
    # With the pinned build backend of requirements-dev.txt: nothing is downloaded.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    (folder / f"opensearch-packages-provider-{version_of(root)}.zip").write_bytes(provider_archive(root))
    return sorted(folder.iterdir())


def _files(root: Path, *patterns: str) -> dict[str, bytes]:
    found = (path for pattern in patterns for path in root.glob(pattern) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
