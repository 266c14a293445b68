"""The function's code: the handler and crhelper, copied together when the app is synthesized.

No Docker, no network and no pip are needed, and the same sources have the same hash on every machine.
"""

import shutil
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk.aws_lambda import AssetCode, Code

_HERE = Path(__file__).resolve().parent
_NOTICES = ("LICENSE", "NOTICE")
# It travels into users' functions, so nothing else may: the SHA-256 of each file of the release that was reviewed.
_CRHELPER_VERSION = "2.0.12"
_CRHELPER = {
    "__init__.py": "552bc753630a80ff7a0c74835d1d4e6319db0bc8fbc9fb95859b9b04b53b3e7b",
    "log_helper.py": "d7c9f858a9468315cbfe28983ea13c756bfd4d6e2c3d973801ede9c7975b1e66",
    "resource_helper.py": "44f57c03a2b1665ef47b2f0d2360584b79dcefc33d3d0881906a22f0d1a8f724",
    "utils.py": "bf8e833bf1fed51be85b40691e686606214710a9d9acb305d7940d885d5ef338",
}


def copy_handler_code(output: Path) -> None:
    """Copies what the provider's function runs into a folder: the handler and crhelper."""
    sources = _handler_sources()
    for file in sources.rglob("*.py"):
        _copy(file, output / "lambda_handler" / file.relative_to(sources))
    for file, name in _crhelper_files():
        _copy(file, output / "crhelper" / name)


def handler_code() -> AssetCode:
    """Returns the code of the provider's function."""
    return Code.from_asset(
        str(_handler_sources()),
        asset_hash_type=AssetHashType.OUTPUT,
        # The image is never pulled: bundling on this machine always works.
        bundling=BundlingOptions(image=DockerImage.from_registry("unused"), local=_LocalBundling()),
    )


def _handler_sources() -> Path:
    installed = _HERE / "_lambda" / "lambda_handler"
    return installed if installed.is_dir() else _HERE.parents[1] / "lambda_handler"


@jsii.implements(ILocalBundling)
class _LocalBundling:
    def try_bundle(self, output_dir: str, options: object = None, **_: object) -> bool:
        copy_handler_code(Path(output_dir))
        return True


def _crhelper_files() -> list[tuple[Path, str]]:
    distribution = metadata.distribution("crhelper")
    files = [
        (Path(str(distribution.locate_file(file))), file.name)
        for file in distribution.files or ()
        if (file.parts[0] == "crhelper" and file.suffix == ".py") or file.name in _NOTICES
    ]
    found = {name: sha256(path.read_bytes()).hexdigest() for path, name in files if name not in _NOTICES}
    if found != _CRHELPER:  # another one may never answer, or do something else
        other = ", ".join(sorted(name for name in found.keys() | _CRHELPER if found.get(name) != _CRHELPER.get(name)))
        raise RuntimeError(
            f"the function needs crhelper {_CRHELPER_VERSION} as it was released, and what is installed differs in "
            f"{other}: pip install --force-reinstall crhelper=={_CRHELPER_VERSION}"
        )
    return files


def _copy(source: Path, target: Path) -> None:
    # The modes travel in the archive. A checkout under a strict umask would make files that Lambda cannot read.
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    shutil.copyfile(source, target)
    target.chmod(0o644)
