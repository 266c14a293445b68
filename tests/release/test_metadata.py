"""What the registry shows of a release: who, for whom, where, and a page whose links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import cdk_opensearch_packages
from release.changelog import ROOT
from release.metadata_hook import page
from release.ready import missing
from release.version import version_of

ADDRESS = "https://github.com/somebody/packages"


def project(folder: Path, address: str) -> Path:
    """The checkout as it is, with the address of the repository filled in."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    for name in listed.stdout.rstrip("\0").split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    pyproject = folder / "pyproject.toml"
    said = re.sub(r'^repository = ".*"$', f'repository = "{address}"', pyproject.read_text(), flags=re.MULTILINE)
    pyproject.write_text(said)
    return folder


def metadata(sources: Path) -> Message:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(sources / "dist")]
    subprocess.run(command, cwd=sources, check=True, capture_output=True)  # noqa: S603 - the pinned build backend
    (wheel,) = (sources / "dist").glob("*.whl")
    with ZipFile(wheel) as opened:
        (name,) = (one for one in opened.namelist() if one.endswith("/METADATA"))
        return BytesParser().parsebytes(opened.read(name))


def description(found: Message) -> list[Token]:
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return MarkdownIt("commonmark").enable("table").parse(payload.decode())


def links(tokens: list[Token]) -> list[str]:
    return [str(one.attrs["href"]) for token in tokens for one in token.children or () if one.type == "link_open"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Message:
    return metadata(project(tmp_path_factory.mktemp("published"), ADDRESS))


def test_it_says_who_made_it_for_which_pythons_and_under_which_license(published: Message) -> None:
    assert published["Author"] == "The cdk-opensearch-packages developers"
    assert published["License-Expression"] == "Apache-2.0"
    said = published.get_all("Classifier", [])
    tested = re.search(r"python: \[(.*)\]", (ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert tested
    assert [one for one in said if one.startswith("Programming Language :: Python :: 3.")] == [
        f"Programming Language :: Python :: {version}" for version in re.findall(r'"([\d.]+)"', tested[1])
    ]


def test_its_addresses_lead_to_the_release_and_to_where_to_report(published: Message) -> None:
    files = f"{ADDRESS}/blob/v{version_of()}"
    assert dict(one.split(", ") for one in published.get_all("Project-URL", [])) == {
        "Repository": ADDRESS,
        "Documentation": f"{files}/README.md#documentation",
        "Changelog": f"{files}/CHANGELOG.md",
        "Issues": f"{ADDRESS}/issues",
    }


def test_the_links_of_its_page_lead_to_the_files_of_the_release(published: Message) -> None:
    found = links(description(published))
    prefix = f"{ADDRESS}/blob/v{version_of()}/"
    files = [one.removeprefix(prefix).partition("#")[0] for one in found if one.startswith(prefix)]
    assert {"docs/errors.md", "SECURITY.md", "LICENSE"} < set(files)
    assert all((ROOT / one).is_file() for one in files)
    assert all(one.startswith("https://") for one in found)


def test_its_page_is_the_readme_without_diagrams(published: Message) -> None:
    assert published["Description-Content-Type"] == "text/markdown"
    tokens = description(published)
    of_the_readme = MarkdownIt("commonmark").enable("table").parse((ROOT / "README.md").read_text(encoding="utf-8"))

    def blocks(tokens: list[Token]) -> list[tuple[str, str]]:
        return [(one.type, one.content if one.type == "fence" else "") for one in tokens if one.info != "mermaid"]

    assert blocks(tokens) == blocks(of_the_readme)
    assert "mermaid" not in {one.info for one in tokens}


def test_code_that_looks_like_a_link_stays_as_it_is() -> None:
    code = "```python\nhandlers[name](event)\n```\n"
    assert page(f"[a](b.md)\n{code}[c](https://d)", f"{ADDRESS}/") == f"[a]({ADDRESS}/b.md)\n{code}[c](https://d)"


def test_without_an_address_it_has_no_dead_links(tmp_path: Path) -> None:
    found = metadata(project(tmp_path, ""))
    assert found.get_all("Project-URL") is None
    assert all(one.startswith("https://") for one in links(description(found)))


def test_the_library_says_the_version_that_is_installed(published: Message) -> None:
    assert published["Version"] == cdk_opensearch_packages.__version__ == version_of()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which all that is asked for is filled in."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.hatch.metadata.hooks.custom]\nrepository = "{ADDRESS}"\n')
    (tmp_path / "README.md").write_text("pip install cdk-opensearch-packages\n")
    return tmp_path


def test_a_release_is_refused_while_something_is_not_filled_in(checkout: Path) -> None:
    assert missing(ADDRESS, checkout) == []
    (checkout / "README.md").write_text("pip install .\n")
    assert missing(f"{ADDRESS}-2", checkout) == [
        f"pyproject.toml: 'repository' must be '{ADDRESS}-2', and it is '{ADDRESS}'",
        "README.md: its section Install must say 'pip install cdk-opensearch-packages'",
    ]


def test_the_command_refuses_and_needs_no_installed_package(checkout: Path) -> None:
    (checkout / "release").mkdir()
    shutil.copyfile(ROOT / "release" / "ready.py", checkout / "release" / "ready.py")
    for address, said in ((ADDRESS, ""), (f"{ADDRESS}-2", "pyproject.toml: 'repository' must be")):
        command = [sys.executable, "-S", "-m", "release.ready", address]
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)  # noqa: S603
        assert (done.returncode, done.stderr[: len(said)]) == (1 if said else 0, said)
