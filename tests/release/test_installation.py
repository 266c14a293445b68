"""What somebody gets who installs the library, or who has a checkout and has not installed it."""

import json
import os
import re
import shutil
import site
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

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
    assert folders == {"cdk_opensearch_packages", "local_aws", "opensearch_packages_cli", "opensearch_packages_pytest"}
    assert "opensearch_packages_cli/policy.json" in names
    assert "opensearch-packages = opensearch_packages_cli.__main__:main" in scripts
    assert "opensearch-packages-local = local_aws.__main__:main" in scripts
    assert "[pytest11]\nopensearch-packages-local = opensearch_packages_pytest" in scripts
    assert not [
        name for name in names if name.startswith("local_aws/") and name.endswith(("story.py", "moto_adapter.py"))
    ]
    needed = [one for one in metadata.splitlines() if one.startswith("Requires-Dist: ")]
    assert {re.split(r"\W", one.split()[1])[0] for one in needed if "extra == 'cli'" in one} == {"boto3", "rich"}
    local = {one.partition(" ")[2].partition(";")[0] for one in needed if "extra == 'local'" in one}
    assert {*map(Requirement, local)} == {*map(Requirement, extra_local())}
    assert "cdk_opensearch_packages/py.typed" in names
    assert "cdk_opensearch_packages/_lambda/lambda_handler/index.py" in names
    assert not [name for name in names if "__pycache__" in name]


def extra_local() -> list[str]:
    """What the extra `local` asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found: list[str] = project["optional-dependencies"]["local"]
    return found


def test_the_extra_local_takes_what_the_local_aws_is_tested_with() -> None:
    tested = [Requirement(line) for name in ("requirements.txt", "requirements-dev.txt") for line in pins(ROOT / name)]
    versions = {one.name: str(one.specifier).removeprefix("==") for one in tested}
    for asked in map(Requirement, extra_local()):
        assert asked.specifier.contains(versions[asked.name]), asked


def pins(path: Path) -> list[str]:
    """The lines of a requirements file that pin something."""
    return [line for line in path.read_text().splitlines() if "==" in line and not line.startswith("#")]


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


def test_a_project_with_the_wheel_tests_its_own_stack_and_two_at_the_same_time_do_not_meet(
    wheel: Path, environment: Path, tmp_path: Path
) -> None:
    python = environment / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps", wheel, cwd=tmp_path)
    imported = run(python, "-c", "import local_aws; print(local_aws.__file__)", cwd=tmp_path).strip()
    assert Path(imported).is_relative_to(environment)

    # Both have a stack and a domain of the same names. Nothing but Node is on the path, not even the CDK CLI.
    node = shutil.which("node")
    assert node
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "node").symlink_to(node)
    clean = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path)}
    running = {}
    for half in ("new_words", "refuses"):
        project = tmp_path / half
        shutil.copytree(ROOT / "examples" / "testing", project, ignore=shutil.ignore_patterns("__pycache__"))
        command: list[str | Path] = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", half]
        running[half] = subprocess.Popen(  # noqa: S603
            command, cwd=project, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    for process in running.values():
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
        assert "1 passed, 1 deselected" in said
        sys.stdout.write(said)  # with the seconds


def test_without_the_extra_the_fixture_and_the_command_say_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(local_aws): pass\n")
    # What a Python sees in which nothing of the extra is installed.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules.update(dict.fromkeys(('boto3', 'ministack', 'trustme')))\n"
    )
    for command in (["-m", "pytest", "-q", "-p", "no:cacheprovider"], ["-m", "local_aws", "up"]):
        done = subprocess.run(  # noqa: S603
            [sys.executable, *command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "install the extra with `pip install 'cdk-opensearch-packages[local]'`" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr


def test_the_demo_runs_from_a_checkout_before_the_library_is_installed(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_OUTDIR", str(tmp_path / "cdk.out"))
    command = json.loads((ROOT / "cdk.json").read_text())["app"].split()
    run(environment / "bin" / command[0], *command[1:], cwd=ROOT)

    assert (tmp_path / "cdk.out" / "OpenSearchPackagesDemo.template.json").exists()
