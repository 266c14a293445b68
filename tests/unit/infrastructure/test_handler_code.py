"""The asset that the function runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePath

import crhelper
import pytest
from aws_cdk import App, Stack

from cdk_opensearch_packages import PackageProvider, handler_code
from tests.unit.infrastructure.stacks import the_only

ROOT = Path(__file__).resolve().parents[3]


def asset_of(stack: Stack, outdir: Path) -> tuple[str, Path]:
    """The function's key in S3, and the folder that is zipped and published under it."""
    PackageProvider.get_or_create(stack)
    key = the_only(stack, "AWS::Lambda::Function")["Properties"]["Code"]["S3Key"]
    return key, outdir / f"asset.{Path(key).stem}"


def checkout(folder: Path) -> Path:
    """A copy of what the asset is made from."""
    for name in ("constructs", "lambda_handler"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def asset(tmp_path: Path) -> Path:
    return asset_of(Stack(App(outdir=str(tmp_path)), "Stack"), tmp_path)[1]


def test_the_function_gets_the_handler_and_crhelper_and_nothing_else(asset: Path) -> None:
    files = {file.relative_to(asset).as_posix() for file in asset.rglob("*") if file.is_file()}

    handler = {file.relative_to(ROOT).as_posix() for file in (ROOT / "lambda_handler").rglob("*.py")}
    crhelper = {
        f"crhelper/{name}"
        for name in ("__init__.py", "log_helper.py", "resource_helper.py", "utils.py", "LICENSE", "NOTICE")
    }
    assert files == handler | crhelper


def test_the_function_finds_its_handler(asset: Path) -> None:
    program = "import crhelper, lambda_handler.index as index; print(crhelper.__file__, callable(index.handler))"
    environment = {"PYTHONPATH": str(asset), "AWS_REGION": "eu-west-1", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], cwd=asset.parent, env=environment, capture_output=True, text=True, check=True
    )

    assert run.stdout.split() == [str(asset / "crhelper" / "__init__.py"), "True"]


def test_lambda_can_read_every_file_whatever_the_umask_was(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        _, asset = asset_of(Stack(App(outdir=str(tmp_path)), "Stack"), tmp_path)
    finally:
        os.umask(before)

    modes = {path.stat().st_mode & 0o777 for path in asset.rglob("*") if path.is_file()}
    assert modes == {0o644}
    assert {path.stat().st_mode & 0o777 for path in asset.rglob("*") if path.is_dir()} == {0o755}


def test_the_hash_is_the_same_in_every_checkout_and_at_any_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []
    for name in ("one", "two/deeper"):
        copy = checkout(tmp_path / name)
        # What differs between checkouts: times, modes, and what tools leave behind.
        (copy / "lambda_handler" / "__pycache__").mkdir()
        (copy / "lambda_handler" / "__pycache__" / "index.pyc").write_text(name)
        for file in (copy / "lambda_handler").glob("*.py"):
            file.chmod(0o600 if name == "one" else 0o664)
            os.utime(file, (0, len(keys)))
        monkeypatch.setattr(handler_code, "_HERE", copy / "constructs" / "cdk_opensearch_packages")
        outdir = tmp_path / f"out-{len(keys)}"
        keys.append(asset_of(Stack(App(outdir=str(outdir)), "Stack"), outdir)[0])

    assert keys[0] == keys[1]


def test_the_hash_changes_with_the_handler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = checkout(tmp_path / "checkout")
    monkeypatch.setattr(handler_code, "_HERE", copy / "constructs" / "cdk_opensearch_packages")
    keys = []
    for number in (1, 2):
        (copy / "lambda_handler" / "version.py").write_text(f"VERSION = {number}\n")
        outdir = tmp_path / f"out-{number}"
        keys.append(asset_of(Stack(App(outdir=str(outdir)), "Stack"), outdir)[0])

    assert keys[0] != keys[1]


def test_synthesis_leaves_the_sources_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = checkout(tmp_path / "checkout")
    monkeypatch.setattr(handler_code, "_HERE", copy / "constructs" / "cdk_opensearch_packages")
    before = sorted(copy.rglob("*"))
    asset_of(Stack(App(outdir=str(tmp_path / "out")), "Stack"), tmp_path / "out")

    assert sorted(copy.rglob("*")) == before


def test_a_stack_that_the_cli_does_not_deploy_is_not_bundled(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), context={"aws:cdk:bundling-stacks": ["Another"]})
    _, asset = asset_of(Stack(app, "Stack"), tmp_path)

    assert not (asset / "crhelper").exists()


class Installed:
    """crhelper as somebody has installed it: some files with other content, or none at all."""

    def __init__(self, folder: Path, changes: dict[str, bytes | None]) -> None:
        self._folder = folder
        real = Path(crhelper.__file__).parent
        (folder / "crhelper").mkdir()
        for file in real.glob("*.py"):
            body = changes.get(file.name, file.read_bytes())
            if body is not None:
                (folder / "crhelper" / file.name).write_bytes(body)
        self.files = [PurePath("crhelper", file.name) for file in (folder / "crhelper").iterdir()]

    def locate_file(self, file: PurePath) -> Path:
        return self._folder / file


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"utils.py": b"import os\n"}, "utils.py"),
        ({"log_helper.py": None}, "log_helper.py"),
        (
            dict.fromkeys(["__init__.py", "log_helper.py", "resource_helper.py", "utils.py"]),
            "__init__.py, log_helper.py",
        ),
    ],
)
def test_another_crhelper_than_the_one_that_was_reviewed_does_not_travel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, bytes | None], named: str
) -> None:
    monkeypatch.setattr("importlib.metadata.distribution", lambda _: Installed(tmp_path, changes))
    with pytest.raises(RuntimeError, match=rf"differs in {re.escape(named)}.*: pip install --force-reinstall"):
        handler_code.copy_handler_code(tmp_path / "out")


def test_the_crhelper_that_travels_is_the_one_that_is_pinned() -> None:
    assert f"crhelper=={handler_code._CRHELPER_VERSION}\n" in (ROOT / "requirements.txt").read_text()
    assert f'"crhelper=={handler_code._CRHELPER_VERSION}"' in (ROOT / "pyproject.toml").read_text()
