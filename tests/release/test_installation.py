"""What somebody gets who installs the library, or who has a checkout and has not installed it."""

import json
import re
import site
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]

APP = """\
from aws_cdk import App, Stack
import cdk_opensearch_packages
from cdk_opensearch_packages import Package, PackageProvider, PackageSource, PackageType

app = App(outdir="cdk.out")
stack = Stack(app, "Stack")
synonyms = Package(
    stack,
    "Synonyms",
    package_type=PackageType.TXT_DICTIONARY,
    source=PackageSource.from_asset("dictionaries/synonyms.txt"),
    package_name="synonyms",
    description="Shop synonyms",
)
assert synonyms.package_id
assert synonyms.package_version
app.synth()
print(cdk_opensearch_packages.__file__)
"""


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_brings_the_library_the_command_and_the_handler(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (scripts,) = (archive.read(name).decode() for name in names if name.endswith("/entry_points.txt"))
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("/METADATA"))

    folders = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert folders == {"cdk_opensearch_packages", "opensearch_packages_cli"}
    assert "opensearch_packages_cli/policy.json" in names
    assert "opensearch-packages = opensearch_packages_cli.__main__:main" in scripts
    needed = [one for one in metadata.splitlines() if one.startswith("Requires-Dist: ")]
    assert {re.split(r"\W", one.split()[1])[0] for one in needed if "extra == 'cli'" in one} == {"boto3", "rich"}
    assert "cdk_opensearch_packages/py.typed" in names
    assert "cdk_opensearch_packages/_lambda/lambda_handler/index.py" in names
    assert not [name for name in names if "__pycache__" in name]


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment with all dependencies and without this library; no network is needed."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    (packages,) = home.glob("lib/python*/site-packages")
    # The dependencies come from here. A .pth file is not followed to further ones, so our own editable install
    # stays out of it.
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return home


def test_an_app_synthesizes_with_nothing_but_the_wheel(wheel: Path, environment: Path, tmp_path: Path) -> None:
    python = environment / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=tmp_path)
    app = tmp_path / "app"
    (app / "dictionaries").mkdir(parents=True)
    (app / "dictionaries" / "synonyms.txt").write_text("sofa, couch\n")
    (app / "app.py").write_text(APP)

    imported = run(python, "app.py", cwd=app).strip()

    assert Path(imported).is_relative_to(environment)
    template = json.loads((app / "cdk.out" / "Stack.template.json").read_text())
    (function,) = (r for r in template["Resources"].values() if r["Type"] == "AWS::Lambda::Function")
    asset = app / "cdk.out" / f"asset.{Path(function['Properties']['Code']['S3Key']).stem}"
    assert (asset / "lambda_handler" / "index.py").read_bytes() == (ROOT / "lambda_handler" / "index.py").read_bytes()
    assert (asset / "crhelper" / "resource_helper.py").exists()


def test_the_demo_runs_from_a_checkout_before_the_library_is_installed(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path / "cdk.out"))
    command = json.loads((ROOT / "cdk.json").read_text())["app"].split()
    run(environment / "bin" / command[0], *command[1:], cwd=ROOT)

    assert (tmp_path / "cdk.out" / "OpenSearchPackagesDemo.template.json").exists()
