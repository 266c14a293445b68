"""The folder constructs/ must never become a package: it would hide the library of that name."""

from pathlib import Path

import constructs

import cdk_opensearch_packages

ROOT = Path(__file__).resolve().parents[3]


def test_the_folder_of_sources_is_no_package() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists()
    assert not (ROOT / "tests" / "constructs").exists()


def test_the_library_constructs_is_the_installed_one() -> None:
    assert constructs.__file__ is not None
    assert Path(constructs.__file__).parent.parent.name == "site-packages"


def test_the_library_under_test_is_the_one_of_this_checkout() -> None:
    assert cdk_opensearch_packages.__file__ is not None
    assert Path(cdk_opensearch_packages.__file__).is_relative_to(ROOT / "constructs")
